#include "ir/rewriter.h"

#include <algorithm>
#include <cassert>

#include "ir/infer/shape_inference.h"
#include "ir/signature.h"

namespace octet::ir {
namespace {

int64_t DimSize(const Shape& dims) {
  int64_t size = 0;
  for (const Dim& dim : dims) size += dim.size();
  return size;
}

// What a value takes from GraphBudget::dim_size.
int64_t DimCost(const Type& type, const Contents* contents) {
  const int64_t size = DimSize(type.shape) + (contents != nullptr ? DimSize(*contents) : 0);
  return std::max<int64_t>(size - kFreeDimSize, 0);
}

Status TakeFrom(GraphBudget* budget, const InferContext& context) {
  if (--budget->ops < 0) return ResourceLimit("the model needs too many operations");
  for (const Value* operand : context.operands) {
    if (operand != nullptr) budget->dim_size -= DimCost(operand->type(), operand->contents());
  }
  for (size_t i = 0; i < context.types.size(); ++i) {
    const auto& contents = context.contents[i];
    budget->dim_size -= DimCost(context.types[i], contents ? &*contents : nullptr);
  }
  if (budget->dim_size >= 0) return {};
  return ResourceLimit("the dimensions of the model's values are too large expressions");
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
  Status status = InferTypes(&context);
  NoteUndecided(std::move(context.undecided));
  if (status.ok() && budget_ != nullptr) status = TakeFrom(budget_, context);
  if (!status.ok()) return op->Error(std::move(status));

  op->operands_.resize(operands.size());
  op->uses_.resize(operands.size());
  op->attributes_ = std::move(attributes);
  for (int i = 0; i < info.num_results; ++i) {
    auto value = std::make_unique<Value>();
    value->type_ = std::move(context.types[static_cast<size_t>(i)]);
    value->contents_ = std::move(context.contents[static_cast<size_t>(i)]);
    value->def_ = op.get();
    value->index_ = i;
    op->results_.push_back(std::move(value));
  }
  for (size_t i = 0; i < operands.size(); ++i) {
    if (operands[i] != nullptr) op->AddUse(i, operands[i]);
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
    // The order of uses is kept: it is what makes walks over them, and so the passes,
    // deterministic.
    for (const Use& use : from->uses_) use.user->operands_[static_cast<size_t>(use.operand)] = to;
    to->uses_.splice(to->uses_.end(), from->uses_);
    if (from->num_outputs_ == 0) continue;
    for (Output& output : module_->outputs_) {
      if (output.value == from) output.value = to;
    }
    to->num_outputs_ += std::exchange(from->num_outputs_, 0);
  }
  ++num_changes_;
  Erase(op);
  return {};
}

Status Rewriter::Replace(Op* op, std::initializer_list<Value*> values) {
  return Replace(op, std::span<Value* const>(values.begin(), values.size()));
}

Status Rewriter::SetOperand(Op* op, int index, Value* value) {
  const auto i = static_cast<size_t>(index);
  Value* slot = op->operands_[i];
  assert(slot != nullptr);
  if (slot->type() != value->type()) {
    return op->Error(Internal("an operand of type " + slot->type().ToString() +
                              " is set to one of type " + value->type().ToString()));
  }
  slot->uses_.erase(op->uses_[i]);
  op->AddUse(i, value);
  ++num_changes_;
  return {};
}

void Rewriter::Erase(Op* op) {
  for (int i = 0; i < op->num_results(); ++i) {
    assert(op->result(i)->uses().empty());
    assert(!module_->IsOutput(op->result(i)));
  }
  for (size_t i = 0; i < op->operands_.size(); ++i) {
    if (Value* operand = op->operands_[i]) operand->uses_.erase(op->uses_[i]);
  }
  if (insertion_point_ == op->position_) ++insertion_point_;
  ++num_changes_;
  module_->ops_.erase(op->position_);
}

void Rewriter::DropData(Value* constant) {
  const Tensor& tensor = *constant->constant();
  constant->def_->attributes_.Set("value",
                                  Tensor::Opaque(tensor.dtype(), tensor.dims(), "dropped"));
  ++num_changes_;
}

void Rewriter::SetName(Value* value, std::string name) { value->name_ = std::move(name); }

}  // namespace octet::ir
