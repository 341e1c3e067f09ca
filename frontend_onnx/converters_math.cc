// Matrix products, normalizations and reductions.
#include <cmath>
#include <limits>
#include <numeric>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"

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

// 0 where the mask is true, -infinity elsewhere.
Result<ir::Value*> AdditiveMask(ir::Rewriter* rewriter, ir::Value* mask, ir::DType dtype) {
  if (mask->dtype() != ir::DType::kBool) return mask;
  OCTET_ASSIGN_OR_RETURN(ir::Value * keep, FloatScalar(rewriter, dtype, 0));
  OCTET_ASSIGN_OR_RETURN(ir::Value * drop,
                         FloatScalar(rewriter, dtype, -std::numeric_limits<double>::infinity()));
  return rewriter->CreateValue(OpKind::kWhere, {mask, keep, drop});
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

// Outputs: the normalized x, and where they are asked for the mean and 1 / sqrt(variance + epsilon)
// over the axes from `axis` on.
Status ConvertLayerNormalization(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x->rank()));
  OCTET_ASSIGN_OR_RETURN(const double epsilon, node->Float("epsilon", 1e-5));
  // The type in which to compute, for types below float; octet always computes in float.
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

// The axes are an attribute before opset 18 and an input since. Without axes, all are meant, unless
// noop_with_empty_axes says none.
Status ConvertReduceMean(NodeContext* node) {
  ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t keepdims, node->Int("keepdims", 1));
  OCTET_ASSIGN_OR_RETURN(const int64_t noop, node->Int("noop_with_empty_axes", 0));
  std::vector<int64_t> axes;
  if (node->HasAttribute("axes")) {
    OCTET_ASSIGN_OR_RETURN(axes, node->Ints("axes"));
  } else if (node->input(1) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(axes, node->StaticInts(1));
  }
  OCTET_ASSIGN_OR_RETURN(axes, NormalizeAxes(axes, x->rank()));
  if (axes.empty() && noop != 0) {
    node->SetOutput(0, x);
    return {};
  }
  if (axes.empty()) {
    axes.resize(static_cast<size_t>(x->rank()));
    std::iota(axes.begin(), axes.end(), int64_t{0});
  }
  OCTET_ASSIGN_OR_RETURN(
      ir::Value * result,
      node->rewriter().CreateValue(OpKind::kReduceMean, {x},
                                   {{"axes", axes}, {"keepdims", int64_t{keepdims != 0}}}));
  node->SetOutput(0, result);
  return {};
}

// Since opset 13 over one axis; before, over all axes from `axis` on, as if x were a matrix.
Status ConvertSoftmax(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  ir::Value* x = node->input(0);
  const bool coerces = node->opset() < 13;
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", coerces ? 1 : -1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x->rank()));
  ir::Value* rows = x;
  int64_t row_axis = positive;
  if (coerces && positive != x->rank() - 1) {
    OCTET_ASSIGN_OR_RETURN(const ir::Dim outer, Product(x->shape(), 0, positive));
    OCTET_ASSIGN_OR_RETURN(const ir::Dim inner, Product(x->shape(), positive, x->rank()));
    OCTET_ASSIGN_OR_RETURN(rows, ReshapeTo(&rewriter, x, {outer, inner}));
    row_axis = 1;
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         rewriter.CreateValue(OpKind::kSoftmax, {rows}, {{"axis", row_axis}}));
  OCTET_ASSIGN_OR_RETURN(result, ReshapeTo(&rewriter, result, x->shape()));
  node->SetOutput(0, result);
  return {};
}

// softmax(Q K^T * scale + mask) V of heads laid out as [batch, heads, sequence, size]. The operator
// scales Q and K by sqrt(scale) each, so this does, too. What else Attention can do (a cache,
// grouped heads, causal masks, soft caps, rank-3 inputs) is refused.
Status ConvertAttention(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  ir::Value* q = node->input(0);
  ir::Value* k = node->input(1);
  ir::Value* v = node->input(2);
  OCTET_ASSIGN_OR_RETURN(const int64_t is_causal, node->Int("is_causal", 0));
  OCTET_ASSIGN_OR_RETURN(const double soft_cap, node->Float("softcap", 0));
  // What the fourth output would hold, and the type in which softmax computes.
  OCTET_RETURN_IF_ERROR(node->Int("qk_matmul_output_mode", 0).status());
  OCTET_RETURN_IF_ERROR(node->Int("softmax_precision", 1).status());
  if (is_causal != 0) return Unsupported("causal Attention");
  if (soft_cap != 0) return Unsupported("Attention with a soft cap");
  if (node->input(4) != nullptr || node->input(5) != nullptr) {
    return Unsupported("Attention with a cache of past keys and values");
  }
  for (int i = 1; i < node->num_outputs(); ++i) {
    if (node->OutputIsUsed(i)) return Unsupported("further outputs of Attention");
  }
  if (q->rank() != 4 || k->rank() != 4 || v->rank() != 4 || q->shape()[1] != k->shape()[1]) {
    return Unsupported("Attention of " + q->type().ToString() + ", " + k->type().ToString() +
                       "; octet needs rank 4 and as many heads of keys as of queries");
  }
  const ir::Dim size = q->shape()[3];
  double scale = 0;
  if (node->HasAttribute("scale")) {
    OCTET_ASSIGN_OR_RETURN(scale, node->Float("scale", 0));
    if (scale <= 0) return Unsupported("Attention with a scale of 0 or less");
  } else {
    if (!size.is_static() || size.coefficient() < 1) {
      return Unsupported("Attention with heads of unknown size");
    }
    scale = 1 / std::sqrt(static_cast<double>(size.coefficient()));
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * scaled_q, Scale(&rewriter, q, std::sqrt(scale)));
  OCTET_ASSIGN_OR_RETURN(ir::Value * transposed_k, TransposeMatrix(&rewriter, k));
  OCTET_ASSIGN_OR_RETURN(ir::Value * scaled_k, Scale(&rewriter, transposed_k, std::sqrt(scale)));
  OCTET_ASSIGN_OR_RETURN(ir::Value * scores,
                         rewriter.CreateValue(OpKind::kMatMul, {scaled_q, scaled_k}));
  if (node->input(3) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(ir::Value * mask, AdditiveMask(&rewriter, node->input(3), q->dtype()));
    OCTET_ASSIGN_OR_RETURN(scores, rewriter.CreateValue(OpKind::kAdd, {scores, mask}));
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * probabilities,
                         rewriter.CreateValue(OpKind::kSoftmax, {scores}, {{"axis", int64_t{3}}}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         rewriter.CreateValue(OpKind::kMatMul, {probabilities, v}));
  node->SetOutput(0, result);
  return {};
}

}  // namespace octet::frontend_onnx
