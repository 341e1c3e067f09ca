#include "frontend_onnx/formula.h"

#include <algorithm>
#include <utility>

#include "frontend_onnx/build.h"

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

Term Binary(OpKind kind, const Term& a, const Term& b) { return a.formula->Apply(kind, {a, b}); }
Term Unary(OpKind kind, const Term& x) { return x.formula->Apply(kind, {x}); }

}  // namespace

Term Formula::Take(Result<ir::Value*> value) {
  if (value.ok()) return Of(*value);
  if (status_.ok()) status_ = value.status();
  return Of(nullptr);
}

Term Formula::Number(double number, const Term& like) {
  if (like.value == nullptr) return like;
  return Take(FloatScalar(rewriter_, like.value->dtype(), number));
}

Term Formula::Apply(OpKind kind, std::initializer_list<Term> operands, ir::Attributes attributes) {
  std::vector<ir::Value*> values;
  for (const Term& operand : operands) {
    if (operand.value == nullptr) return operand;
    values.push_back(operand.value);
  }
  Result<ir::Op*> op = rewriter_->Create(kind, values, std::move(attributes));
  if (!op.ok()) return Take(op.status());
  return Of((*op)->result());
}

Status Formula::Finish(NodeContext* node, int output, const Term& result) {
  OCTET_RETURN_IF_ERROR(status_);
  node->SetOutput(output, result.value);
  return {};
}

Term operator-(const Term& x) { return Unary(OpKind::kNeg, x); }
Term operator+(const Term& a, const Term& b) { return Binary(OpKind::kAdd, a, b); }
Term operator-(const Term& a, const Term& b) { return Binary(OpKind::kSub, a, b); }
Term operator*(const Term& a, const Term& b) { return Binary(OpKind::kMul, a, b); }
Term operator/(const Term& a, const Term& b) { return Binary(OpKind::kDiv, a, b); }
Term operator+(const Term& a, double b) { return a + a.formula->Number(b, a); }
Term operator+(double a, const Term& b) { return b.formula->Number(a, b) + b; }
Term operator-(const Term& a, double b) { return a - a.formula->Number(b, a); }
Term operator-(double a, const Term& b) { return b.formula->Number(a, b) - b; }
Term operator*(const Term& a, double b) { return a * a.formula->Number(b, a); }
Term operator*(double a, const Term& b) { return b.formula->Number(a, b) * b; }
Term operator/(const Term& a, double b) { return a / a.formula->Number(b, a); }
Term operator/(double a, const Term& b) { return b.formula->Number(a, b) / b; }

Term Less(const Term& a, const Term& b) { return Binary(OpKind::kLess, a, b); }
Term Greater(const Term& a, const Term& b) { return Binary(OpKind::kGreater, a, b); }
Term GreaterOrEqual(const Term& a, const Term& b) { return Binary(OpKind::kGreaterOrEqual, a, b); }
Term Equal(const Term& a, const Term& b) { return Binary(OpKind::kEqual, a, b); }
Term Not(const Term& x) { return Unary(OpKind::kNot, x); }

Term Min(const Term& a, const Term& b) { return Binary(OpKind::kMin, a, b); }
Term Max(const Term& a, const Term& b) { return Binary(OpKind::kMax, a, b); }
Term Where(const Term& condition, const Term& x, const Term& y) {
  return x.formula->Apply(OpKind::kWhere, {condition, x, y});
}
Term Abs(const Term& x) { return Unary(OpKind::kAbs, x); }
Term Sqrt(const Term& x) { return Unary(OpKind::kSqrt, x); }
Term Reciprocal(const Term& x) { return Unary(OpKind::kReciprocal, x); }
Term Exp(const Term& x) { return Unary(OpKind::kExp, x); }
Term Log(const Term& x) { return Unary(OpKind::kLog, x); }
Term Sin(const Term& x) { return Unary(OpKind::kSin, x); }
Term Cos(const Term& x) { return Unary(OpKind::kCos, x); }
Term Atan(const Term& x) { return Unary(OpKind::kAtan, x); }
Term Tanh(const Term& x) { return Unary(OpKind::kTanh, x); }
Term Sigmoid(const Term& x) { return Reciprocal(Exp(-x) + 1); }

// max(x, 0) + log(1 + e^-|x|), in which nothing overflows.
Term Softplus(const Term& x) {
  const Term linear = Unary(OpKind::kRelu, x);
  return linear + Log(Exp(-Abs(x)) + 1);
}

Term Reduce(OpKind kind, const Term& x, const std::vector<int64_t>& axes, bool keep_axes) {
  return x.formula->Apply(kind, {x}, {{"axes", axes}, {"keepdims", int64_t{keep_axes}}});
}

Term SliceOf(const Term& x, int64_t axis, const ir::Dim& begin, const ir::Dim& end, int64_t step) {
  return x.formula->Apply(OpKind::kSlice, {x},
                          {{"axes", std::vector<int64_t>{axis}},
                           {"starts", ir::Shape{begin}},
                           {"ends", ir::Shape{end}},
                           {"steps", std::vector<int64_t>{step}}});
}

Term ConcatOf(const Term& a, const Term& b, int64_t axis) {
  return a.formula->Apply(OpKind::kConcat, {a, b}, {{"axis", axis}});
}

Term ReshapeOf(const Term& x, ir::Shape shape) {
  if (x.value == nullptr) return x;
  return x.formula->Take(ReshapeTo(x.formula->rewriter(), x.value, std::move(shape)));
}

Term TransposeOf(const Term& x, std::vector<int64_t> perm) {
  if (std::ranges::is_sorted(perm)) return x;
  return x.formula->Apply(OpKind::kTranspose, {x}, {{"perm", std::move(perm)}});
}

Term ExpandOf(const Term& x, ir::Shape shape) {
  if (x.value == nullptr) return x;
  return x.formula->Take(ExpandTo(x.formula->rewriter(), x.value, std::move(shape)));
}

Term CastOf(const Term& x, ir::DType dtype) {
  if (x.value == nullptr) return x;
  return x.formula->Take(CastTo(x.formula->rewriter(), x.value, dtype));
}

}  // namespace octet::frontend_onnx
