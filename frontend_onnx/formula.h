// Arithmetic on IR values, written as it is in the definition of an operator:
//   Formula f(&node->rewriter());
//   const Term x = f.Of(node->input(0));
//   return f.Finish(node, 0, x / (1 + Abs(x)));
// An operator or function makes an IR op, or a few. The first error is kept: nothing is built after
// it, and Finish returns it. C++ does not say which operand of an operator is evaluated first. If
// both operands make ops, store one in a variable first, so that every compiler builds the same
// graph.
#ifndef OCTET_FRONTEND_ONNX_FORMULA_H_
#define OCTET_FRONTEND_ONNX_FORMULA_H_

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "frontend_onnx/node_context.h"

namespace octet::frontend_onnx {

class Formula;

// A value in a formula; null after an error.
struct Term {
  Formula* formula;
  ir::Value* value;
};

// Not thread-safe. Must outlive its terms.
class Formula {
 public:
  explicit Formula(ir::Rewriter* rewriter) : rewriter_(rewriter) {}

  Term Of(ir::Value* value) { return {this, value}; }
  // A scalar of the element type of `like`.
  Term Number(double number, const Term& like);
  Term Apply(ir::OpKind kind, std::initializer_list<Term> operands, ir::Attributes attributes = {});
  // `value` as a term; an error is kept.
  Term Take(Result<ir::Value*> value);
  ir::Rewriter* rewriter() { return rewriter_; }

  const Status& status() const { return status_; }
  Status Finish(NodeContext* node, int output, const Term& result);

 private:
  ir::Rewriter* rewriter_;
  Status status_;
};

Term operator-(const Term& x);
Term operator+(const Term& a, const Term& b);
Term operator-(const Term& a, const Term& b);
Term operator*(const Term& a, const Term& b);
Term operator/(const Term& a, const Term& b);
Term operator+(const Term& a, double b);
Term operator+(double a, const Term& b);
Term operator-(const Term& a, double b);
Term operator-(double a, const Term& b);
Term operator*(const Term& a, double b);
Term operator*(double a, const Term& b);
Term operator/(const Term& a, double b);
Term operator/(double a, const Term& b);

// Bools.
Term Less(const Term& a, const Term& b);
Term Greater(const Term& a, const Term& b);
Term GreaterOrEqual(const Term& a, const Term& b);
Term Equal(const Term& a, const Term& b);
Term Not(const Term& x);

Term Min(const Term& a, const Term& b);
Term Max(const Term& a, const Term& b);
Term Where(const Term& condition, const Term& x, const Term& y);
Term Abs(const Term& x);
Term Sqrt(const Term& x);
Term Reciprocal(const Term& x);
Term Exp(const Term& x);
Term Log(const Term& x);
Term Sin(const Term& x);
Term Cos(const Term& x);
Term Atan(const Term& x);
Term Tanh(const Term& x);
// 1 / (1 + e^-x)
Term Sigmoid(const Term& x);
// log(1 + e^x)
Term Softplus(const Term& x);

// `kind` is a reduction; the reduced axes stay as axes of size 1.
Term Reduce(ir::OpKind kind, const Term& x, const std::vector<int64_t>& axes,
            bool keep_axes = true);
// Elements [begin, end) of an axis, in steps.
Term SliceOf(const Term& x, int64_t axis, const ir::Dim& begin, const ir::Dim& end,
             int64_t step = 1);
Term ConcatOf(const Term& a, const Term& b, int64_t axis);
Term ReshapeOf(const Term& x, ir::Shape shape);
Term TransposeOf(const Term& x, std::vector<int64_t> perm);
Term ExpandOf(const Term& x, ir::Shape shape);
Term CastOf(const Term& x, ir::DType dtype);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_FORMULA_H_
