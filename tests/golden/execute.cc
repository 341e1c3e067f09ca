#include "tests/golden/execute.h"

#include <algorithm>
#include <cmath>

#include "kernels/install.h"
#include "runtime/compile.h"
#include "runtime/session.h"

namespace octet::golden {
namespace {

using ir::DType;
using ir::Tensor;
using ir::Value;

bool IsMask(const Value& argument) {
  return argument.name().ends_with("mask") && argument.rank() == 2 &&
         argument.dtype() != DType::kF16 && argument.dtype() != DType::kBf16 &&
         argument.dtype() != DType::kF64;
}

int MaskElement(MaskKind kind, int64_t row, int64_t i, int64_t columns) {
  switch (kind) {
    case MaskKind::kPrefix:
      return i < columns - (2 * row + 1) % std::max<int64_t>(columns, 1) ? 1 : 0;
    case MaskKind::kHoles:
      return row % 4 == 0 ? i % 2 == 0 : row % 4 == 1 ? i != 0 : row % 4 == 3 && i == 0;
    case MaskKind::kValues:
      return row % 2 == 0 ? static_cast<int>((i + 1) % 3) : 1;
  }
  return 1;
}

template <typename T>
void FillMask(Tensor* mask, MaskKind kind) {
  auto* data = static_cast<T*>(mask->mutable_data());
  const int64_t columns = mask->dims()[1];
  for (int64_t i = 0; i < mask->num_elements(); ++i) {
    const int value = MaskElement(kind, i / columns, i % columns, columns);
    data[i] =
        static_cast<T>(mask->dtype() == DType::kBool && kind == MaskKind::kValues ? 1 : value);
  }
}

void FillMask(Tensor* mask, MaskKind kind) {
  switch (mask->dtype()) {
    case DType::kF32:
      return FillMask<float>(mask, kind);
    case DType::kI64:
      return FillMask<int64_t>(mask, kind);
    case DType::kI32:
      return FillMask<int32_t>(mask, kind);
    default:
      return FillMask<uint8_t>(mask, kind);
  }
}

template <typename T>
void Reduce(Tensor* tensor, int64_t modulus) {
  auto* data = static_cast<T*>(tensor->mutable_data());
  for (int64_t i = 0; i < tensor->num_elements(); ++i) {
    data[i] = static_cast<T>(((data[i] % modulus) + modulus) % modulus);
  }
}

Result<Tensor> RandomInput(const Value& argument, const ir::SymbolBinding& symbols, uint64_t seed,
                           MaskKind mask) {
  OCTET_ASSIGN_OR_RETURN(std::vector<int64_t> dims, EvaluateShape(argument.shape(), symbols));
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, ir::RandomTensor(argument.dtype(), std::move(dims), seed));
  constexpr int64_t kModulus = 4;
  if (IsMask(argument)) {
    FillMask(&tensor, mask);
  } else if (argument.dtype() == DType::kI64) {
    Reduce<int64_t>(&tensor, kModulus);
  } else if (argument.dtype() == DType::kI32) {
    Reduce<int32_t>(&tensor, kModulus);
  } else if (argument.dtype() == DType::kI8) {
    Reduce<int8_t>(&tensor, kModulus);
  } else if (argument.dtype() == DType::kU8) {
    Reduce<uint8_t>(&tensor, kModulus);
  }
  return tensor;
}

bool Agree(float expected, float actual, float tolerance) {
  if (std::isnan(expected)) return std::isnan(actual);
  if (std::isinf(expected)) return actual == expected;
  return std::abs(expected - actual) <= tolerance + tolerance * std::abs(expected);
}

Status CompareTensors(const Tensor& expected, const Tensor& actual, float tolerance) {
  if (expected.dtype() != actual.dtype() || expected.dims() != actual.dims()) {
    return Internal(expected.type().ToString() + " before, " + actual.type().ToString() + " after");
  }
  const size_t element = DTypeSize(expected.dtype());
  for (int64_t i = 0; i < expected.num_elements(); ++i) {
    const auto at = static_cast<size_t>(i) * element;
    bool agree = std::equal(expected.as<std::byte>() + at, expected.as<std::byte>() + at + element,
                            actual.as<std::byte>() + at);
    std::string values;
    if (expected.dtype() == DType::kF32) {
      const float x = expected.as<float>()[i];
      const float y = actual.as<float>()[i];
      agree = Agree(x, y, tolerance);
      values = ": " + std::to_string(x) + " before, " + std::to_string(y) + " after";
    }
    if (!agree) return Internal("element " + std::to_string(i) + " differs" + values);
  }
  return {};
}

}  // namespace

std::span<const MaskKind> MaskKinds(const ir::Module& module) {
  static constexpr MaskKind kKinds[] = {MaskKind::kPrefix, MaskKind::kHoles, MaskKind::kValues};
  const bool has_mask = std::ranges::any_of(module.arguments(),
                                            [](const auto& argument) { return IsMask(*argument); });
  return std::span(kKinds).first(has_mask ? std::size(kKinds) : 1);
}

Result<std::vector<Tensor>> RandomInputs(const ir::Module& module, const ir::SymbolBinding& symbols,
                                         uint64_t seed, MaskKind mask) {
  std::vector<Tensor> inputs;
  for (const auto& argument : module.arguments()) {
    OCTET_ASSIGN_OR_RETURN(Tensor input, RandomInput(*argument, symbols, seed++, mask));
    inputs.push_back(std::move(input));
  }
  return inputs;
}

Result<std::vector<Tensor>> Execute(const ir::Module& module, const std::vector<Tensor>& inputs) {
  for (const auto& op : module.ops()) {
    const Tensor* constant = op->result()->constant();
    if (constant != nullptr && !constant->has_data()) return Unsupported("a constant without data");
  }
  kernels::KernelTable table;
  kernels::InstallReference(&table);
  OCTET_ASSIGN_OR_RETURN(auto program, runtime::Compile(module.Clone(), table));
  OCTET_ASSIGN_OR_RETURN(auto pool, runtime::ThreadPool::Create(1));
  runtime::Session session(std::move(program), std::move(pool));
  std::vector<ir::TensorView> views;
  for (const Tensor& input : inputs) views.push_back(input.view());
  OCTET_ASSIGN_OR_RETURN(const std::span<const ir::TensorView> results, session.Run(views));
  std::vector<Tensor> outputs;
  for (const ir::TensorView& result : results) {
    const auto bytes = static_cast<size_t>(result.num_elements()) * DTypeSize(result.dtype);
    OCTET_ASSIGN_OR_RETURN(Tensor output, Tensor::FromBytes(result.dtype, result.dims,
                                                            {result.as<std::byte>(), bytes}));
    outputs.push_back(std::move(output));
  }
  return outputs;
}

Status CompareOutputs(const std::vector<Tensor>& expected, const std::vector<Tensor>& actual,
                      float tolerance) {
  if (expected.size() != actual.size()) return Internal("the number of outputs has changed");
  for (size_t i = 0; i < expected.size(); ++i) {
    if (Status status = CompareTensors(expected[i], actual[i], tolerance); !status.ok()) {
      return Internal("output " + std::to_string(i) + ": " + status.message());
    }
  }
  return {};
}

}  // namespace octet::golden
