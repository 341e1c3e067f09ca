// Imports a model that was built in memory and runs it, without any pass, on the best kernels.
#ifndef OCTET_TESTS_FRONTEND_ONNX_RUN_MODEL_H_
#define OCTET_TESTS_FRONTEND_ONNX_RUN_MODEL_H_

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ir/tensor.h"
#include "runtime/compile.h"
#include "runtime/select_kernels.h"
#include "runtime/session.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {

// Dims and elements of a model's first output, which is of floats.
struct Floats {
  std::vector<int64_t> dims;
  std::vector<float> values;
};

inline Floats RunModel(const testing::OnnxModelBuilder& model,
                       const std::map<std::string, ir::Tensor>& inputs) {
  const auto module = ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const auto kernels = runtime::SelectKernels();
  const auto program = runtime::Compile(module->Clone(), kernels->table);
  REQUIRE_MESSAGE(program.ok(), program.status().ToString());
  runtime::Session session(*program, *runtime::ThreadPool::Create(1));
  std::vector<runtime::NamedTensor> named;
  for (const auto& [name, tensor] : inputs) named.push_back({name, tensor.view()});
  const auto outputs = session.RunNamed(named);
  REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
  const ir::TensorView& first = outputs->front();
  const auto* data = first.as<float>();
  return {{first.dims.begin(), first.dims.end()}, {data, data + first.num_elements()}};
}

}  // namespace octet::frontend_onnx

#endif  // OCTET_TESTS_FRONTEND_ONNX_RUN_MODEL_H_
