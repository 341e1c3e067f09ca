// Elementwise operators that need more than a renamed IR op.
#include <cmath>
#include <limits>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/data_type.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

// x_0 op x_1 op x_2 ..., from the left.
Status ConvertVariadic(NodeContext* node, OpKind kind) {
  ir::Value* result = node->input(0);
  for (int i = 1; i < node->num_inputs(); ++i) {
    OCTET_ASSIGN_OR_RETURN(result, node->rewriter().CreateValue(kind, {result, node->input(i)}));
  }
  node->SetOutput(0, result);
  return {};
}

// 0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))), the approximation of the GELU paper
// (Hendrycks and Gimpel, 2016).
Result<ir::Value*> TanhGelu(ir::Rewriter* rewriter, ir::Value* x) {
  const auto scalar = [&](double value) { return FloatScalar(rewriter, x->dtype(), value); };
  const double root_2_over_pi = std::sqrt(2 / std::acos(-1.0));
  OCTET_ASSIGN_OR_RETURN(ir::Value * half, scalar(0.5));
  OCTET_ASSIGN_OR_RETURN(ir::Value * one, scalar(1));
  OCTET_ASSIGN_OR_RETURN(ir::Value * three, scalar(3));
  OCTET_ASSIGN_OR_RETURN(ir::Value * cubic_factor, scalar(0.044715));
  OCTET_ASSIGN_OR_RETURN(ir::Value * factor, scalar(root_2_over_pi));
  OCTET_ASSIGN_OR_RETURN(ir::Value * cube, rewriter->CreateValue(OpKind::kPow, {x, three}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * cubic,
                         rewriter->CreateValue(OpKind::kMul, {cube, cubic_factor}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * sum, rewriter->CreateValue(OpKind::kAdd, {x, cubic}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * inner, rewriter->CreateValue(OpKind::kMul, {sum, factor}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * tanh, rewriter->CreateValue(OpKind::kTanh, {inner}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * plus_one, rewriter->CreateValue(OpKind::kAdd, {tanh, one}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * half_x, rewriter->CreateValue(OpKind::kMul, {x, half}));
  return rewriter->CreateValue(OpKind::kMul, {half_x, plus_one});
}

// "saturate" (opset 19) and "round_mode" (24) say how to cast to types of 8 bits, which octet does
// not have.
Status ReadFloat8Attributes(NodeContext* node) {
  OCTET_RETURN_IF_ERROR(node->Int("saturate", 1).status());
  return node->String("round_mode", "up").status();
}

}  // namespace

Status ConvertMax(NodeContext* node) { return ConvertVariadic(node, OpKind::kMax); }
Status ConvertMin(NodeContext* node) { return ConvertVariadic(node, OpKind::kMin); }
Status ConvertSum(NodeContext* node) { return ConvertVariadic(node, OpKind::kAdd); }

Status ConvertIdentity(NodeContext* node) {
  node->SetOutput(0, node->input(0));
  return {};
}

Status ConvertCast(NodeContext* node) {
  OCTET_RETURN_IF_ERROR(ReadFloat8Attributes(node));
  OCTET_ASSIGN_OR_RETURN(const int64_t to, node->Int("to"));
  OCTET_ASSIGN_OR_RETURN(const ir::DType dtype, DTypeFromOnnx(to));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, CastTo(&node->rewriter(), node->input(0), dtype));
  node->SetOutput(0, result);
  return {};
}

Status ConvertCastLike(NodeContext* node) {
  OCTET_RETURN_IF_ERROR(ReadFloat8Attributes(node));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         CastTo(&node->rewriter(), node->input(0), node->input(1)->dtype()));
  node->SetOutput(0, result);
  return {};
}

// min(max(x, low), high); the bounds are inputs since opset 11 and attributes before.
Status ConvertClip(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  ir::Value* result = node->input(0);
  ir::Value* low = node->input(1);
  ir::Value* high = node->input(2);
  constexpr double kMaxFloat = std::numeric_limits<float>::max();
  if (node->HasAttribute("min")) {
    OCTET_ASSIGN_OR_RETURN(const double value, node->Float("min", -kMaxFloat));
    OCTET_ASSIGN_OR_RETURN(low, FloatScalar(&rewriter, result->dtype(), value));
  }
  if (node->HasAttribute("max")) {
    OCTET_ASSIGN_OR_RETURN(const double value, node->Float("max", kMaxFloat));
    OCTET_ASSIGN_OR_RETURN(high, FloatScalar(&rewriter, result->dtype(), value));
  }
  if (low != nullptr) {
    OCTET_ASSIGN_OR_RETURN(result, rewriter.CreateValue(OpKind::kMax, {result, low}));
  }
  if (high != nullptr) {
    OCTET_ASSIGN_OR_RETURN(result, rewriter.CreateValue(OpKind::kMin, {result, high}));
  }
  node->SetOutput(0, result);
  return {};
}

// Inference only: y = x, and a mask of ones. The ratio makes no difference.
Status ConvertDropout(NodeContext* node) {
  OCTET_RETURN_IF_ERROR(node->Float("ratio", 0.5).status());
  OCTET_RETURN_IF_ERROR(node->Int("seed", 0).status());
  if (node->input(2) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(const int64_t training, node->StaticInt(2));
    if (training != 0) return Unsupported("Dropout in training mode");
  }
  node->SetOutput(0, node->input(0));
  if (node->OutputIsUsed(1)) {
    OCTET_ASSIGN_OR_RETURN(
        ir::Value * one,
        node->rewriter().Constant(ir::Tensor::FromVector<uint8_t>(ir::DType::kBool, {}, {1})));
    OCTET_ASSIGN_OR_RETURN(ir::Value * mask,
                           ExpandTo(&node->rewriter(), one, node->input(0)->shape()));
    node->SetOutput(1, mask);
  }
  return {};
}

Status ConvertGelu(NodeContext* node) {
  const Result<std::string> attribute = node->String("approximate", "none");
  if (!attribute.ok()) return attribute.status();
  const std::string_view approximate = *attribute;
  ir::Value* result = nullptr;
  if (approximate == "none") {
    OCTET_ASSIGN_OR_RETURN(result, node->rewriter().CreateValue(OpKind::kGelu, {node->input(0)}));
  } else if (approximate == "tanh") {
    OCTET_ASSIGN_OR_RETURN(result, TanhGelu(&node->rewriter(), node->input(0)));
  } else {
    return InvalidModel("Gelu approximated by '" + Printable(approximate) + "'");
  }
  node->SetOutput(0, result);
  return {};
}

// The result has the type of the base; the exponent may have another.
Status ConvertPow(NodeContext* node) {
  ir::Value* base = node->input(0);
  ir::Value* exponent = node->input(1);
  if (!IsFloat(base->dtype()) && IsFloat(exponent->dtype())) {
    return Unsupported("Pow of an integer by a float");
  }
  OCTET_ASSIGN_OR_RETURN(exponent, CastTo(&node->rewriter(), exponent, base->dtype()));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         node->rewriter().CreateValue(OpKind::kPow, {base, exponent}));
  node->SetOutput(0, result);
  return {};
}

// The mean of all inputs.
Status ConvertMean(NodeContext* node) {
  OCTET_RETURN_IF_ERROR(ConvertVariadic(node, OpKind::kAdd));
  Formula f(&node->rewriter());
  const Term sum = f.Of(node->outputs()[0]);
  return f.Finish(node, 0, sum * (1.0 / node->num_inputs()));
}

Status ConvertMod(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t fmod, node->Int("fmod", 0));
  // Operator set 28 says what it means.
  if (fmod == 0 && IsFloat(node->input(0)->dtype()) && node->opset() < 28) {
    return InvalidModel("Mod of floats without fmod = 1");
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, node->rewriter().CreateValue(
                                                 OpKind::kMod, {node->input(0), node->input(1)},
                                                 {{"fmod", int64_t{fmod != 0}}}));
  node->SetOutput(0, result);
  return {};
}

Status ConvertXor(NodeContext* node) {
  if (node->input(0)->dtype() != ir::DType::kBool) {
    return InvalidModel("Xor of " + node->input(0)->type().ToString());
  }
  Formula f(&node->rewriter());
  return f.Finish(node, 0, Not(Equal(f.Of(node->input(0)), f.Of(node->input(1)))));
}

Status ConvertIsInf(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t negative, node->Int("detect_negative", 1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, node->Int("detect_positive", 1));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Formula f(&node->rewriter());
  Term x = f.Of(node->input(0));
  if (negative == 0 && positive == 0) return f.Finish(node, 0, Less(x, x));  // never
  if (negative != 0 && positive != 0) x = Abs(x);
  return f.Finish(node, 0, Equal(x, f.Number(positive != 0 ? kInfinity : -kInfinity, x)));
}

}  // namespace octet::frontend_onnx
