#include "ir/passes/key_mask.h"

#include <map>
#include <set>
#include <vector>

#include "ir/evaluate.h"

namespace octet::ir {
namespace {

constexpr int64_t kProbeBatch = 2;
constexpr int64_t kProbeKeys = 3;
// Exporters hide a key by -10000, by float's lowest, or by -inf.
constexpr float kHidden = -10000.0f;

bool IsElementwiseOrView(OpKind kind) {
  switch (kind) {
    case OpKind::kReshape:
    case OpKind::kExpand:
    case OpKind::kCast:
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kMul:
    case OpKind::kDiv:
    case OpKind::kEqual:
    case OpKind::kGreater:
    case OpKind::kGreaterOrEqual:
    case OpKind::kLess:
    case OpKind::kLessOrEqual:
    case OpKind::kNot:
    case OpKind::kNeg:
    case OpKind::kWhere:
      return true;
    default:
      return false;
  }
}

// The ops between the argument and the mask, in execution order, and the argument itself.
struct Subgraph {
  std::vector<const Op*> ops;
  Value* argument = nullptr;
};

// Adds what `value` needs; false with a reason when an op or a second argument is in the way.
bool Collect(Value* value, Subgraph* subgraph, std::set<const Op*>* seen, std::string* why) {
  if (value->constant() != nullptr) return true;
  if (value->is_argument()) {
    if (subgraph->argument != nullptr && subgraph->argument != value) {
      *why = "the mask depends on two inputs";
      return false;
    }
    subgraph->argument = value;
    return true;
  }
  const Op* op = value->def();
  if (!IsElementwiseOrView(op->kind()) || !CanEvaluate(*op)) {
    *why = "the mask is computed by " + std::string(op->name());
    return false;
  }
  if (!seen->insert(op).second) return true;
  for (Value* operand : op->operands()) {
    if (!Collect(operand, subgraph, seen, why)) return false;
  }
  subgraph->ops.push_back(op);
  return true;
}

// The subgraph's result for one argument tensor.
Result<Tensor> Execute(const Subgraph& subgraph, const Tensor& argument,
                       const SymbolBinding& binding) {
  std::map<const Value*, Tensor> values = {{subgraph.argument, argument}};
  Tensor last = argument;
  for (const Op* op : subgraph.ops) {
    std::vector<TensorView> inputs;
    for (const Value* operand : op->operands()) {
      const Tensor* constant = operand->constant();
      inputs.push_back(constant != nullptr ? constant->view() : values.at(operand).view());
    }
    OCTET_ASSIGN_OR_RETURN(std::vector<int64_t> dims,
                           EvaluateShape(op->result()->shape(), binding));
    OCTET_ASSIGN_OR_RETURN(last, Tensor::Allocate(op->result()->dtype(), dims));
    const MutableTensorView output = {last.dtype(), last.dims(), last.mutable_data()};
    OCTET_RETURN_IF_ERROR(Evaluate(*op, inputs, {&output, 1}, binding));
    values[op->result()] = last;
  }
  return last;
}

Tensor ProbeArgument(DType dtype, int64_t hidden) {
  const std::vector<int64_t> dims = {kProbeBatch, kProbeKeys};
  if (dtype == DType::kI32) {
    std::vector<int32_t> values(kProbeBatch * kProbeKeys, 1);
    values[static_cast<size_t>(hidden)] = 0;
    return Tensor::FromVector(dtype, dims, values);
  }
  std::vector<int64_t> values(kProbeBatch * kProbeKeys, 1);
  values[static_cast<size_t>(hidden)] = 0;
  return Tensor::FromVector(dtype, dims, values);
}

// Whether mask[b][h][q][k] hides exactly the flattened element `hidden` of the argument.
bool HidesOnly(const Tensor& mask, int64_t hidden) {
  const std::vector<int64_t>& dims = mask.dims();
  if (dims.size() != 4 || dims[0] != kProbeBatch || dims[3] != kProbeKeys) return false;
  const int64_t rows = dims[1] * dims[2];
  const float* values = mask.as<float>();
  for (int64_t i = 0; i < mask.num_elements(); ++i) {
    const int64_t batch = i / (rows * kProbeKeys);
    const bool is_hidden = batch * kProbeKeys + i % kProbeKeys == hidden;
    const bool as_expected = is_hidden ? values[i] <= kHidden : values[i] == 0.0f;
    if (!as_expected) return false;
  }
  return true;
}

}  // namespace

Value* FindKeyMaskArgument(Value* mask, std::string* why) {
  Subgraph subgraph;
  std::set<const Op*> seen;
  if (!Collect(mask, &subgraph, &seen, why)) return nullptr;
  Value* argument = subgraph.argument;
  if (argument == nullptr || subgraph.ops.empty()) {
    *why = "the mask is no function of an input";
    return nullptr;
  }
  const bool is_int = argument->dtype() == DType::kI64 || argument->dtype() == DType::kI32;
  const Shape& shape = argument->shape();
  if (!is_int || shape.size() != 2 || shape[0].symbols().size() != 1 ||
      shape[1].symbols().size() != 1 || shape[0] == shape[1]) {
    *why = "the mask's input is no integer tensor of symbolic shape [batch, sequence]";
    return nullptr;
  }
  const SymbolBinding binding = {{shape[0].symbols()[0], kProbeBatch},
                                 {shape[1].symbols()[0], kProbeKeys}};
  for (int64_t hidden = 0; hidden < kProbeBatch * kProbeKeys; ++hidden) {
    const auto result = Execute(subgraph, ProbeArgument(argument->dtype(), hidden), binding);
    if (!result.ok() || !HidesOnly(*result, hidden)) {
      *why = "the mask does more than to hide padding keys";
      return nullptr;
    }
  }
  return argument;
}

}  // namespace octet::ir
