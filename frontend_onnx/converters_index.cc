// Operators that pick, place or order single elements, and operators that count along axes.
#include <algorithm>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/data_type.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::DType;
using ir::OpKind;

// 0, 1 ... size - 1 in the shape [size,1,1...] with `behind` axes of 1.
Term CountAlong(Formula* f, const Dim& size, int64_t behind) {
  const Term iota =
      f->Apply(OpKind::kIota, {}, {{"start", int64_t{0}}, {"limit", ir::Shape{size}}});
  ir::Shape shape = {size};
  shape.insert(shape.end(), static_cast<size_t>(behind), Dim(1));
  return ReshapeOf(iota, std::move(shape));
}

// The positions of the greatest or least elements along an axis.
Status ConvertArgExtreme(NodeContext* node, OpKind kind) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  OCTET_ASSIGN_OR_RETURN(const int64_t keepdims, node->Int("keepdims", 1));
  OCTET_ASSIGN_OR_RETURN(const int64_t last, node->Int("select_last_index", 0));
  Term result = f.Apply(kind, {x}, {{"axis", positive}, {"last", int64_t{last != 0}}});
  if (keepdims == 0) {
    ir::Shape shape = x.value->shape();
    shape.erase(shape.begin() + positive);
    result = ReshapeOf(result, std::move(shape));
  }
  return f.Finish(node, 0, result);
}

// "none" in versions without the attribute.
Result<std::string> ReductionOf(NodeContext* node) { return node->String("reduction", "none"); }

// Whether x is a constant of one nonzero element, perhaps cast, reshaped or expanded. Also false if
// that is not certain: a cast may make 0 of 0.5, and of 256 when it is to 8 bits.
bool IsNowhereZero(const ir::Value* x) {
  constexpr int kMaxOps = 16;  // exporters put two or three in between
  bool is_cast = false;
  for (int i = 0; i < kMaxOps && x->def() != nullptr; ++i) {
    const OpKind kind = x->def()->kind();
    if (kind != OpKind::kExpand && kind != OpKind::kReshape && kind != OpKind::kCast) break;
    is_cast = is_cast || kind == OpKind::kCast;
    x = x->def()->operand(0);
  }
  const ir::Tensor* constant = x->constant();
  if (constant == nullptr || !constant->has_data() || constant->num_elements() != 1) return false;
  // Every type holds 1 ... 127.
  const auto is_nonzero = [&](auto number) {
    return is_cast ? number >= 1 && number <= 127 : number != 0;
  };
  switch (constant->dtype()) {
    case DType::kF32:
      return is_nonzero(*constant->as<float>());
    case DType::kI64:
      return is_nonzero(*constant->as<int64_t>());
    case DType::kI32:
      return is_nonzero(*constant->as<int32_t>());
    case DType::kBool:
      return *constant->as<uint8_t>() != 0;
    default:
      return false;
  }
}

}  // namespace

Status ConvertGatherElements(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  return f.Finish(
      node, 0, f.Apply(OpKind::kGatherElements, {x, f.Of(node->input(1))}, {{"axis", positive}}));
}

Status ConvertScatterElements(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  OCTET_ASSIGN_OR_RETURN(std::string reduction, ReductionOf(node));
  return f.Finish(node, 0,
                  f.Apply(OpKind::kScatterElements, {x, f.Of(node->input(1)), f.Of(node->input(2))},
                          {{"axis", positive}, {"reduction", std::move(reduction)}}));
}

Status ConvertScatterNd(NodeContext* node) {
  Formula f(&node->rewriter());
  OCTET_ASSIGN_OR_RETURN(std::string reduction, ReductionOf(node));
  return f.Finish(node, 0,
                  f.Apply(OpKind::kScatterNd,
                          {f.Of(node->input(0)), f.Of(node->input(1)), f.Of(node->input(2))},
                          {{"reduction", std::move(reduction)}}));
}

Status ConvertArgMax(NodeContext* node) { return ConvertArgExtreme(node, OpKind::kArgMax); }
Status ConvertArgMin(NodeContext* node) { return ConvertArgExtreme(node, OpKind::kArgMin); }

