#include "ir/rewriter.h"

#include <algorithm>
#include <cassert>

#include "ir/infer/shape_inference.h"
#include "ir/signature.h"

namespace octet::ir {
namespace {

void RemoveUse(std::vector<Use>* uses, const Use& use) {
  const auto it = std::ranges::find(*uses, use);
  assert(it != uses->end());
  // Keep the order: walks over uses, and so the passes, must be deterministic.
  uses->erase(it);
}

}  // namespace

Rewriter::Rewriter(Module* module) : module_(module), insertion_point_(module->ops_.end()) {}

void Rewriter::SetInsertionPoint(Op* op) { insertion_point_ = op->position_; }
void Rewriter::SetInsertionPointToEnd() { insertion_point_ = module_->ops_.end(); }

Result<Op*> Rewriter::Create(OpKind kind, std::span<Value* const> operands, Attributes attributes) {
  const OpInfo& info = GetOpInfo(kind);
  while (!operands.empty() && operands.back() == nullptr)
    operands = operands.first(operands.size() - 1);
  auto op = std::make_unique<Op>();
  op->kind_ = kind;
  op->location_ = location_;
  if (Status status = CheckSignature(kind, operands, attributes); !status.ok()) {
    return op->Error(Status(status.code(), std::string(info.name) + ": " + status.message()));
  }
  InferContext context{kind, operands, attributes, {}, {}};
  context.types.resize(static_cast<size_t>(info.num_results));
  context.contents.resize(static_cast<size_t>(info.num_results));
  Status status = InferTypes(&context);
  NoteUndecided(std::move(context.undecided));
  if (!status.ok()) return op->Error(std::move(status));

  op->operands_.assign(operands.begin(), operands.end());
  op->attributes_ = std::move(attributes);
  for (int i = 0; i < info.num_results; ++i) {
    auto value = std::make_unique<Value>();
    value->type_ = std::move(context.types[static_cast<size_t>(i)]);
    value->contents_ = std::move(context.contents[static_cast<size_t>(i)]);
    value->def_ = op.get();
    value->index_ = i;
    op->results_.push_back(std::move(value));
  }
  for (int i = 0; i < op->num_operands(); ++i) {
    if (Value* operand = op->operand(i)) operand->uses_.push_back({op.get(), i});
  }
  ++num_changes_;
  const auto position = module_->ops_.insert(insertion_point_, std::move(op));
  (*position)->position_ = position;
  return position->get();
}

Result<Op*> Rewriter::Create(OpKind kind, std::initializer_list<Value*> operands,
                             Attributes attributes) {
  return Create(kind, std::span<Value* const>(operands.begin(), operands.size()),
                std::move(attributes));
}

Result<Value*> Rewriter::CreateValue(OpKind kind, std::initializer_list<Value*> operands,
                                     Attributes attributes) {
  OCTET_ASSIGN_OR_RETURN(Op * op, Create(kind, operands, std::move(attributes)));
  return op->result();
}

Result<Value*> Rewriter::Constant(Tensor tensor, std::string name) {
  OCTET_ASSIGN_OR_RETURN(Value * value,
                         CreateValue(OpKind::kConstant, {}, {{"value", std::move(tensor)}}));
  if (!name.empty()) SetName(value, std::move(name));
  return value;
}

Result<Value*> Rewriter::Scalar(float value) {
  return Constant(Tensor::FromVector<float>(DType::kF32, {}, {value}));
}

Result<Value*> Rewriter::Scalar(int64_t value) {
  return Constant(Tensor::FromVector<int64_t>(DType::kI64, {}, {value}));
}

Status Rewriter::Replace(Op* op, std::span<Value* const> values) {
  assert(static_cast<int>(values.size()) == op->num_results());
  for (int i = 0; i < op->num_results(); ++i) {
    const Value* from = op->result(i);
    const Value* to = values[static_cast<size_t>(i)];
    if (from->type() != to->type()) {
      return op->Error(Internal("a rewrite replaces " + from->type().ToString() + " of " +
                                std::string(op->name()) + " by " + to->type().ToString()));
    }
  }
  for (int i = 0; i < op->num_results(); ++i) {
    Value* from = op->result(i);
    Value* to = values[static_cast<size_t>(i)];
    if (to->name_.empty() && !to->is_argument()) to->name_ = from->name_;
    for (const Use& use : from->uses_) {
      use.user->operands_[static_cast<size_t>(use.operand)] = to;
      to->uses_.push_back(use);
    }
    from->uses_.clear();
    for (Output& output : module_->outputs_) {
      if (output.value == from) output.value = to;
    }
  }
  ++num_changes_;
  Erase(op);
  return {};
}

Status Rewriter::Replace(Op* op, std::initializer_list<Value*> values) {
  return Replace(op, std::span<Value* const>(values.begin(), values.size()));
}

Status Rewriter::SetOperand(Op* op, int index, Value* value) {
  Value*& slot = op->operands_[static_cast<size_t>(index)];
  assert(slot != nullptr);
  if (slot->type() != value->type()) {
    return op->Error(Internal("an operand of type " + slot->type().ToString() +
                              " is set to one of type " + value->type().ToString()));
  }
  RemoveUse(&slot->uses_, {op, index});
  slot = value;
  value->uses_.push_back({op, index});
  ++num_changes_;
  return {};
}

void Rewriter::Erase(Op* op) {
  for (int i = 0; i < op->num_results(); ++i) {
    assert(op->result(i)->uses().empty());
    assert(!module_->IsOutput(op->result(i)));
  }
  for (int i = 0; i < op->num_operands(); ++i) {
    if (Value* operand = op->operand(i)) RemoveUse(&operand->uses_, {op, i});
  }
  if (insertion_point_ == op->position_) ++insertion_point_;
  ++num_changes_;
  module_->ops_.erase(op->position_);
}

void Rewriter::DropData(Value* constant) {
  auto& tensor = std::get<Tensor>(constant->def_->attributes_.find("value")->second);
  tensor = Tensor::Opaque(tensor.dtype(), tensor.dims(), "dropped");
  ++num_changes_;
}

void Rewriter::SetName(Value* value, std::string name) { value->name_ = std::move(name); }

}  // namespace octet::ir
