// Element types, shapes and tensor types.
#ifndef OCTET_IR_TYPE_H_
#define OCTET_IR_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/dim.h"

namespace octet::ir {

// f16 and bf16 are stored, moved and cast; in f16 only matmul and softmax compute.
enum class DType : uint8_t { kF32, kF16, kBf16, kF64, kI64, kI32, kI8, kU8, kBool };

size_t DTypeSize(DType dtype);            // bytes an element
std::string_view DTypeName(DType dtype);  // "f32", "bool", ...
std::optional<DType> ParseDType(std::string_view name);
bool IsFloat(DType dtype);
bool IsInteger(DType dtype);  // without bool

using Shape = std::vector<Dim>;

// "[b,s,64]"
std::string ToString(const Shape& shape);
// The concrete dims under a binding; InvalidArgument when a symbol is unbound or a dim is negative.
Result<std::vector<int64_t>> EvaluateShape(const Shape& shape, const SymbolBinding& binding);
// Every dim as a number, or nullopt when one is symbolic.
std::optional<std::vector<int64_t>> StaticShape(const Shape& shape);
// The product of the dims; nullopt when it overflows or the expression is too large.
std::optional<Dim> NumElements(const Shape& shape);

// A tensor with a dim of 0 has no elements, but its other dims may be huge. Code may still multiply
// some of these (strides, rows) or work on them (the scales of columns), so the product of the
// nonzero dims of a type without elements may be at most this.
inline constexpr int64_t kMaxEmptyTensor = int64_t{1} << 20;
// The product of the nonzero numbers among the dims; nullopt when it does not fit in 63 bits or a
// number is negative.
std::optional<int64_t> ProductWithoutZeros(const Shape& shape);

// The number of elements, and that times the element size. ResourceLimit when a dim is negative or
// the result does not fit in 63 bits. The product of the nonzero dims must fit too, also when there
// are no elements, so that no product of some of the dims overflows.
Result<int64_t> CheckedNumElements(std::span<const int64_t> dims);
Result<int64_t> CheckedByteSize(std::span<const int64_t> dims, DType dtype);

struct Type {
  DType dtype = DType::kF32;
  Shape shape;

  int64_t rank() const { return static_cast<int64_t>(shape.size()); }
  std::string ToString() const;  // "f32[b,s,64]"
  friend bool operator==(const Type&, const Type&) = default;
};

}  // namespace octet::ir

#endif  // OCTET_IR_TYPE_H_
