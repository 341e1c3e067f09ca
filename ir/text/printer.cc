#include "ir/text/printer.h"

#include <map>
#include <set>
#include <unordered_map>

#include "base/number_text.h"
#include "ir/text/lexer.h"

namespace octet::ir {
namespace {

// The texts of `items`, separated by commas.
template <typename Items, typename Text>
std::string Join(const Items& items, const Text& text) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += ", ";
    out += text(item);
  }
  return out;
}

struct AttributeText {
  std::string operator()(int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return FloatText(value); }
  std::string operator()(const std::string& value) const { return QuotedText(value); }
  std::string operator()(const std::vector<int64_t>& values) const {
    return "[" + Join(values, [](int64_t value) { return std::to_string(value); }) + "]";
  }
  std::string operator()(const Shape& dims) const { return "dims" + ToString(dims); }
  std::string operator()(DType dtype) const { return std::string(DTypeName(dtype)); }
  std::string operator()(const ObserverSpec& spec) const { return QuotedText(spec.ToString()); }
  std::string operator()(const Tensor& tensor) const { return tensor.Describe(); }
};

std::string NameText(const std::string& name) {
  return "%" + (IsBareName(name) ? name : QuotedText(name));
}

// The texts of all values of a module: names made unique, unnamed values numbered in order.
class Names {
 public:
  explicit Names(const Module& module) {
    for (const auto& argument : module.arguments()) Add(argument.get());
    for (const auto& op : module.ops()) {
      for (int i = 0; i < op->num_results(); ++i) Add(op->result(i));
    }
  }

  const std::string& Of(const Value* value) const { return texts_.at(value); }

 private:
  void Add(const Value* value) {
    if (value->name().empty()) {
      texts_[value] = "%" + std::to_string(next_number_++);
      return;
    }
    std::string name = value->name();
    // The last suffix tried for a name, so that many equal names cost one step each.
    int& suffix = suffixes_[value->name()];
    while (!taken_.insert(name).second) name = value->name() + "_" + std::to_string(++suffix);
    texts_[value] = NameText(name);
  }

  std::unordered_map<const Value*, std::string> texts_;
  std::set<std::string> taken_;
  std::map<std::string, int> suffixes_;
  int64_t next_number_ = 0;
};

// `name_of` gives the text of a value that is not null.
template <typename NameOf>
std::string OpText(const Op& op, const NameOf& name_of) {
  std::string results;
  std::string types;
  for (int i = 0; i < op.num_results(); ++i) {
    if (i != 0) {
      results += ", ";
      types += ", ";
    }
    results += name_of(op.result(i));
    types += op.result(i)->type().ToString();
  }
  std::string text = results + " = " + std::string(op.name());
  if (op.num_operands() != 0) {
    text += " " + Join(op.operands(), [&](const Value* operand) {
              return operand == nullptr ? std::string(kAbsentOperand) : name_of(operand);
            });
  }
  if (!op.attributes().empty()) {
    text += " {" +
            Join(op.attributes(),
                 [](const auto& attribute) {
                   return attribute.first + " = " + std::visit(AttributeText(), attribute.second);
                 }) +
            "}";
  }
  return text + " : " + types;
}

std::string LocationText(const Location& location) {
  if (location.node().empty() && location.module_path().empty()) return "";
  return " loc(" + QuotedText(location.node()) + ", " + QuotedText(location.module_path()) + ")";
}

}  // namespace

std::string Print(const Module& module, const PrintOptions& options) {
  const Names names(module);
  const auto name_of = [&](const Value* value) { return names.Of(value); };

  std::string text;
  if (module.stage() != Stage::kImport)
    text += "stage " + std::string(StageName(module.stage())) + "\n";
  text += "graph(" +
          Join(module.arguments(),
               [&](const auto& argument) {
                 return names.Of(argument.get()) + ": " + argument->type().ToString();
               }) +
          ") {\n";
  for (const auto& op : module.ops()) {
    text += "  " + OpText(*op, name_of);
    if (options.locations) text += LocationText(op->location());
    text += "\n";
  }
  size_t index = 0;
  const std::string outputs = Join(module.outputs(), [&](const Output& output) {
    std::string entry = names.Of(output.value);
    if (output.name != "output_" + std::to_string(index)) entry += " as " + QuotedText(output.name);
    ++index;
    return entry;
  });
  text += outputs.empty() ? "  return\n}\n" : "  return " + outputs + "\n}\n";
  return text;
}

std::string Print(const Op& op) {
  return OpText(op, [](const Value* value) {
    return value->name().empty() ? std::string("%_") : NameText(value->name());
  });
}

}  // namespace octet::ir
