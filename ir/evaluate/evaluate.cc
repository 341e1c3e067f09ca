#include "ir/evaluate/evaluate.h"

#include <algorithm>

#include "ir/evaluate/dispatch.h"
#include "ir/evaluate/internal.h"

namespace octet::ir {
namespace {

bool AnyDType(const Op&) { return true; }
// Whether both operands have arithmetic dtypes: Pow's exponent may have a dtype of its own.
bool Arithmetic(const Op& op) {
  return std::all_of(op.operands().begin(), op.operands().end(),
                     [](const Value* x) { return IsArithmetic(x->dtype()); });
}
bool ArithmeticOrBool(const Op& op) {
  const DType dtype = op.operand(0)->dtype();
  return IsArithmetic(dtype) || dtype == DType::kBool;
}

// Without a reduction any type will do, since elements are only moved; a reduction computes with
// them.
bool ScattersAny(const Op& op) {
  return op.string_attr("reduction") == "none" || IsArithmetic(op.operand(0)->dtype());
}
bool NotF32(const Op& op) { return op.operand(0)->dtype() != DType::kF32; }

struct Evaluator {
  bool (*accepts)(const Op&) = nullptr;  // nullptr: a kernel's work
  Status (*run)(const EvalContext&) = nullptr;
};

Evaluator Find(OpKind kind) {
  switch (kind) {
    case OpKind::kSymbolic:
      return {AnyDType, EvaluateSymbolic};
    case OpKind::kIota:
      return {AnyDType, EvaluateIota};
    case OpKind::kReshape:
      return {AnyDType, EvaluateReshape};
    case OpKind::kExpand:
      return {AnyDType, EvaluateExpand};
    case OpKind::kTranspose:
      return {AnyDType, EvaluateTranspose};
    case OpKind::kConcat:
      return {AnyDType, EvaluateConcat};
    case OpKind::kSlice:
      return {AnyDType, EvaluateSlice};
    case OpKind::kRequireNotOne:
      return {AnyDType, EvaluateRequireNotOne};
    case OpKind::kGather:
      return {AnyDType, EvaluateGather};
    case OpKind::kGatherNd:
      return {AnyDType, EvaluateGatherNd};
    case OpKind::kGatherElements:
      return {AnyDType, EvaluateGatherElements};
    case OpKind::kScatterElements:
      return {ScattersAny, EvaluateScatterElements};
    case OpKind::kScatterNd:
      return {ScattersAny, EvaluateScatterNd};
    case OpKind::kPad:
      return {AnyDType, EvaluatePad};
    case OpKind::kArgMax:
    case OpKind::kArgMin:
      return {Arithmetic, EvaluateArgExtreme};
    case OpKind::kTopK:
      return {Arithmetic, EvaluateTopK};
    case OpKind::kCast:
      return {AnyDType, EvaluateCast};
    case OpKind::kWhere:
      return {AnyDType, EvaluateWhere};
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kMul:
    case OpKind::kDiv:
    case OpKind::kMod:
    case OpKind::kMin:
    case OpKind::kMax:
    case OpKind::kGreater:
    case OpKind::kGreaterOrEqual:
    case OpKind::kLess:
    case OpKind::kLessOrEqual:
      return {Arithmetic, EvaluateBinary};
    case OpKind::kEqual:
      return {ArithmeticOrBool, EvaluateBinary};
    case OpKind::kAnd:
    case OpKind::kOr:
      return {AnyDType, EvaluateBinary};
    case OpKind::kPow:
      return {Arithmetic, EvaluatePow};
    case OpKind::kNot:
      return {AnyDType, EvaluateUnary};
    case OpKind::kNeg:
    case OpKind::kAbs:
    case OpKind::kRelu:
    case OpKind::kSign:
    case OpKind::kCeil:
    case OpKind::kFloor:
    case OpKind::kRound:
    case OpKind::kLog:
    case OpKind::kSin:
    case OpKind::kCos:
    case OpKind::kAtan:
    case OpKind::kSqrt:
    case OpKind::kReciprocal:
    case OpKind::kIsNan:
      return {Arithmetic, EvaluateUnary};
    case OpKind::kCumSum:
      return {Arithmetic, EvaluateCumSum};
    case OpKind::kReduceMean:
    case OpKind::kReduceSum:
    case OpKind::kReduceProd:
    case OpKind::kReduceMax:
    case OpKind::kReduceMin:
      return {Arithmetic, EvaluateReduce};
    case OpKind::kConv:
      return {Arithmetic, EvaluateConv};
    case OpKind::kMatMul:
      return {NotF32, EvaluateMatMul};
    case OpKind::kSoftmax:
      return {NotF32, EvaluateSoftmax};
    default:
      return {};
  }
}

}  // namespace

bool CanEvaluate(const Op& op) {
  const Evaluator evaluator = Find(op.kind());
  const bool is_complete = std::ranges::count(op.operands(), nullptr) == 0;
  return evaluator.accepts != nullptr && is_complete && evaluator.accepts(op);
}

Status Evaluate(const OpSpec& op, std::span<const TensorView> inputs,
                std::span<const MutableTensorView> outputs, const SymbolBinding& binding) {
  const Evaluator evaluator = Find(op.kind());
  if (evaluator.run == nullptr) {
    return op.Error(Unsupported(std::string(op.name()) + " cannot be evaluated"));
  }
  Status status = evaluator.run({op, inputs, outputs[0], binding});
  return status.ok() ? status : op.Error(std::move(status));
}

Result<Tensor> Evaluate(const Op& op, std::span<const TensorView> inputs,
                        const SymbolBinding& binding) {
  OCTET_ASSIGN_OR_RETURN(std::vector<int64_t> dims, EvaluateShape(op.result()->shape(), binding));
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Allocate(op.result()->dtype(), std::move(dims)));
  const MutableTensorView output = {tensor.dtype(), tensor.dims(), tensor.mutable_data()};
  OCTET_RETURN_IF_ERROR(Evaluate(op, inputs, {&output, 1}, binding));
  return tensor;
}

Result<Tensor> EvaluateConstants(const Op& op) {
  std::vector<TensorView> inputs;
  for (const Value* operand : op.operands()) inputs.push_back(operand->constant()->view());
  return Evaluate(op, inputs, SymbolBinding{});
}

}  // namespace octet::ir
