// Reductions.
#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

struct Reduction {
  std::vector<int64_t> axes;  // normalized, sorted
  bool keepdims;
  bool noop;  // no axes are given, and the node then copies its input
};

// The axes are an attribute before opset 18 (for ReduceSum: 13) and an input since. Without axes,
// the node reduces all axes, or none if noop_with_empty_axes is set.
Result<Reduction> ReadReduction(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t keepdims, node->Int("keepdims", 1));
  OCTET_ASSIGN_OR_RETURN(const int64_t noop, node->Int("noop_with_empty_axes", 0));
  const int64_t rank = node->input(0)->rank();
  std::vector<int64_t> axes;
  if (node->HasAttribute("axes")) {
    OCTET_ASSIGN_OR_RETURN(axes, node->Ints("axes"));
  } else if (node->input(1) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(axes, node->StaticInts(1));
  }
  OCTET_ASSIGN_OR_RETURN(axes, NormalizeAxes(axes, rank));
  const bool given = !axes.empty();
  if (!given && noop == 0) {
    axes.resize(static_cast<size_t>(rank));
    std::iota(axes.begin(), axes.end(), int64_t{0});
  }
  return Reduction{std::move(axes), keepdims != 0, !given && noop != 0};
}

// The output is reduce(x, reduction), or x itself for a noop.
template <typename F>
Status Convert(NodeContext* node, F reduce) {
  OCTET_ASSIGN_OR_RETURN(const Reduction reduction, ReadReduction(node));
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  return f.Finish(node, 0, reduction.noop ? x : reduce(x, reduction));
}

Term Apply(OpKind kind, const Term& x, const Reduction& reduction) {
  return Reduce(kind, x, reduction.axes, reduction.keepdims);
}

Status ConvertPlain(NodeContext* node, OpKind kind) {
  return Convert(node, [=](const Term& x, const Reduction& r) { return Apply(kind, x, r); });
}

// For bools (opset 20), the maximum is "any" and the minimum is "all".
Status ConvertExtreme(NodeContext* node, OpKind kind) {
  return Convert(node, [=](const Term& x, const Reduction& r) {
    if (x.value->dtype() != ir::DType::kBool) return Apply(kind, x, r);
    return CastOf(Apply(kind, CastOf(x, ir::DType::kU8), r), ir::DType::kBool);
  });
}

// The product of the dims of a shape, which exporters for TensorFlow compute; nullptr if the
// elements of `node`'s input are not known.
Result<ir::Value*> ShapeProduct(NodeContext* node, const Reduction& reduction) {
  const ir::Value* x = node->input(0);
  const ir::Contents* factors = x->contents();
  if (factors == nullptr || (x->rank() == 1 && reduction.noop)) return nullptr;
  OCTET_ASSIGN_OR_RETURN(const ir::Dim product,
                         Product(*factors, 0, static_cast<int64_t>(factors->size())));
  Formula f(&node->rewriter());
  const Term vector = f.Apply(OpKind::kSymbolic, {}, {{"value", ir::Shape{product}}});
  const bool is_vector = x->rank() == 1 && reduction.keepdims;
  const Term result = ReshapeOf(CastOf(vector, x->dtype()), is_vector ? ir::Shape{1} : ir::Shape{});
  OCTET_RETURN_IF_ERROR(f.status());
  return result.value;
}

}  // namespace

Status ConvertReduceMean(NodeContext* node) { return ConvertPlain(node, OpKind::kReduceMean); }
Status ConvertReduceSum(NodeContext* node) { return ConvertPlain(node, OpKind::kReduceSum); }
Status ConvertReduceMax(NodeContext* node) { return ConvertExtreme(node, OpKind::kReduceMax); }
Status ConvertReduceMin(NodeContext* node) { return ConvertExtreme(node, OpKind::kReduceMin); }

Status ConvertReduceProd(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const Reduction reduction, ReadReduction(node));
  OCTET_ASSIGN_OR_RETURN(ir::Value * product, ShapeProduct(node, reduction));
  if (product == nullptr) return ConvertPlain(node, OpKind::kReduceProd);
  node->SetOutput(0, product);
  return {};
}

Status ConvertReduceL1(NodeContext* node) {
  return Convert(
      node, [](const Term& x, const Reduction& r) { return Apply(OpKind::kReduceSum, Abs(x), r); });
}

Status ConvertReduceL2(NodeContext* node) {
  return Convert(node, [](const Term& x, const Reduction& r) {
    return Sqrt(Apply(OpKind::kReduceSum, x * x, r));
  });
}

Status ConvertReduceSumSquare(NodeContext* node) {
  return Convert(
      node, [](const Term& x, const Reduction& r) { return Apply(OpKind::kReduceSum, x * x, r); });
}

Status ConvertReduceLogSum(NodeContext* node) {
  return Convert(
      node, [](const Term& x, const Reduction& r) { return Log(Apply(OpKind::kReduceSum, x, r)); });
}

// max + log(sum(e^(x - max))), which does not overflow. An infinite max is replaced by 0, because
// infinity - infinity is NaN.
Status ConvertReduceLogSumExp(NodeContext* node) {
  return Convert(node, [](const Term& x, const Reduction& r) {
    const Term max = Reduce(OpKind::kReduceMax, x, r.axes);
    const Term infinity = x.formula->Number(std::numeric_limits<double>::infinity(), x);
    const Term finite = Less(Abs(max), infinity);
    const Term shift = Where(finite, max, x.formula->Number(0, x));
    const Term sum = Reduce(OpKind::kReduceSum, Exp(x - shift), r.axes);
    const Term kept = Log(sum) + shift;
    if (r.keepdims || kept.value == nullptr) return kept;
    ir::Shape shape;
    for (int64_t i = 0; i < x.value->rank(); ++i) {
      if (!std::ranges::binary_search(r.axes, i)) {
        shape.push_back(x.value->shape()[static_cast<size_t>(i)]);
      }
    }
    return ReshapeOf(kept, std::move(shape));
  });
}

}  // namespace octet::frontend_onnx
