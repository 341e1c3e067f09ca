// Attributes of operations: a sorted map from name to value, checked against ops.def.
#ifndef OCTET_IR_ATTRIBUTE_H_
#define OCTET_IR_ATTRIBUTE_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
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

// Copies share their entries, which never change: a graph, its clones and the steps that are
// compiled from it hold the attributes of an op once.
class Attributes {
 public:
  using Entry = std::pair<std::string, Attribute>;

  Attributes() = default;
  // No two entries may have the same name.
  Attributes(std::initializer_list<Entry> entries);

  // Returns nullptr if no attribute has this name.
  const Attribute* Find(std::string_view name) const;
  bool contains(std::string_view name) const { return Find(name) != nullptr; }

  // Adds the attribute, or replaces its value. Copies made before keep what they have.
  void Set(std::string_view name, Attribute value);

  // In the order of the names.
  const Entry* begin() const { return entries_.get(); }
  const Entry* end() const { return entries_.get() + size_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::shared_ptr<const Entry[]> entries_;
  size_t size_ = 0;
};

}  // namespace octet::ir

#endif  // OCTET_IR_ATTRIBUTE_H_
