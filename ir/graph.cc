#include "ir/graph.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "ir/rewriter.h"

namespace octet::ir {

const Tensor* Value::constant() const {
  if (def_ == nullptr || def_->kind() != OpKind::kConstant) return nullptr;
  return &def_->attr<Tensor>("value");
}

std::vector<Value*> Op::present_operands() const {
  std::vector<Value*> present;
  std::ranges::copy_if(operands_, std::back_inserter(present),
                       [](const Value* operand) { return operand != nullptr; });
  return present;
}

void Op::AddUse(size_t i, Value* value) {
  operands_[i] = value;
  uses_[i] = value->uses_.insert(value->uses_.end(), {this, static_cast<int>(i)});
}

Value* Module::AddArgument(std::string name, Type type) {
  auto value = std::make_unique<Value>();
  value->type_ = std::move(type);
  value->name_ = std::move(name);
  value->index_ = static_cast<int>(arguments_.size());
  return arguments_.emplace_back(std::move(value)).get();
}

void Module::AddOutput(std::string name, Value* value) {
  outputs_.push_back({std::move(name), value});
  ++value->num_outputs_;
}

Module Module::Clone() const {
  Module copy;
  copy.stage_ = stage_;
  std::unordered_map<const Value*, Value*> map;
  for (const auto& argument : arguments_) {
    Value* value = copy.AddArgument(argument->name_, argument->type_);
    value->contents_ = argument->contents_;
    map[argument.get()] = value;
  }
  for (const auto& op : ops_) {
    auto clone = std::make_unique<Op>();
    static_cast<OpSpec&>(*clone) = *op;
    clone->operands_.resize(op->operands_.size());
    clone->uses_.resize(op->operands_.size());
    for (size_t i = 0; i < op->operands_.size(); ++i) {
      if (op->operands_[i] != nullptr) clone->AddUse(i, map.at(op->operands_[i]));
    }
    for (const auto& result : op->results_) {
      auto value = std::make_unique<Value>();
      value->type_ = result->type_;
      value->contents_ = result->contents_;
      value->name_ = result->name_;
      value->index_ = result->index_;
      value->def_ = clone.get();
      map[result.get()] = value.get();
      clone->results_.push_back(std::move(value));
    }
    Op* placed = copy.ops_.emplace_back(std::move(clone)).get();
    placed->position_ = std::prev(copy.ops_.end());
  }
  for (const Output& output : outputs_) copy.AddOutput(output.name, map.at(output.value));
  return copy;
}

}  // namespace octet::ir
