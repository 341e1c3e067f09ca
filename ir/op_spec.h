// What an op does, apart from its place in a graph.
#ifndef OCTET_IR_OP_SPEC_H_
#define OCTET_IR_OP_SPEC_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ir/attribute.h"
#include "ir/op_info.h"

namespace octet::ir {

// Where an op came from: the ONNX node it was first made from, and the module path recovered from
// that node ("bert.encoder.layer.0.attention.self.query"). An op that does the work of several
// linears names them all ("bert.encoder.layer.0.attention.self.{query,key,value}"). Copies share
// the texts, so the many ops of one node have them once.
class Location {
 public:
  Location() = default;
  Location(std::string node, std::string module_path);

  const std::string& node() const { return texts().node; }
  const std::string& module_path() const { return texts().module_path; }

 private:
  struct Texts {
    std::string node;
    std::string module_path;
  };

  const Texts& texts() const { return texts_ != nullptr ? *texts_ : NoTexts(); }
  static const Texts& NoTexts();

  std::shared_ptr<const Texts> texts_;  // null when both are empty
};

// The kind of an op, its attributes and its location. Copies are cheap and outlive the graph.
class OpSpec {
 public:
  OpKind kind() const { return kind_; }
  std::string_view name() const { return GetOpInfo(kind_).name; }
  const Location& location() const { return location_; }

  const Attributes& attributes() const { return attributes_; }
  const Attribute* FindAttribute(std::string_view attribute_name) const {
    return attributes_.Find(attribute_name);
  }
  // The value of an attribute, which must be present (the verifier checks that).
  template <typename T>
  const T& attr(std::string_view attribute_name) const {
    return std::get<T>(*FindAttribute(attribute_name));
  }
  int64_t int_attr(std::string_view n) const { return attr<int64_t>(n); }
  double float_attr(std::string_view n) const { return attr<double>(n); }
  const std::string& string_attr(std::string_view n) const { return attr<std::string>(n); }
  const std::vector<int64_t>& ints_attr(std::string_view n) const {
    return attr<std::vector<int64_t>>(n);
  }
  const Shape& dims_attr(std::string_view n) const { return attr<Shape>(n); }

  // The status with this op's location.
  Status Error(Status status) const;

 private:
  friend class Module;
  friend class Rewriter;
  OpKind kind_ = OpKind::kConstant;
  Attributes attributes_;
  Location location_;
};

}  // namespace octet::ir

#endif  // OCTET_IR_OP_SPEC_H_
