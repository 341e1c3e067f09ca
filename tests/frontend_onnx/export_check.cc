#include "tests/frontend_onnx/export_check.h"

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>

#include "frontend_onnx/tensor_file.h"
#include "runtime/compile.h"
#include "runtime/select_kernels.h"
#include "runtime/session.h"

namespace octet::frontend_onnx {
namespace {

std::vector<ir::Tensor> LoadTensors(const std::string& prefix) {
  std::vector<ir::Tensor> tensors;
  while (true) {
    const std::string path = prefix + std::to_string(tensors.size()) + ".pb";
    if (!std::filesystem::exists(path)) return tensors;
    Result<ir::Tensor> tensor = ReadTensorFile(path);
    REQUIRE_MESSAGE(tensor.ok(), tensor.status().ToString());
    tensors.push_back(*std::move(tensor));
  }
}

// Describes the first element that differs by more than the tolerance; "" if none does.
std::string FirstDifference(const ir::TensorView& actual, const ir::Tensor& expected,
                            double tolerance) {
  for (int64_t i = 0; i < expected.num_elements(); ++i) {
    const auto a = static_cast<double>(actual.as<float>()[i]);
    const auto b = static_cast<double>(expected.as<float>()[i]);
    // This form of the comparison counts a NaN as a difference.
    if (!(std::abs(a - b) <= tolerance + tolerance * std::abs(b))) {
      return "element " + std::to_string(i) + ": " + std::to_string(a) + " instead of " +
             std::to_string(b);
    }
  }
  return "";
}

}  // namespace

std::vector<DataSet> LoadDataSets(const std::string& model_folder) {
  std::vector<DataSet> sets;
  while (true) {
    const std::string folder = model_folder + "/test_data_set_" + std::to_string(sets.size());
    if (!std::filesystem::exists(folder)) return sets;
    sets.push_back({folder, LoadTensors(folder + "/input_"), LoadTensors(folder + "/output_")});
  }
}

std::vector<std::vector<ir::Tensor>> RunDataSets(const ir::Module& module,
                                                 const std::vector<DataSet>& sets) {
  const auto kernels = runtime::SelectKernels();
  REQUIRE_MESSAGE(kernels.ok(), kernels.status().ToString());
  const auto program = runtime::Compile(module.Clone(), kernels->table);
  REQUIRE_MESSAGE(program.ok(), program.status().ToString());
  auto pool = runtime::ThreadPool::Create(1);
  REQUIRE(pool.ok());
  runtime::Session session(*program, *pool);

  std::vector<std::vector<ir::Tensor>> results;
  for (const DataSet& set : sets) {
    INFO(set.folder);
    std::vector<ir::TensorView> inputs;
    for (const ir::Tensor& input : set.inputs) inputs.push_back(input.view());
    const auto outputs = session.Run(inputs);
    REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
    std::vector<ir::Tensor>& result = results.emplace_back();
    for (const ir::TensorView& view : *outputs) {
      const auto bytes = static_cast<size_t>(view.num_elements()) * ir::DTypeSize(view.dtype);
      auto tensor = ir::Tensor::FromBytes(view.dtype, view.dims, {view.as<std::byte>(), bytes});
      REQUIRE(tensor.ok());
      result.push_back(*std::move(tensor));
    }
  }
  return results;
}

void CheckDataSets(const ir::Module& module, const std::string& model_folder, double tolerance) {
  const std::vector<DataSet> sets = LoadDataSets(model_folder);
  REQUIRE(!sets.empty());
  const auto results = RunDataSets(module, sets);
  for (size_t i = 0; i < sets.size(); ++i) {
    INFO(sets[i].folder);
    const std::vector<ir::Tensor>& expected = sets[i].outputs;
    REQUIRE(results[i].size() == expected.size());
    for (size_t j = 0; j < expected.size(); ++j) {
      REQUIRE(results[i][j].dims() == expected[j].dims());
      REQUIRE(expected[j].dtype() == ir::DType::kF32);
      CHECK(FirstDifference(results[i][j].view(), expected[j], tolerance) == "");
    }
  }
}

}  // namespace octet::frontend_onnx
