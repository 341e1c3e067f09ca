#include "ir/type.h"

#include <algorithm>
#include <array>
#include <limits>

namespace octet::ir {
namespace {

struct DTypeInfo {
  std::string_view name;
  size_t size;
};

// In the order of DType.
constexpr std::array<DTypeInfo, 9> kDTypes = {{
    {"f32", 4},
    {"f16", 2},
    {"bf16", 2},
    {"f64", 8},
    {"i64", 8},
    {"i32", 4},
    {"i8", 1},
    {"u8", 1},
    {"bool", 1},
}};

// The product of the dims and `size`, which is that of an element.
Result<int64_t> CheckedProduct(std::span<const int64_t> dims, int64_t size, const char* what) {
  const bool is_empty = std::ranges::find(dims, 0) != dims.end();
  int64_t product = size;
  for (const int64_t dim : dims) {
    if (dim < 0) return ResourceLimit("negative dimension " + std::to_string(dim));
    if (dim == 0 || !__builtin_mul_overflow(product, dim, &product)) continue;
    if (is_empty) return ResourceLimit("the dimensions other than 0 do not fit in 63 bits");
    return ResourceLimit("the number of " + std::string(what) + " does not fit in 63 bits");
  }
  return is_empty ? 0 : product;
}

}  // namespace

size_t DTypeSize(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].size; }
std::string_view DTypeName(DType dtype) { return kDTypes[static_cast<size_t>(dtype)].name; }

std::optional<DType> ParseDType(std::string_view name) {
  for (size_t i = 0; i < kDTypes.size(); ++i) {
    if (kDTypes[i].name == name) return static_cast<DType>(i);
  }
  return std::nullopt;
}

bool IsFloat(DType dtype) {
  return dtype == DType::kF32 || dtype == DType::kF16 || dtype == DType::kBf16 ||
         dtype == DType::kF64;
}

bool IsInteger(DType dtype) { return !IsFloat(dtype) && dtype != DType::kBool; }

std::string ToString(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) {
    if (i != 0) text += ',';
    text += shape[i].ToString();
  }
  return text + "]";
}

Result<std::vector<int64_t>> EvaluateShape(const Shape& shape, const SymbolBinding& binding) {
  std::vector<int64_t> dims;
  dims.reserve(shape.size());
  for (const Dim& dim : shape) {
    const std::optional<int64_t> value = dim.Evaluate(binding);
    if (!value) {
      return InvalidArgument("dimension '" + dim.ToString() +
                             "' has a symbol without a value, or is too large");
    }
    if (*value < 0) {
      return InvalidArgument("dimension '" + dim.ToString() + "' is " + std::to_string(*value));
    }
    dims.push_back(*value);
  }
  return dims;
}

std::optional<std::vector<int64_t>> StaticShape(const Shape& shape) {
  std::vector<int64_t> dims;
  dims.reserve(shape.size());
  for (const Dim& dim : shape) {
    if (!dim.is_static()) return std::nullopt;
    dims.push_back(dim.constant());
  }
  return dims;
}

std::optional<Dim> NumElements(const Shape& shape) {
  std::optional<Dim> product = Dim(1);
  for (const Dim& dim : shape) {
    product = product->Times(dim);
    if (!product) return std::nullopt;
  }
  return product;
}

std::optional<int64_t> ProductWithoutZeros(const Shape& shape) {
  int64_t product = 1;
  for (const Dim& dim : shape) {
    if (!dim.is_static() || dim.constant() == 0) continue;
    const bool overflows = __builtin_mul_overflow(product, dim.constant(), &product);
    if (overflows || dim.constant() < 0) return std::nullopt;
  }
  return product;
}

Result<int64_t> CheckedNumElements(std::span<const int64_t> dims) {
  return CheckedProduct(dims, 1, "elements");
}

Result<int64_t> CheckedByteSize(std::span<const int64_t> dims, DType dtype) {
  return CheckedProduct(dims, static_cast<int64_t>(DTypeSize(dtype)), "bytes");
}

std::string Type::ToString() const { return std::string(DTypeName(dtype)) + ir::ToString(shape); }

}  // namespace octet::ir
