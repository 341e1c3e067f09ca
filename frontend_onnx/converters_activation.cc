// Activations, and elementary functions that are made of others.
#include <cmath>

#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

// Output 0 = f(input 0).
template <typename F>
Status Unary(NodeContext* node, F f) {
  Formula formula(&node->rewriter());
  return formula.Finish(node, 0, f(formula.Of(node->input(0))));
}

// x where it is 0 or more (or NaN), else `negative`.
Term UnlessNegative(const Term& x, const Term& negative) {
  return Where(Less(x, x.formula->Number(0, x)), negative, x);
}

// max(0, min(1, x))
Term Clamp01(const Term& x) {
  const Term limited = Min(x, x.formula->Number(1, x));
  return Max(limited, x.formula->Number(0, x));
}

Term Swish(const Term& x, double alpha) {
  return x * (alpha == 1 ? Sigmoid(x) : Sigmoid(x * alpha));
}

}  // namespace

Status ConvertSigmoid(NodeContext* node) { return Unary(node, Sigmoid); }
Status ConvertSoftplus(NodeContext* node) { return Unary(node, Softplus); }

Status ConvertSoftsign(NodeContext* node) {
  return Unary(node, [](const Term& x) { return x / (Abs(x) + 1); });
}

Status ConvertMish(NodeContext* node) {
  return Unary(node, [](const Term& x) { return x * Tanh(Softplus(x)); });
}

Status ConvertSwish(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  return Unary(node, [=](const Term& x) { return Swish(x, alpha); });
}

// Of the gate, input 0, and what it lets through, input 1, of one shape.
Status ConvertSwiGlu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  if (node->input(0)->shape() != node->input(1)->shape()) {
    return InvalidModel("SwiGLU of " + node->input(0)->type().ToString() + " and " +
                        node->input(1)->type().ToString());
  }
  Formula f(&node->rewriter());
  return f.Finish(node, 0, Swish(f.Of(node->input(0)), alpha) * f.Of(node->input(1)));
}

Status ConvertElu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  return Unary(node, [=](const Term& x) { return UnlessNegative(x, (Exp(x) - 1) * alpha); });
}

Status ConvertSelu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1.67326319217681884765625));
  OCTET_ASSIGN_OR_RETURN(const double gamma, node->Float("gamma", 1.05070102214813232421875));
  return Unary(node,
               [=](const Term& x) { return UnlessNegative(x, (Exp(x) - 1) * alpha) * gamma; });
}

// max(0, x) + min(0, alpha * (e^(x / alpha) - 1))
Status ConvertCelu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  if (alpha == 0) return InvalidModel("Celu with an alpha of 0");
  return Unary(node, [=](const Term& x) {
    const Term zero = x.formula->Number(0, x);
    const Term positive = Max(x, zero);
    return positive + Min((Exp(x / alpha) - 1) * alpha, zero);
  });
}

Status ConvertLeakyRelu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 0.01));
  return Unary(node, [=](const Term& x) { return UnlessNegative(x, x * alpha); });
}

Status ConvertPRelu(NodeContext* node) {
  Formula formula(&node->rewriter());
  const Term x = formula.Of(node->input(0));
  const Term result = UnlessNegative(x, x * formula.Of(node->input(1)));
  if (result.value != nullptr && result.value->shape() != x.value->shape()) {
    return InvalidModel("PRelu's slope of " + node->input(1)->type().ToString() +
                        " does not broadcast to " + x.value->type().ToString());
  }
  return formula.Finish(node, 0, result);
}

Status ConvertThresholdedRelu(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 1));
  return Unary(node, [=](const Term& x) {
    const Term keeps = Greater(x, x.formula->Number(alpha, x));
    return Where(keeps, x, x.formula->Number(0, x));
  });
}

Status ConvertHardSigmoid(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double alpha, node->Float("alpha", 0.2));
  OCTET_ASSIGN_OR_RETURN(const double beta, node->Float("beta", 0.5));
  return Unary(node, [=](const Term& x) { return Clamp01(x * alpha + beta); });
}

Status ConvertHardSwish(NodeContext* node) {
  return Unary(node, [](const Term& x) { return x * Clamp01(x * (1.0 / 6) + 0.5); });
}

// x moved towards 0 by `bias` where it is further than `lambd` from 0, else 0.
Status ConvertShrink(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const double bias, node->Float("bias", 0));
  OCTET_ASSIGN_OR_RETURN(const double lambd, node->Float("lambd", 0.5));
  return Unary(node, [=](const Term& x) {
    const Term zero = x.formula->Number(0, x);
    const Term above = Greater(x, x.formula->Number(lambd, x));
    const Term below = Less(x, x.formula->Number(-lambd, x));
    const Term moved_down = Where(above, x - bias, zero);
    return Where(below, x + bias, moved_down);
  });
}

Status ConvertTan(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term sine = Sin(x);
    return sine / Cos(x);
  });
}

// atan(x / sqrt(1 - x^2))
Status ConvertAsin(NodeContext* node) {
  return Unary(node, [](const Term& x) { return Atan(x / Sqrt(1 - x * x)); });
}

// 2 atan(sqrt((1 - x) / (1 + x)))
Status ConvertAcos(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term below_one = 1 - x;
    return Atan(Sqrt(below_one / (x + 1))) * 2;
  });
}

Status ConvertSinh(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term power = Exp(x);
    return (power - Exp(-x)) * 0.5;
  });
}

Status ConvertCosh(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term power = Exp(x);
    return (power + Exp(-x)) * 0.5;
  });
}

// log(|x| + sqrt(x^2 + 1)), with the sign of x
Status ConvertAsinh(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term magnitude = Abs(x);
    const Term result = Log(magnitude + Sqrt(x * x + 1));
    const Term negative = Less(x, x.formula->Number(0, x));
    return Where(negative, -result, result);
  });
}

Status ConvertAcosh(NodeContext* node) {
  return Unary(node, [](const Term& x) { return Log(x + Sqrt(x * x - 1)); });
}

// log((1 + x) / (1 - x)) / 2
Status ConvertAtanh(NodeContext* node) {
  return Unary(node, [](const Term& x) {
    const Term above = x + 1;
    return Log(above / (1 - x)) * 0.5;
  });
}

}  // namespace octet::frontend_onnx
