#include "tests/fuzz/run_module.h"

#include <cmath>
#include <cstring>
#include <string>

#include "bert/pipelines.h"
#include "ir/half.h"
#include "runtime/compile.h"
#include "runtime/session.h"

namespace octet::fuzz {
namespace {

using ir::DType;
using ir::Tensor;

constexpr int64_t kMaxArenaBytes = int64_t{16} << 20;

bool IsNan(const Tensor& tensor, int64_t i) {
  switch (tensor.dtype()) {
    case DType::kF32:
      return std::isnan(tensor.as<float>()[i]);
    case DType::kF64:
      return std::isnan(tensor.as<double>()[i]);
    case DType::kF16:
      return std::isnan(ir::HalfToFloat(tensor.as<uint16_t>()[i]));
    case DType::kBf16:
      return std::isnan(ir::BFloat16ToFloat(tensor.as<uint16_t>()[i]));
    default:
      return false;
  }
}

Status CompareTensors(const Tensor& expected, const Tensor& actual) {
  if (expected.dtype() != actual.dtype() || expected.dims() != actual.dims()) {
    return Internal(expected.type().ToString() + " and " + actual.type().ToString());
  }
  const size_t size = ir::DTypeSize(expected.dtype());
  for (int64_t i = 0; i < expected.num_elements(); ++i) {
    const auto at = static_cast<size_t>(i) * size;
    if (std::memcmp(expected.as<std::byte>() + at, actual.as<std::byte>() + at, size) == 0)
      continue;
    if (IsNan(expected, i) && IsNan(actual, i)) continue;
    std::string values;
    if (expected.dtype() == DType::kF32) {
      values = ": " + std::to_string(expected.as<float>()[i]) + " and " +
               std::to_string(actual.as<float>()[i]);
    }
    return Internal("element " + std::to_string(i) + " differs" + values);
  }
  return {};
}

}  // namespace

Result<ir::Module> OptimizeCopy(const ir::Module& module) {
  ir::Module optimized = module.Clone();
  OCTET_RETURN_IF_ERROR(bert::Optimize(&optimized));
  return optimized;
}

Result<ir::Module> LowerTo(const ir::Module& optimized, bert::Precision precision) {
  ir::Module lowered = optimized.Clone();
  bert::PipelineOptions options;
  options.precision = precision;
  OCTET_RETURN_IF_ERROR(bert::Lower(&lowered, options));
  OCTET_RETURN_IF_ERROR(bert::Schedule(&lowered));
  return lowered;
}

Result<Tensors> RunModule(ir::Module module, const kernels::KernelTable& kernels,
                          const Tensors& inputs) {
  OCTET_ASSIGN_OR_RETURN(auto program, runtime::Compile(std::move(module), kernels));
  static const auto pool = std::make_shared<runtime::ThreadPool>();
  runtime::Session session(std::move(program), pool, {.max_arena_bytes = kMaxArenaBytes});
  std::vector<ir::TensorView> views;
  for (const Tensor& input : inputs) views.push_back(input.view());
  OCTET_ASSIGN_OR_RETURN(const std::span<const ir::TensorView> results, session.Run(views));
  Tensors outputs;
  for (const ir::TensorView& result : results) {
    const auto bytes = static_cast<size_t>(result.num_elements()) * ir::DTypeSize(result.dtype);
    OCTET_ASSIGN_OR_RETURN(Tensor output, Tensor::FromBytes(result.dtype, result.dims,
                                                            {result.as<std::byte>(), bytes}));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

std::optional<int64_t> InputBytes(const ir::Module& module, const ir::SymbolBinding& symbols) {
  int64_t total = 0;
  for (const auto& argument : module.arguments()) {
    const auto dims = ir::EvaluateShape(argument->shape(), symbols);
    if (!dims.ok()) return std::nullopt;
    const auto bytes = ir::CheckedByteSize(*dims, argument->dtype());
    if (!bytes.ok() || __builtin_add_overflow(total, *bytes, &total)) return std::nullopt;
  }
  return total;
}

Status CompareBytes(const Result<Tensors>& expected, const Result<Tensors>& actual) {
  if (!expected.ok() || !actual.ok()) {
    if (expected.status().code() == actual.status().code()) return {};
    return Internal("'" + expected.status().ToString() + "' and '" + actual.status().ToString() +
                    "'");
  }
  if (expected->size() != actual->size()) return Internal("another number of outputs");
  for (size_t i = 0; i < expected->size(); ++i) {
    if (Status status = CompareTensors((*expected)[i], (*actual)[i]); !status.ok()) {
      return Internal("output " + std::to_string(i) + ": " + status.message());
    }
  }
  return {};
}

}  // namespace octet::fuzz
