// matmul(x, weight) + bias  ->  linear(x, weight, bias)
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// A matmul whose right side is a constant matrix, or nullptr.
Op* ConstantMatMul(const Value* value) {
  Op* matmul = DefinedBy(value, OpKind::kMatMul);
  if (matmul == nullptr) return nullptr;
  const Value* weight = MatMulOp(*matmul).b();
  const bool is_linear = weight->constant() != nullptr && weight->rank() == 2 &&
                         weight->dtype() == DType::kF32 && MatMulOp(*matmul).a()->rank() >= 2;
  return is_linear ? matmul : nullptr;
}

// A bias as a vector [n], without its unit axes.
Result<Value*> AsVector(Value* bias, const Dim& n, Rewriter& rewriter) {
  if (bias->rank() == 1) return bias;
  return rewriter.CreateValue(OpKind::kReshape, {bias}, {{"shape", Shape{n}}});
}

Result<bool> FuseBias(Op* add, Rewriter& rewriter, PassContext& context) {
  const auto pair = Commute(*add, [](const Value* v) { return ConstantMatMul(v) != nullptr; });
  if (!pair) return false;
  Op* matmul = ConstantMatMul(pair->first);
  const Dim& n = matmul->result()->shape().back();
  if (!IsRowConstant(pair->second, n) || add->result()->type() != matmul->result()->type()) {
    return false;
  }
  if (!HasOneUse(matmul->result(), rewriter.module())) {
    context.Explain(*matmul, "the product is also used without its bias");
    return false;
  }
  // The product carries the module's name ("query/MatMul"), as the sum does.
  rewriter.set_location(matmul->location());
  OCTET_ASSIGN_OR_RETURN(Value * bias, AsVector(pair->second, n, rewriter));
  const MatMulOp product(*matmul);
  OCTET_ASSIGN_OR_RETURN(Value * linear,
                         rewriter.CreateValue(OpKind::kLinear, {product.a(), product.b(), bias}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(add, {linear}));
  rewriter.Erase(matmul);
  return true;
}

Result<bool> FuseWithoutBias(Op* matmul, Rewriter& rewriter, PassContext&) {
  if (ConstantMatMul(matmul->result()) == nullptr) return false;
  const MatMulOp product(*matmul);
  OCTET_ASSIGN_OR_RETURN(Value * linear,
                         rewriter.CreateValue(OpKind::kLinear, {product.a(), product.b()}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(matmul, {linear}));
  return true;
}

}  // namespace

Status FuseLinear(Rewriter& rewriter, PassContext& context) {
  OCTET_RETURN_IF_ERROR(ApplyPattern({OpKind::kAdd}, FuseBias, rewriter, context));
  return ApplyPattern({OpKind::kMatMul}, FuseWithoutBias, rewriter, context);
}

}  // namespace octet::ir
