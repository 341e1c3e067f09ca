#include "ir/tensor.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "base/number_text.h"
#include "ir/half.h"

namespace octet::ir {
namespace {

// A cache line, and the widest vector register.
constexpr size_t kAlignment = 64;

// A tensor of at least this many bytes has its own pages. They come zeroed, and the system gets
// them back with the tensor, whatever was allocated after it. While a model is compiled its weights
// are freed one by one as they are packed, so that the model is not held twice.
constexpr size_t kOwnPages = size_t{256} << 10;

// A tensor with more elements is printed by its description or its hash.
constexpr int64_t kMaxListed = 16;

int64_t Product(const std::vector<int64_t>& dims) {
  int64_t product = 1;
  for (const int64_t dim : dims) product *= dim;
  return product;
}

// Whether all elements have the same bytes: each element equals its predecessor.
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
    case DType::kBf16: {
      const auto bits = Load<uint16_t>(data);
      return (bits & 0x7FFFu) <= 0x7F80u || bits == 0x7FC0u;
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
    case DType::kBf16:
      return FloatText(BFloat16ToFloat(Load<uint16_t>(data)));
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

// Returns null when memory runs out.
std::shared_ptr<void> AllocateZeroed(size_t bytes) {
  if (bytes >= kOwnPages) {
    void* data = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (data == MAP_FAILED) return nullptr;
    return {data, [bytes](void* pages) { munmap(pages, bytes); }};
  }
  // aligned_alloc needs a multiple of the alignment. An empty tensor gets one line, so that its
  // pointer is not null.
  const size_t size = (bytes / kAlignment + 1) * kAlignment;
  void* data = std::aligned_alloc(kAlignment, size);
  if (data == nullptr) return nullptr;
  std::memset(data, 0, size);
  return {data, std::free};
}

}  // namespace

int64_t TensorView::num_elements() const { return Product(dims); }
int64_t MutableTensorView::num_elements() const { return Product(dims); }

Result<Tensor> Tensor::Allocate(DType dtype, std::vector<int64_t> dims) {
  OCTET_ASSIGN_OR_RETURN(const int64_t bytes, CheckedByteSize(dims, dtype));
  std::shared_ptr<void> data = AllocateZeroed(static_cast<size_t>(bytes));
  if (data == nullptr) {
    return OutOfMemory("no memory for a tensor of " + std::to_string(bytes) + " bytes");
  }
  return Share(dtype, std::move(dims), data.get(), data);
}

Result<Tensor> Tensor::FromBytes(DType dtype, std::vector<int64_t> dims,
                                 std::span<const std::byte> bytes) {
  OCTET_ASSIGN_OR_RETURN(const int64_t size, CheckedByteSize(dims, dtype));
  if (static_cast<uint64_t>(size) != bytes.size()) {
    return InvalidArgument("a tensor of " + std::to_string(size) + " bytes was given " +
                           std::to_string(bytes.size()) + " bytes");
  }
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Allocate(dtype, std::move(dims)));
  if (!bytes.empty()) std::memcpy(tensor.mutable_data(), bytes.data(), bytes.size());
  return tensor;
}

Tensor Tensor::Share(DType dtype, std::vector<int64_t> dims, const void* data,
                     std::shared_ptr<const void> owner) {
  return Tensor(Body{{dtype, std::move(dims), data}, std::move(owner), {}});
}

Tensor Tensor::Opaque(DType dtype, std::vector<int64_t> dims, std::string description) {
  return Tensor(Body{{dtype, std::move(dims), nullptr}, nullptr, std::move(description)});
}

const Tensor::Body& Tensor::NoBody() {
  // Never destroyed: other threads may read it while the process exits.
  static const auto* const none = new Body();
  return *none;
}

void Tensor::set_description(std::string description) {
  *this = Tensor(Body{view(), body().owner, std::move(description)});
}

Type Tensor::type() const { return {dtype(), Shape(dims().begin(), dims().end())}; }

int64_t Tensor::byte_size() const {
  return num_elements() * static_cast<int64_t>(DTypeSize(dtype()));
}

std::string Tensor::Describe() const {
  if (!has_data()) return body().description;
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
  return body().description.empty() ? HashText(data, bytes) : body().description;
}

}  // namespace octet::ir