// k is an attribute before opset 10 and an input since. The values are gathered by their positions.
Status ConvertTopK(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  OCTET_ASSIGN_OR_RETURN(const int64_t largest, node->Int("largest", 1));
  // Unsorted means any order, so sorted elements are right for both values.
  OCTET_RETURN_IF_ERROR(node->Int("sorted", 1).status());
  int64_t k = 0;
  if (node->HasAttribute("k")) {
    OCTET_ASSIGN_OR_RETURN(k, node->Int("k"));
  } else {
    OCTET_ASSIGN_OR_RETURN(k, node->StaticInt(1));
  }
  const Term positions = f.Apply(
      OpKind::kTopK, {x}, {{"axis", positive}, {"k", k}, {"largest", int64_t{largest != 0}}});
  const Term values = f.Apply(OpKind::kGatherElements, {x, positions}, {{"axis", positive}});
  OCTET_RETURN_IF_ERROR(f.Finish(node, 0, values));
  if (node->num_outputs() < 2) return {};
  return f.Finish(node, 1, positions);
}

// Inputs: indices, depth, and the values (off, on). A negative index counts from the end; an index
// that is out of range gives `off` everywhere.
Status ConvertOneHot(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term indices = CastOf(f.Of(node->input(0)), DType::kI64);
  const Term values = f.Of(node->input(2));
  OCTET_ASSIGN_OR_RETURN(const ir::Contents depth, node->Contents(1));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  const int64_t rank = node->input(0)->rank() + 1;
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, rank));
  if (depth.size() != 1 || values.value->shape() != ir::Shape{2}) {
    return InvalidModel("OneHot needs a depth of one element and two values");
  }
  ir::Shape shape = node->input(0)->shape();
  shape.insert(shape.begin() + positive, Dim(1));
  const Term count = CountAlong(&f, depth[0], rank - 1 - positive);
  const Term size = f.Apply(OpKind::kSymbolic, {}, {{"value", ir::Shape{depth[0]}}});
  const Term negative = Less(indices, f.Number(0, indices));
  const Term counted = ReshapeOf(Where(negative, indices + size, indices), std::move(shape));
  const Term off = ReshapeOf(SliceOf(values, 0, 0, 1), {});
  const Term on = ReshapeOf(SliceOf(values, 0, 1, 2), {});
  return f.Finish(node, 0, Where(Equal(counted, count), on, off));
}

// The lower triangle of the last two axes, or the upper one, from the k-th diagonal on; 0
// elsewhere.
Status ConvertTrilu(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t upper, node->Int("upper", 1));
  int64_t k = 0;
  if (node->input(1) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(k, node->StaticInt(1));
  }
  if (x.value->rank() < 2) return InvalidModel("Trilu of " + x.value->type().ToString());
  const ir::Shape& shape = x.value->shape();
  const Term row = CountAlong(&f, shape[shape.size() - 2], 1);
  const Term diagonal = CountAlong(&f, shape.back(), 0) - row;
  const Term limit = f.Take(node->rewriter().Scalar(k));
  const Term kept = upper != 0 ? GreaterOrEqual(diagonal, limit) : GreaterOrEqual(limit, diagonal);
  return f.Finish(node, 0, Where(kept, x, f.Number(0, x)));
}

// Ones on the k-th diagonal of a matrix of the shape of x.
Status ConvertEyeLike(NodeContext* node) {
  Formula f(&node->rewriter());
  const ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t k, node->Int("k", 0));
  DType dtype = x->dtype();
  if (node->HasAttribute("dtype")) {
    OCTET_ASSIGN_OR_RETURN(const int64_t number, node->Int("dtype"));
    OCTET_ASSIGN_OR_RETURN(dtype, DTypeFromOnnx(number));
  }
  if (x->rank() != 2) return InvalidModel("EyeLike of " + x->type().ToString());
  const Term row = CountAlong(&f, x->shape()[0], 1);
  const Term diagonal = CountAlong(&f, x->shape()[1], 0) - row;
  return f.Finish(node, 0, CastOf(Equal(diagonal, f.Take(node->rewriter().Scalar(k))), dtype));
}

// Only for a vector without zeros, which old exporters use to count: the result is 0, 1 ... as a
// matrix of one row. For data, the size of the result would be known only when the model runs.
Status ConvertNonZero(NodeContext* node) {
  const ir::Value* x = node->input(0);
  if (x->rank() != 1 || !IsNowhereZero(x)) {
    return Unsupported("NonZero of data; octet needs shapes that follow from the input shapes");
  }
  Formula f(&node->rewriter());
  const Term count = CountAlong(&f, x->shape()[0], 0);
  return f.Finish(node, 0, ReshapeOf(count, {1, x->shape()[0]}));
}

}  // namespace octet::frontend_onnx
