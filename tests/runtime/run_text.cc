#include "tests/runtime/run_text.h"

#include <cmath>
#include <cstring>

#include "ir/text/parser.h"
#include "kernels/install.h"

namespace octet::runtime {

std::shared_ptr<const Program> CompileText(const std::string& text,
                                           const kernels::KernelTable& kernels,
                                           const CompileOptions& options) {
  return ValueOrThrow(Compile(ValueOrThrow(ir::Parse(text)), kernels, options));
}

std::shared_ptr<ThreadPool> Pool(int threads) { return ValueOrThrow(ThreadPool::Create(threads)); }

std::vector<ir::TensorView> Views(const Tensors& tensors) {
  std::vector<ir::TensorView> views;
  for (const ir::Tensor& tensor : tensors) views.push_back(tensor.view());
  return views;
}

Tensors Copy(std::span<const ir::TensorView> views) {
  Tensors copies;
  for (const ir::TensorView& view : views) {
    const size_t bytes = static_cast<size_t>(view.num_elements()) * ir::DTypeSize(view.dtype);
    copies.push_back(
        ValueOrThrow(ir::Tensor::FromBytes(view.dtype, view.dims, {view.as<std::byte>(), bytes})));
  }
  return copies;
}

Tensors RunProgram(const std::shared_ptr<const Program>& program, const Tensors& inputs,
                   int threads) {
  Session session(program, Pool(threads));
  return Copy(ValueOrThrow(session.Run(Views(inputs))));
}

Tensors RunText(const std::string& text, const Tensors& inputs) {
  return RunProgram(CompileText(text, ReferenceKernels()), inputs);
}

Status ErrorOf(const std::string& text, const Tensors& inputs) {
  auto program = Compile(ValueOrThrow(ir::Parse(text)), ReferenceKernels());
  if (!program.ok()) return program.status();
  Session session(*program, Pool(1));
  return session.Run(Views(inputs)).status();
}

const kernels::KernelTable& ReferenceKernels() {
  static const kernels::KernelTable table = [] {
    kernels::KernelTable reference;
    kernels::InstallReference(&reference);
    return reference;
  }();
  return table;
}

ir::Tensor Random(ir::DType dtype, std::vector<int64_t> dims, uint64_t seed) {
  return ValueOrThrow(ir::RandomTensor(dtype, std::move(dims), seed));
}

ir::Tensor Ids(std::vector<int64_t> dims, int64_t rows, uint64_t seed) {
  ir::Tensor ids = Random(ir::DType::kI64, std::move(dims), seed);
  auto* data = static_cast<int64_t*>(ids.mutable_data());
  for (int64_t i = 0; i < ids.num_elements(); ++i) data[i] %= rows;
  return ids;
}

bool SameBytes(const Tensors& a, const Tensors& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].type() != b[i].type()) return false;
    const auto bytes = static_cast<size_t>(a[i].byte_size());
    if (std::memcmp(a[i].view().data, b[i].view().data, bytes) != 0) return false;
  }
  return true;
}

double Distance(const ir::Tensor& a, const std::vector<double>& b) {
  if (a.num_elements() != static_cast<int64_t>(b.size())) {
    throw std::runtime_error("different numbers of elements");
  }
  double largest = 0;
  for (size_t i = 0; i < b.size(); ++i) {
    const double x = a.as<float>()[i];
    if (std::isnan(x) && std::isnan(b[i])) continue;
    const double distance = std::abs(x - b[i]) / (1 + std::abs(b[i]));
    if (!(distance <= largest)) largest = std::isnan(distance) ? INFINITY : distance;
  }
  return largest;
}

}  // namespace octet::runtime
