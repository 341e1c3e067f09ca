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

const Attribute* Op::FindAttribute(std::string_view attribute_name) const {
  const auto it = attributes_.find(attribute_name);
  return it == attributes_.end() ? nullptr : &it->second;
}

std::vector<Value*> Op::present_operands() const {
  std::vector<Value*> present;
  std::ranges::copy_if(operands_, std::back_inserter(present),
                       [](const Value* operand) { return operand != nullptr; });
  return present;
}

Status Op::Error(Status status) const {
  return std::move(status).AtNode(location_.node).AtModule(location_.module_path);
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
}

bool Module::IsOutput(const Value* value) const {
  return std::ranges::any_of(outputs_, [&](const Output& o) { return o.value == value; });
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
    clone->kind_ = op->kind_;
    clone->attributes_ = op->attributes_;
    clone->location_ = op->location_;
    for (const Value* operand : op->operands_) {
      Value* mapped = operand == nullptr ? nullptr : map.at(operand);
      if (mapped != nullptr) mapped->uses_.push_back({clone.get(), clone->num_operands()});
      clone->operands_.push_back(mapped);
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
