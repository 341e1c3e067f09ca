// Runs modules written as IR text.
#ifndef OCTET_TESTS_RUNTIME_RUN_TEXT_H_
#define OCTET_TESTS_RUNTIME_RUN_TEXT_H_

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/compile.h"
#include "runtime/session.h"

namespace octet::runtime {

using Tensors = std::vector<ir::Tensor>;

// All functions here throw std::runtime_error with the status if something fails. doctest reports
// it.
template <typename T>
T ValueOrThrow(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.status().ToString());
  return *std::move(result);
}

std::shared_ptr<const Program> CompileText(const std::string& text,
                                           const kernels::KernelTable& kernels,
                                           const CompileOptions& options = {});
std::shared_ptr<ThreadPool> Pool(int threads);
// Runs in a new session; the outputs are copies.
Tensors RunProgram(const std::shared_ptr<const Program>& program, const Tensors& inputs,
                   int threads = 1);
Tensors RunText(const std::string& text, const Tensors& inputs);
// Copies of views.
Tensors Copy(std::span<const ir::TensorView> views);
std::vector<ir::TensorView> Views(const Tensors& tensors);
// The error of Compile or, if that succeeds, of running on `inputs`; ok if there is no error.
Status ErrorOf(const std::string& text, const Tensors& inputs);

const kernels::KernelTable& ReferenceKernels();

ir::Tensor Random(ir::DType dtype, std::vector<int64_t> dims, uint64_t seed);
// i64 row numbers in [0, rows).
ir::Tensor Ids(std::vector<int64_t> dims, int64_t rows, uint64_t seed);
template <typename T>
ir::Tensor Of(ir::DType dtype, std::vector<int64_t> dims, std::vector<T> values) {
  return ir::Tensor::FromVector<T>(dtype, std::move(dims), values);
}

// Same types and same bytes.
bool SameBytes(const Tensors& a, const Tensors& b);
// The largest |a - b| / (1 + |b|); infinite if one is NaN and the other is not.
double Distance(const ir::Tensor& a, const std::vector<double>& b);

}  // namespace octet::runtime

#endif  // OCTET_TESTS_RUNTIME_RUN_TEXT_H_
