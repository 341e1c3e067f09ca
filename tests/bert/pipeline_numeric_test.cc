// Compares the outputs of the optimized, quantized and debug graphs of exported models with
// PyTorch's and with each other.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>

#include "bert/pipelines.h"
#include "bert/synthetic.h"
#include "frontend_onnx/importer.h"
#include "tests/frontend_onnx/export_check.h"

namespace octet::bert {
namespace {

using frontend_onnx::CheckDataSets;
using frontend_onnx::DataSet;
using frontend_onnx::LoadDataSets;
using frontend_onnx::RunDataSets;
using Outputs = std::vector<std::vector<ir::Tensor>>;

constexpr double kTolerance = 1e-4;
// The largest difference of an int8 output from PyTorch's on these models is 0.051 for hidden
// states (normalized, so of the order of 1) and 0.032 for logits.
constexpr double kInt8Tolerance = 0.06;

ir::Module Import(const std::string& folder) {
  auto module = frontend_onnx::ImportFile(folder + "/model.onnx");
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

ir::Module LowerOk(ir::Module module, Precision precision,
                   const quant::QConfig& qconfig = quant::DefaultQConfig()) {
  PipelineOptions options;
  options.precision = precision;
  options.qconfig = {{"", qconfig}};
  const Status status = Lower(&module, options);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  return module;
}

double LargestDifference(const ir::Tensor& a, const ir::Tensor& b) {
  REQUIRE(a.dims() == b.dims());
  double largest = 0;
  for (int64_t i = 0; i < a.num_elements(); ++i) {
    const double difference = std::abs(static_cast<double>(a.as<float>()[i]) - b.as<float>()[i]);
    // A NaN is kept, and then fails every check.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

void CheckSameBytes(const Outputs& a, const Outputs& b) {
  REQUIRE(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < a[i].size(); ++j) {
      REQUIRE(a[i][j].byte_size() == b[i][j].byte_size());
      CHECK(std::memcmp(a[i][j].as<std::byte>(), b[i][j].as<std::byte>(),
                        static_cast<size_t>(a[i][j].byte_size())) == 0);
    }
  }
}

// Runs the module after Schedule, which merges linears and must not change a bit.
Outputs RunScheduled(const ir::Module& lowered, const std::vector<DataSet>& sets) {
  ir::Module module = lowered.Clone();
  const Status status = Schedule(&module);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  CHECK_LT(module.ops().size(), lowered.ops().size());
  Outputs outputs = RunDataSets(module, sets);
  CheckSameBytes(RunDataSets(lowered, sets), outputs);
  return outputs;
}

TEST_CASE("exported models: FP32 gives PyTorch's outputs, int8 is close, debug has int8's bits") {
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/tiny_exports")) {
    if (entry.is_directory()) folders.insert(entry.path().string());
  }
  CHECK_EQ(folders.size(), 22);
  for (const std::string& folder : folders) {
    CAPTURE(folder);
    const ir::Module imported = Import(folder);
    const ir::Module fp32 = LowerOk(imported.Clone(), Precision::kFp32);
    CheckDataSets(fp32, folder, kTolerance);

    const std::vector<DataSet> sets = LoadDataSets(folder);
    RunScheduled(fp32, sets);
    const Outputs int8 = RunScheduled(LowerOk(imported.Clone(), Precision::kInt8), sets);
    const Outputs debug = RunScheduled(LowerOk(imported.Clone(), Precision::kDebug), sets);
    CheckSameBytes(int8, debug);
    double largest = 0;
    for (size_t i = 0; i < sets.size(); ++i) {
      for (size_t j = 0; j < sets[i].outputs.size(); ++j) {
        largest = std::max(largest, LargestDifference(int8[i][j], sets[i].outputs[j]));
      }
    }
    // Int8 differs from PyTorch: the quantized graph really ran.
    CHECK_GT(largest, 0);
    CHECK_LE(largest, kInt8Tolerance);
  }
}

// Passes of the core pipeline that fuse or move ops.
const std::set<std::string, std::less<>> kFusions = {
    "hoist-expand",   "fuse-linear",         "fuse-layer-norm", "fuse-gelu",   "fuse-attention",
    "fuse-embedding", "fuse-add-layer-norm", "fuse-activation", "pack-tokens", "fuse-residual"};

// Checks both precisions without the `disabled` passes.
void CheckWithout(const std::set<std::string, std::less<>>& disabled, const std::string& folder) {
  for (const Precision precision : {Precision::kFp32, Precision::kInt8}) {
    ir::Module module = Import(folder);
    PipelineOptions options;
    options.precision = precision;
    options.passes.disabled = disabled;
    Status status = Lower(&module, options);
    if (status.ok()) status = Schedule(&module, options.passes);
    REQUIRE_MESSAGE(status.ok(), status.ToString());
    CheckDataSets(module, folder, precision == Precision::kFp32 ? kTolerance : kInt8Tolerance);
  }
}

TEST_CASE("outputs stay the same if any one pass is left out, or all of them") {
  for (const char* name : {"bert_torchscript_opset14_eager", "bert_dynamo_opset18_sdpa"}) {
    const std::string folder = "tests/data/tiny_exports/" + std::string(name);
    CAPTURE(folder);
    for (const ir::PassInfo& pass : ir::AllPasses()) {
      CAPTURE(pass.name);
      CheckWithout({std::string(pass.name)}, folder);
    }
    CheckWithout(kFusions, folder);
    std::set<std::string, std::less<>> all;
    for (const ir::PassInfo& pass : ir::AllPasses()) all.insert(std::string(pass.name));
    CheckWithout(all, folder);
  }
}

// Two sentences, the second with padding.
DataSet SyntheticInputs() {
  const std::vector<int64_t> dims = {2, 4};
  const auto tensor = [&](const std::vector<int64_t>& values) {
    return ir::Tensor::FromVector(ir::DType::kI64, dims, values);
  };
  return {"synthetic",
          {tensor({101, 7, 9, 102, 101, 5, 102, 0}), tensor({1, 1, 1, 1, 1, 1, 1, 0}),
           tensor({0, 0, 1, 1, 0, 0, 0, 0})},
          {}};
}

TEST_CASE("a synthetic model gives the same outputs optimized and unoptimized") {
  const auto architecture = FindArchitecture("bert-tiny");
  REQUIRE(architecture.ok());
  auto module = MakeSyntheticModule(*architecture);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const std::vector<DataSet> sets = {SyntheticInputs()};
  const Outputs plain = RunDataSets(*module, sets);
  const Outputs fp32 = RunDataSets(LowerOk(module->Clone(), Precision::kFp32), sets);
  const Outputs int8 = RunDataSets(LowerOk(module->Clone(), Precision::kInt8), sets);
  const Outputs debug = RunDataSets(LowerOk(module->Clone(), Precision::kDebug), sets);
  // Measured, on logits of up to 0.06: 7.5e-9 and 0.00104.
  CHECK_LE(LargestDifference(fp32[0][0], plain[0][0]), 1e-6);
  CHECK_LE(LargestDifference(int8[0][0], plain[0][0]), 0.002);
  CheckSameBytes(int8, debug);
}

TEST_CASE("affine weights are as close to FP32 as symmetric ones, and debug has int8's bits") {
  const std::string folder = "tests/data/tiny_exports/bert_torchscript_opset14_eager";
  const ir::Module imported = Import(folder);
  const std::vector<DataSet> sets = LoadDataSets(folder);
  for (const std::string scheme : {"per_channel_affine", "per_tensor_affine"}) {
    for (const auto formula : {quant::Formula::kOctet, quant::Formula::kPyTorch}) {
      CAPTURE(scheme);
      quant::QConfig qconfig = quant::DefaultQConfig();
      REQUIRE(ir::SetScheme(scheme, &qconfig.weight).ok());
      qconfig.weight.formula = formula;
      const Outputs int8 = RunDataSets(LowerOk(imported.Clone(), Precision::kInt8, qconfig), sets);
      CheckSameBytes(int8,
                     RunDataSets(LowerOk(imported.Clone(), Precision::kDebug, qconfig), sets));
      for (size_t i = 0; i < sets.size(); ++i) {
        for (size_t j = 0; j < sets[i].outputs.size(); ++j) {
          const double difference = LargestDifference(int8[i][j], sets[i].outputs[j]);
          CHECK_GT(difference, 0);
          CHECK_LE(difference, kInt8Tolerance);
        }
      }
    }
  }
}

}  // namespace
}  // namespace octet::bert
