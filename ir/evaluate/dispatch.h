// Choosing a template instantiation by dtype or element size.
#ifndef OCTET_IR_EVALUATE_DISPATCH_H_
#define OCTET_IR_EVALUATE_DISPATCH_H_

#include <cstdint>
#include <type_traits>

#include "ir/type.h"

namespace octet::ir {

// Calls f(std::type_identity<T>()) with the C++ type of a dtype and returns true. Returns false for
// f16, bf16 and bool, which do not have an arithmetic C++ type.
template <typename F>
bool VisitArithmetic(DType dtype, F f) {
  switch (dtype) {
    case DType::kF32:
      f(std::type_identity<float>());
      return true;
    case DType::kF64:
      f(std::type_identity<double>());
      return true;
    case DType::kI64:
      f(std::type_identity<int64_t>());
      return true;
    case DType::kI32:
      f(std::type_identity<int32_t>());
      return true;
    case DType::kI8:
      f(std::type_identity<int8_t>());
      return true;
    case DType::kU8:
      f(std::type_identity<uint8_t>());
      return true;
    case DType::kF16:
    case DType::kBf16:
    case DType::kBool:
      break;
  }
  return false;
}

inline bool IsArithmetic(DType dtype) {
  return dtype != DType::kF16 && dtype != DType::kBf16 && dtype != DType::kBool;
}

// Calls f(std::type_identity<U>()) with the unsigned integer of the element's size, for ops that
// only move elements.
template <typename F>
void VisitElementSize(DType dtype, F f) {
  switch (DTypeSize(dtype)) {
    case 1:
      return f(std::type_identity<uint8_t>());
    case 2:
      return f(std::type_identity<uint16_t>());
    case 4:
      return f(std::type_identity<uint32_t>());
    default:
      return f(std::type_identity<uint64_t>());
  }
}

}  // namespace octet::ir

#endif  // OCTET_IR_EVALUATE_DISPATCH_H_
