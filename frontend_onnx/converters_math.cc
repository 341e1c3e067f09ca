// Matrix products and normalizations.
#include <cmath>
#include <numeric>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

// x * factor, or x itself when the factor is 1.
Result<ir::Value*> Scale(ir::Rewriter* rewriter, ir::Value* x, double factor) {
  if (factor == 1) return x;
  OCTET_ASSIGN_OR_RETURN(ir::Value * scalar, FloatScalar(rewriter, x->dtype(), factor));
  return rewriter->CreateValue(OpKind::kMul, {x, scalar});
}

Result<ir::Value*> TransposeIf(ir::Rewriter* rewriter, ir::Value* x, int64_t transpose) {
  if (transpose == 0) return x;
  return TransposeMatrix(rewriter, x);
}

// Softmax and LogSoftmax: over one axis since opset 13; before, over all axes from `axis` on, as if
// x were a matrix. `normalize` gets x, or that matrix, and the axis.
template <typename F>
Status NormalizeRows(NodeContext* node, F normalize) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  const ir::Shape shape = x.value->shape();
  const bool coerces = node->opset() < 13;
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", coerces ? 1 : -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  if (!coerces || positive == x.value->rank() - 1) {
    return f.Finish(node, 0, normalize(x, positive));
  }
  OCTET_ASSIGN_OR_RETURN(const ir::Dim outer, Product(shape, 0, positive));
  OCTET_ASSIGN_OR_RETURN(const ir::Dim inner, Product(shape, positive, x.value->rank()));
  return f.Finish(node, 0, ReshapeOf(normalize(ReshapeOf(x, {outer, inner}), 1), shape));
}

}  // namespace

// alpha * A' B' + beta * C, of matrices.
Status ConvertGemm(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  OCTET_ASSIGN_OR_RETURN(const double beta, node->Float("beta", 1));
  OCTET_ASSIGN_OR_RETURN(const int64_t trans_a, node->Int("transA", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t trans_b, node->Int("transB", 0));
  if (node->input(0)->rank() != 2 || node->input(1)->rank() != 2) {
    return InvalidModel("Gemm of " + node->input(0)->type().ToString() + " and " +
                        node->input(1)->type().ToString() + "; both must be matrices");
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * a, TransposeIf(&rewriter, node->input(0), trans_a));
  OCTET_ASSIGN_OR_RETURN(ir::Value * b, TransposeIf(&rewriter, node->input(1), trans_b));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, rewriter.CreateValue(OpKind::kMatMul, {a, b}));
  OCTET_ASSIGN_OR_RETURN(result, Scale(&rewriter, result, alpha));
  if (node->input(2) != nullptr) {
    const ir::Type product = result->type();
    OCTET_ASSIGN_OR_RETURN(ir::Value * c, Scale(&rewriter, node->input(2), beta));
    OCTET_ASSIGN_OR_RETURN(result, rewriter.CreateValue(OpKind::kAdd, {result, c}));
    if (result->type() != product) {
      return InvalidModel("Gemm's C of " + c->type().ToString() + " does not broadcast to " +
                          product.ToString());
    }
  }
  node->SetOutput(0, result);
  return {};
}

