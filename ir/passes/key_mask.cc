#include "ir/passes/key_mask.h"

#include <map>
#include <set>
#include <vector>

#include "ir/evaluate/evaluate.h"

namespace octet::ir {
namespace {

constexpr int64_t kProbeBatch = 2;
constexpr int64_t kProbeKeys = 3;
constexpr int64_t kProbeElements = kProbeBatch * kProbeKeys;
// Exporters hide a key with -10000, the lowest float, or -inf.
constexpr float kHidden = -10000.0f;
// Exporters need fewer than 10. This bounds how much of a hostile graph we execute and recurse
// into.
constexpr size_t kMaxOps = 64;

bool IsElementwiseOrView(OpKind kind) {
  const OpInfo& info = GetOpInfo(kind);
  return info.elementwise() || info.facts == OpFacts::kView;
}

// The ops between the argument and the mask, in execution order, and the argument itself.
struct Subgraph {
  std::vector<const Op*> ops;
  Value* argument = nullptr;
};

// Adds what `value` needs; false with a reason when an unsuitable op or a second argument is found.
bool Collect(Value* value, Subgraph* subgraph, std::set<const Op*>* seen, std::string* why) {
  if (const Tensor* constant = value->constant()) {
    if (!constant->has_data()) *why = "the mask depends on a constant without data";
    return constant->has_data();
  }
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
  if (seen->size() > kMaxOps) {
    *why = "the mask is computed by more than " + std::to_string(kMaxOps) + " ops";
    return false;
  }
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
    OCTET_ASSIGN_OR_RETURN(last, Evaluate(*op, inputs, binding));
    values[op->result()] = last;
  }
  return last;
}

// Bit i of `pattern` is element i.
template <typename T>
Tensor Probe(DType dtype, unsigned pattern) {
  std::vector<T> values(kProbeElements);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(pattern >> i & 1);
  return Tensor::FromVector(dtype, {kProbeBatch, kProbeKeys}, values);
}

Tensor Probe(DType dtype, unsigned pattern) {
  switch (dtype) {
    case DType::kI64:
      return Probe<int64_t>(dtype, pattern);
    case DType::kI32:
      return Probe<int32_t>(dtype, pattern);
    case DType::kF32:
      return Probe<float>(dtype, pattern);
    default:
      return Probe<uint8_t>(dtype, pattern);
  }
}

bool HidesZeros(const Tensor& mask, unsigned pattern) {
  for (int64_t i = 0; i < kProbeElements; ++i) {
    const float value = mask.as<float>()[i];
    const bool as_expected = (pattern >> i & 1) != 0 ? value == 0.0f : value <= kHidden;
    if (!as_expected) return false;
  }
  return true;
}

// Whether `argument` is an integer, bool or f32 tensor [b,s] of two symbols.
bool IsTokenMask(const Value& argument) {
  const DType dtype = argument.dtype();
  const bool has_type =
      dtype == DType::kI64 || dtype == DType::kI32 || dtype == DType::kBool || dtype == DType::kF32;
  const Shape& shape = argument.shape();
  if (!has_type || shape.size() != 2 || shape[0] == shape[1]) return false;
  for (const Dim& dim : shape) {
    if (!dim.is_symbol()) return false;
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
    *why = "the mask is not computed from an input";
    return nullptr;
  }
  if (!IsTokenMask(*argument)) {
    *why = "the mask's input is not a tensor of symbolic shape [batch, sequence]";
    return nullptr;
  }
  const Shape& shape = argument->shape();
  if (mask->shape() != Shape{shape[0], 1, 1, shape[1]}) {
    *why = "the mask is " + ToString(mask->shape()) + ", not one number for each key";
    return nullptr;
  }
  const SymbolBinding binding = {{std::string(shape[0].symbols()[0]), kProbeBatch},
                                 {std::string(shape[1].symbols()[0]), kProbeKeys}};
  for (unsigned pattern = 0; pattern < 1u << kProbeElements; ++pattern) {
    const auto result = Execute(subgraph, Probe(argument->dtype(), pattern), binding);
    if (!result.ok() || !HidesZeros(*result, pattern)) {
      *why = "the mask does more than hide padding keys";
      return nullptr;
    }
  }
  return argument;
}

}  // namespace octet::ir
