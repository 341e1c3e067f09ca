#include "ir/tensor.h"

#include <cstdlib>
#include <cstring>

#include "ir/half.h"
#include "ir/number_text.h"

namespace octet::ir {
namespace {

// One cache line, and the widest vector register.
constexpr size_t kAlignment = 64;

// A tensor with more elements is printed by its description or its hash.
constexpr int64_t kMaxListed = 16;

int64_t Product(const std::vector<int64_t>& dims) {
  int64_t product = 1;
  for (const int64_t dim : dims) product *= dim;
  return product;
}

// Whether all elements have the same bytes: each equals its predecessor.
bool IsSplat(const std::byte* data, size_t bytes, size_t element) {
  return std::memcmp(data, data + element, bytes - element) == 0;
}

template <typename T>
T Load(const std::byte* data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return value;
}

std::string HalfText(uint16_t bits) { return FloatText(HalfToFloat(bits)); }

// Whether the text of the element reads back to its bits: a NaN must be the canonical one, a bool 0
// or 1.
bool HasExactText(DType dtype, const std::byte* data) {
  switch (dtype) {
    case DType::kF32: {
      const auto bits = Load<uint32_t>(data);
      return (bits & 0x7FFFFFFFu) <= 0x7F800000u || bits == 0x7FC00000u;
    }
    case DType::kF64: {
      const auto bits = Load<uint64_t>(data);
      return (bits & 0x7FFFFFFFFFFFFFFFu) <= 0x7FF0000000000000u || bits == 0x7FF8000000000000u;
    }
    case DType::kF16: {
      const auto bits = Load<uint16_t>(data);
      return (bits & 0x7FFFu) <= 0x7C00u || bits == 0x7E00u;
    }
    case DType::kBool:
      return Load<uint8_t>(data) <= 1;
    default:
      return true;
  }
}

std::string ElementText(DType dtype, const std::byte* data) {
  switch (dtype) {
    case DType::kF32:
      return FloatText(Load<float>(data));
    case DType::kF64:
      return FloatText(Load<double>(data));
    case DType::kF16:
      return HalfText(Load<uint16_t>(data));
    case DType::kI64:
      return std::to_string(Load<int64_t>(data));
    case DType::kI32:
      return std::to_string(Load<int32_t>(data));
    case DType::kI8:
      return std::to_string(Load<int8_t>(data));
    case DType::kU8:
      return std::to_string(Load<uint8_t>(data));
    case DType::kBool:
      return Load<uint8_t>(data) != 0 ? "true" : "false";
  }
  return {};
}

// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv
uint64_t Hash(const std::byte* data, size_t bytes) {
  uint64_t hash = 0xCBF29CE484222325u;
  for (size_t i = 0; i < bytes; ++i) {
    hash = (hash ^ static_cast<uint64_t>(data[i])) * 0x100000001B3u;
  }
  return hash;
}

std::string HashText(const std::byte* data, size_t bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  const uint64_t hash = Hash(data, bytes);
  std::string text = "hash(";
  for (int shift = 60; shift >= 0; shift -= 4) text += kHex[(hash >> shift) & 15];
  return text + ")";
}

}  // namespace

int64_t TensorView::num_elements() const { return Product(dims); }
int64_t MutableTensorView::num_elements() const { return Product(dims); }

Result<Tensor> Tensor::Allocate(DType dtype, std::vector<int64_t> dims) {
  OCTET_ASSIGN_OR_RETURN(const int64_t bytes, CheckedByteSize(dims, dtype));
  // aligned_alloc wants a multiple of the alignment; an empty tensor gets one line, so that its
  // pointer is not null.
  const size_t lines = static_cast<size_t>(bytes) / kAlignment + 1;
  void* data = std::aligned_alloc(kAlignment, lines * kAlignment);
  if (data == nullptr) {
    return OutOfMemory("no memory for a tensor of " + std::to_string(bytes) + " bytes");
  }
  std::memset(data, 0, lines * kAlignment);
  return Share(dtype, std::move(dims), data, std::shared_ptr<const void>(data, std::free));
}

Result<Tensor> Tensor::FromBytes(DType dtype, std::vector<int64_t> dims,
                                 std::span<const std::byte> bytes) {
  OCTET_ASSIGN_OR_RETURN(const int64_t size, CheckedByteSize(dims, dtype));
  if (static_cast<uint64_t>(size) != bytes.size()) {
    return InvalidArgument("a tensor of " + std::to_string(size) + " bytes was given " +
                           std::to_string(bytes.size()));
  }
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Allocate(dtype, std::move(dims)));
  if (!bytes.empty()) std::memcpy(tensor.mutable_data(), bytes.data(), bytes.size());
  return tensor;
}

Tensor Tensor::Share(DType dtype, std::vector<int64_t> dims, const void* data,
                     std::shared_ptr<const void> owner) {
  Tensor tensor;
  tensor.view_ = {dtype, std::move(dims), data};
  tensor.owner_ = std::move(owner);
  return tensor;
}

Tensor Tensor::Opaque(DType dtype, std::vector<int64_t> dims, std::string description) {
  Tensor tensor;
  tensor.view_ = {dtype, std::move(dims), nullptr};
  tensor.description_ = std::move(description);
  return tensor;
}

Type Tensor::type() const { return {dtype(), Shape(dims().begin(), dims().end())}; }

int64_t Tensor::byte_size() const {
  return num_elements() * static_cast<int64_t>(DTypeSize(dtype()));
}

std::string Tensor::Describe() const {
  if (!has_data()) return description_;
  const int64_t count = num_elements();
  if (count == 0) return "[]";
  const auto* data = as<std::byte>();
  const size_t element = DTypeSize(dtype());
  const auto bytes = static_cast<size_t>(byte_size());
  if (HasExactText(dtype(), data) && IsSplat(data, bytes, element)) {
    return "splat(" + ElementText(dtype(), data) + ")";
  }
  if (count <= kMaxListed) {
    std::string text = "[";
    bool exact = true;
    for (size_t i = 0; i < bytes && exact; i += element) {
      if (i != 0) text += ", ";
      text += ElementText(dtype(), data + i);
      exact = HasExactText(dtype(), data + i);
    }
    if (exact) return text + "]";
  }
  return description_.empty() ? HashText(data, bytes) : description_;
}

}  // namespace octet::ir
