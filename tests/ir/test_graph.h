// Builds single ops for tests, with operand types as text and attributes as in ops.def.
#ifndef OCTET_TESTS_IR_TEST_GRAPH_H_
#define OCTET_TESTS_IR_TEST_GRAPH_H_

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "ir/evaluate/evaluate.h"
#include "ir/rewriter.h"
#include "ir/text/parser.h"

namespace octet::ir {

// "f32[b,s,64]" as a type.
inline Type ParseType(const std::string& text) {
  const auto module = Parse("graph(%x: " + text + ") { return %x }");
  INFO(text, ": ", module.status().ToString());
  REQUIRE(module.ok());
  return module->arguments()[0]->type();
}

// "[b,s,64]" as a shape.
inline Shape ParseShape(const std::string& text) { return ParseType("f32" + text).shape; }

// A graph under construction.
struct TestGraph {
  Module module;
  Rewriter rewriter{&module};

  Value* Argument(Type type) {
    return module.AddArgument("x" + std::to_string(module.arguments().size()), std::move(type));
  }
  Value* Argument(const std::string& type) { return Argument(ParseType(type)); }
  Value* Symbolic(const std::string& dims) {
    return Make(OpKind::kSymbolic, {}, {{"value", ParseShape(dims)}});
  }
  Value* Ints(const std::vector<int64_t>& values) {
    const auto size = static_cast<int64_t>(values.size());
    return Constant(Tensor::FromVector(DType::kI64, {size}, values));
  }
  Value* Constant(Tensor tensor) {
    auto value = rewriter.Constant(std::move(tensor));
    REQUIRE(value.ok());
    return *value;
  }
  Value* Make(OpKind kind, std::initializer_list<Value*> operands, Attributes attributes = {}) {
    auto value = rewriter.CreateValue(kind, operands, std::move(attributes));
    INFO(value.status().ToString());
    REQUIRE(value.ok());
    return *value;
  }
};

// The result types of the op on arguments of these types, or the error.
inline Result<std::vector<Type>> Infer(OpKind kind, const std::vector<std::string>& operands,
                                       Attributes attributes = {}) {
  TestGraph graph;
  std::vector<Value*> values;
  for (const std::string& type : operands) values.push_back(graph.Argument(type));
  OCTET_ASSIGN_OR_RETURN(const Op* op, graph.rewriter.Create(kind, values, std::move(attributes)));
  std::vector<Type> types;
  for (int i = 0; i < op->num_results(); ++i) types.push_back(op->result(i)->type());
  return types;
}

// The result types, such as "f32[b,s,32]", separated by blanks, or the error as Status prints it.
inline std::string InferText(OpKind kind, const std::vector<std::string>& operands,
                             Attributes attributes = {}) {
  const auto types = Infer(kind, operands, std::move(attributes));
  if (!types.ok()) return types.status().ToString();
  std::string text;
  for (const Type& type : *types) text += (text.empty() ? "" : " ") + type.ToString();
  return text;
}

// Runs the op on tensors. Its operands have the tensors' types, or `types` where given.
inline Result<Tensor> EvaluateOp(OpKind kind, const std::vector<Tensor>& inputs,
                                 Attributes attributes = {}, const SymbolBinding& binding = {},
                                 const std::vector<std::string>& types = {}) {
  TestGraph graph;
  std::vector<Value*> operands;
  std::vector<TensorView> views;
  for (size_t i = 0; i < inputs.size(); ++i) {
    operands.push_back(types.empty() ? graph.Argument(inputs[i].type()) : graph.Argument(types[i]));
    views.push_back(inputs[i].view());
  }
  graph.rewriter.set_location({"node", "module"});
  OCTET_ASSIGN_OR_RETURN(const Op* op,
                         graph.rewriter.Create(kind, operands, std::move(attributes)));
  OCTET_ASSIGN_OR_RETURN(std::vector<int64_t> dims, EvaluateShape(op->result()->shape(), binding));
  OCTET_ASSIGN_OR_RETURN(Tensor output, Tensor::Allocate(op->result()->dtype(), dims));
  const MutableTensorView view = {output.dtype(), dims, output.mutable_data()};
  OCTET_RETURN_IF_ERROR(Evaluate(*op, views, {&view, 1}, binding));
  return output;
}

// Like EvaluateOp, but returns the elements, of type T.
template <typename T>
std::vector<T> EvaluateValues(OpKind kind, const std::vector<Tensor>& inputs,
                              Attributes attributes = {}, const SymbolBinding& binding = {},
                              const std::vector<std::string>& types = {}) {
  const auto output = EvaluateOp(kind, inputs, std::move(attributes), binding, types);
  INFO(output.status().ToString());
  REQUIRE(output.ok());
  REQUIRE(DTypeSize(output->dtype()) == sizeof(T));
  return {output->as<T>(), output->as<T>() + output->num_elements()};
}

}  // namespace octet::ir

#endif  // OCTET_TESTS_IR_TEST_GRAPH_H_