// Outputs: the normalized x and, if they are used, the mean and 1 / sqrt(variance + epsilon) over
// the axes from `axis` on.
Status ConvertLayerNormalization(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x->rank()));
  OCTET_ASSIGN_OR_RETURN(const double epsilon, node->Float("epsilon", 1e-5));
  // stash_type is the type to compute in for types smaller than float; octet computes those in
  // float.
  OCTET_RETURN_IF_ERROR(node->Int("stash_type", 1).status());
  if (epsilon < 0) return InvalidModel("LayerNormalization with a negative epsilon");
  std::vector<ir::Value*> operands = {x, node->input(1)};
  if (node->input(2) != nullptr) operands.push_back(node->input(2));
  OCTET_ASSIGN_OR_RETURN(
      const ir::Op* op,
      rewriter.Create(OpKind::kLayerNorm, operands, {{"axis", positive}, {"epsilon", epsilon}}));
  node->SetOutput(0, op->result());
  if (!node->OutputIsUsed(1) && !node->OutputIsUsed(2)) return {};

  std::vector<int64_t> axes(static_cast<size_t>(x->rank() - positive));
  std::iota(axes.begin(), axes.end(), positive);
  const ir::Attributes reduction = {{"axes", axes}, {"keepdims", int64_t{1}}};
  OCTET_ASSIGN_OR_RETURN(ir::Value * mean,
                         rewriter.CreateValue(OpKind::kReduceMean, {x}, reduction));
  OCTET_ASSIGN_OR_RETURN(ir::Value * centered, rewriter.CreateValue(OpKind::kSub, {x, mean}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * square,
                         rewriter.CreateValue(OpKind::kMul, {centered, centered}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * variance,
                         rewriter.CreateValue(OpKind::kReduceMean, {square}, reduction));
  OCTET_ASSIGN_OR_RETURN(ir::Value * small, FloatScalar(&rewriter, x->dtype(), epsilon));
  OCTET_ASSIGN_OR_RETURN(ir::Value * sum, rewriter.CreateValue(OpKind::kAdd, {variance, small}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * root, rewriter.CreateValue(OpKind::kSqrt, {sum}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * inverse, rewriter.CreateValue(OpKind::kReciprocal, {root}));
  if (node->OutputIsUsed(1)) node->SetOutput(1, mean);
  if (node->OutputIsUsed(2)) node->SetOutput(2, inverse);
  return {};
}

Status ConvertSoftmax(NodeContext* node) {
  return NormalizeRows(node, [](const Term& x, int64_t axis) {
    return x.formula->Apply(OpKind::kSoftmax, {x}, {{"axis", axis}});
  });
}

// x - max - log(sum(e^(x - max))): log(softmax(x)) would be -infinity where softmax(x) < e^-103.
Status ConvertLogSoftmax(NodeContext* node) {
  return NormalizeRows(node, [](const Term& x, int64_t axis) {
    const Term below_max = x - Reduce(OpKind::kReduceMax, x, {axis});
    return below_max - Log(Reduce(OpKind::kReduceSum, Exp(below_max), {axis}));
  });
}

// x / sqrt(mean(x^2) + epsilon) * scale, over the axes from `axis` on.
Status ConvertRmsNormalization(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  const int64_t rank = x.value->rank();
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, rank));
  OCTET_ASSIGN_OR_RETURN(const double epsilon, node->Float("epsilon", 1e-5));
  OCTET_RETURN_IF_ERROR(node->Int("stash_type", 1).status());
  if (epsilon < 0) return InvalidModel("RMSNormalization with a negative epsilon");
  std::vector<int64_t> axes(static_cast<size_t>(rank - positive));
  std::iota(axes.begin(), axes.end(), positive);
  const Term square = Reduce(OpKind::kReduceMean, x * x, axes);
  return f.Finish(node, 0, x / Sqrt(square + epsilon) * f.Of(node->input(1)));
}

// x / norm along an axis. The norm is the sum of |x| (p = 1) or the root of the sum of x^2 (p = 2).
Status ConvertLpNormalization(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x.value->rank()));
  OCTET_ASSIGN_OR_RETURN(const int64_t p, node->Int("p", 2));
  if (p != 1 && p != 2) return InvalidModel("LpNormalization with p = " + std::to_string(p));
  const Term norm = p == 1 ? Reduce(OpKind::kReduceSum, Abs(x), {positive})
                           : Sqrt(Reduce(OpKind::kReduceSum, x * x, {positive}));
  // A vector of zeros stays one.
  const Term zero = f.Number(0, x);
  return f.Finish(node, 0, Where(Equal(norm, zero), zero, x / norm));
}

}  // namespace octet::frontend_onnx
