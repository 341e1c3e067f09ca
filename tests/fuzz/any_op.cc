#include "tests/fuzz/any_op.h"

#include <algorithm>
#include <limits>
#include <string>

namespace octet::fuzz {
namespace {

using ir::Attribute;
using ir::AttributeKind;
using ir::DType;
using ir::OpKind;
using ir::Shape;
using ir::Value;
using Ints = std::vector<int64_t>;

constexpr DType kDTypes[] = {DType::kF32, DType::kF32, DType::kI64, DType::kBool, DType::kF16,
                             DType::kI32, DType::kF64, DType::kU8,  DType::kI8,   DType::kBf16};
constexpr int64_t kMaxRank = 4;

Ints SomeInts(ByteReader& in, int64_t count, int64_t least, int64_t most) {
  Ints values;
  for (int64_t i = 0; i < count; ++i) values.push_back(in.Between(least, most));
  return values;
}

Ints Permutation(ByteReader& in, int64_t rank) {
  Ints perm;
  for (int64_t i = 0; i < rank; ++i) perm.insert(perm.begin() + in.Below(i + 1), i);
  return perm;
}

Ints Axes(ByteReader& in, int64_t rank) {
  Ints axes;
  for (int64_t i = 0; i < rank; ++i) {
    if (in.Coin()) axes.push_back(i);
  }
  return axes;
}

// A shape with as many elements as `shape`, perhaps: two axes become one, or one of size 1 comes or
// goes.
Shape SimilarShape(ByteReader& in, Shape shape) {
  const auto rank = static_cast<int64_t>(shape.size());
  const int64_t at = in.Below(rank + 1);
  switch (in.Below(4)) {
    case 0:
      if (at + 1 < rank) {
        const auto i = static_cast<size_t>(at);
        const auto product = shape[i].Times(shape[i + 1]);
        if (product) shape[i] = *product;
        shape.erase(shape.begin() + at + 1);
      }
      break;
    case 1:
      shape.insert(shape.begin() + at, 1);
      break;
    case 2:
      if (at < rank) shape.erase(shape.begin() + at);
      break;
    default:
      if (at < rank) shape[static_cast<size_t>(at)] = in.Below(6);
  }
  return shape;
}

Shape SomeDims(GraphBuilder& builder, int64_t count) {
  ByteReader& in = builder.in();
  Shape dims;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t kind = in.Below(8);
    if (kind == 6) {
      dims.push_back(builder.batch());
    } else if (kind == 7) {
      dims.push_back(builder.tokens());
    } else {
      dims.push_back(kind);
    }
  }
  return dims;
}

Attribute AnyAttribute(GraphBuilder& builder, const ir::AttributeInfo& info, const Value* first) {
  ByteReader& in = builder.in();
  const int64_t rank = first == nullptr ? 1 : first->rank();
  switch (info.kind) {
    case AttributeKind::kInt:
      if (info.is_flag) return in.Below(2);
      if (info.name == "axis" && rank > 0) return in.Below(rank);
      return in.Between(-1, 4);
    case AttributeKind::kFloat:
      return in.Pick({1e-5, 0.5, 1.0, 0.0, 1e-12, -1.0});
    case AttributeKind::kString:
      if (!info.values.empty()) return std::string(in.Pick(info.values));
      return std::string("u");
    case AttributeKind::kInts:
      if (info.name == "perm") return Permutation(in, rank);
      if (info.name == "axes") return Axes(in, rank);
      if (info.name == "pads") return SomeInts(in, 2 * std::max<int64_t>(rank - 2, 0), 0, 2);
      if (info.name == "steps") return SomeInts(in, in.Below(rank + 1), -2, 2);
      return SomeInts(in, std::max<int64_t>(rank - 2, 0), 1, 3);
    case AttributeKind::kDims:
      if (info.name == "shape" && first != nullptr) return SimilarShape(in, first->shape());
      if (info.name == "begins") return SomeDims(builder, rank);
      return SomeDims(builder, info.name == "limit" ? 1 : in.Below(rank + 1));
    case AttributeKind::kDType:
      return in.Pick(kDTypes);
    case AttributeKind::kObserver:
    case AttributeKind::kTensor:
      return int64_t{0};  // of no op that this file makes
  }
  return int64_t{0};
}

void AddAnyConstant(GraphBuilder& builder) {
  ByteReader& in = builder.in();
  const DType dtype = in.Pick(kDTypes);
  const int64_t rank = in.Below(kMaxRank + 1);
  builder.Keep(builder.AnyConstant(dtype, SomeInts(in, rank, 0, 5)));
}

void AddSpecialNumber(GraphBuilder& builder) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  builder.Keep(builder.Number(builder.in().Pick(
      {0.0f, -0.0f, 1.0f, kInfinity, -kInfinity, kNan, 1e-45f, 3e38f, -1e30f, 88.5f, -104.0f})));
}

// As many axes as `axes` has, for the lists that go with it.
void FitSlice(GraphBuilder& builder, ir::Attributes* attributes) {
  const auto count = static_cast<int64_t>(std::get<Ints>(*attributes->Find("axes")).size());
  attributes->Set("starts", SomeDims(builder, count));
  attributes->Set("ends", SomeDims(builder, count));
  attributes->Set("steps", SomeInts(builder.in(), count, -2, 2));
}

void FitPad(GraphBuilder& builder, ir::Attributes* attributes) {
  const auto count = static_cast<int64_t>(std::get<Shape>(*attributes->Find("begins")).size());
  attributes->Set("ends", SomeDims(builder, count));
}

void AddOp(GraphBuilder& builder, const ir::OpInfo& info) {
  ByteReader& in = builder.in();
  std::vector<Value*> operands;
  int count = info.min_operands;
  if (info.max_operands > count) {
    count += static_cast<int>(in.Below(std::min(info.max_operands - count, 3) + 1));
  }
  for (int i = 0; i < count; ++i) {
    // Half of the time of the first one's type, which many ops need.
    const bool alike = i > 0 && operands[0] != nullptr && in.Coin();
    Value* operand = alike ? builder.PickTyped(operands[0]->type()) : builder.PickAny();
    operands.push_back(operand);
  }
  ir::Attributes attributes;
  for (const ir::AttributeInfo& attribute : info.attributes) {
    if (attribute.optional && in.Coin()) continue;
    const Value* first = operands.empty() ? nullptr : operands[0];
    attributes.Set(attribute.name, AnyAttribute(builder, attribute, first));
  }
  if (info.kind == OpKind::kSlice) FitSlice(builder, &attributes);
  if (info.kind == OpKind::kPad) FitPad(builder, &attributes);
  builder.Keep(builder.Make(info.kind, operands, std::move(attributes)));
}

}  // namespace

void AddAnyOp(GraphBuilder& builder) {
  ByteReader& in = builder.in();
  switch (in.Below(8)) {
    case 0:
      return AddAnyConstant(builder);
    case 1:
      return AddSpecialNumber(builder);
    default:
      break;
  }
  const std::vector<ir::OpInfo>& ops = ir::AllOps();
  const ir::OpInfo& info = ops[static_cast<size_t>(in.Byte()) % ops.size()];
  const bool has_tensor = std::ranges::any_of(info.attributes, [](const auto& attribute) {
    return attribute.kind == AttributeKind::kTensor || attribute.kind == AttributeKind::kObserver;
  });
  if (has_tensor || info.first_stage != ir::Stage::kImport || info.num_results != 1) return;
  // No op may use its result.
  if (info.kind == OpKind::kSqueeze) return;
  AddOp(builder, info);
}

}  // namespace octet::fuzz
