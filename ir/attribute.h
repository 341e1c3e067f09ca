// Attributes of operations: a sorted map from name to value, checked against ops.def.
#ifndef OCTET_IR_ATTRIBUTE_H_
#define OCTET_IR_ATTRIBUTE_H_

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ir/observer_spec.h"
#include "ir/tensor.h"

namespace octet::ir {

// In text, in this order: 7; 1e-12 (always with a point or an exponent); "gelu"; [0, 2, 1];
// dims[b,s,64]; f32; "per_token_affine_u8"; splat(0.5), [1.0, 2.0] or another form of
// Tensor::Describe.
using Attribute = std::variant<int64_t, double, std::string, std::vector<int64_t>, Shape, DType,
                               ObserverSpec, Tensor>;

// The kinds of attribute values, numbered as in Attribute.
enum class AttributeKind : uint8_t {
  kInt,
  kFloat,
  kString,
  kInts,
  kDims,
  kDType,
  kObserver,
  kTensor
};

inline AttributeKind KindOf(const Attribute& attribute) {
  return static_cast<AttributeKind>(attribute.index());
}

using Attributes = std::map<std::string, Attribute, std::less<>>;

}  // namespace octet::ir

#endif  // OCTET_IR_ATTRIBUTE_H_
