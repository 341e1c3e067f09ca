#include "ir/text/parser.h"

#include <charconv>
#include <map>
#include <set>

#include "ir/rewriter.h"
#include "ir/text/tensor_literal.h"
#include "ir/text/token_stream.h"
#include "ir/verifier.h"

namespace octet::ir {
namespace {

Status ErrorAt(int64_t line, std::string message) {
  return InvalidArgument(std::move(message)).AtLine(line);
}

// An error of another part of the IR, as an error of the text at `line`.
Status ErrorAt(int64_t line, const Status& status) {
  return Status(StatusCode::kInvalidArgument, status.message(), status.place()).AtLine(line);
}

// Recursive descent; each function reads one rule of the grammar of docs/ir.md.
class Parser : private TokenStream {
 public:
  Parser(std::vector<Token> tokens, const ParseOptions& options)
      : TokenStream(std::move(tokens)),
        rewriter_(&module_),
        constant_bytes_left_(options.max_constant_bytes) {}

  Result<Module> Run() {
    OCTET_RETURN_IF_ERROR(ParseHeader());
    OCTET_RETURN_IF_ERROR(Expect("{"));
    while (!PeekWord("return")) OCTET_RETURN_IF_ERROR(ParseOp());
    OCTET_RETURN_IF_ERROR(ParseReturn());
    OCTET_RETURN_IF_ERROR(Expect("}"));
    if (Peek().kind != TokenKind::kEnd) return Unexpected("the end of the text");
    OCTET_RETURN_IF_ERROR(Verify(module_));
    return std::move(module_);
  }

 private:
  // A result or an argument, as it is written.
  using Name = std::pair<TokenKind, std::string>;

  // ["stage" name] "graph" "(" arguments ")"
  Status ParseHeader() {
    if (AcceptWord("stage")) OCTET_RETURN_IF_ERROR(ParseStage());
    if (!AcceptWord("graph")) return Unexpected("'graph'");
    OCTET_RETURN_IF_ERROR(Expect("("));
    if (Accept(")")) return {};
    OCTET_RETURN_IF_ERROR(ExpectList([&] { return ParseArgument(); }));
    return Expect(")");
  }

  Status ParseStage() {
    OCTET_ASSIGN_OR_RETURN(const Token name, ExpectKind(TokenKind::kWord, "a stage"));
    for (const Stage stage : {Stage::kImport, Stage::kCore, Stage::kQuant}) {
      if (name.text != StageName(stage)) continue;
      module_.set_stage(stage);
      return {};
    }
    return ErrorAt(name.line, "no stage is called '" + Printable(name.text) + "'");
  }

  Status ParseArgument() {
    OCTET_ASSIGN_OR_RETURN(const Token name, ExpectValue());
    if (name.kind == TokenKind::kNumbered) {
      return ErrorAt(name.line, "an argument needs a name, not a number: %" + name.text);
    }
    OCTET_RETURN_IF_ERROR(Expect(":"));
    OCTET_ASSIGN_OR_RETURN(Type type, ParseType());
    if (Status status = CheckArgumentType(type); !status.ok()) return ErrorAt(name.line, status);
    return Define(name, module_.AddArgument(name.text, std::move(type)));
  }

  // Defines the name of `value`. The name of a numbered value is not kept.
  Status Define(const Token& name, Value* value) {
    if (!values_.emplace(Name(name.kind, name.text), value).second) {
      return ErrorAt(name.line, "%" + Printable(name.text) + " is defined twice");
    }
    return {};
  }

  // value | "none"; returns nullptr for an absent operand.
  Result<Value*> ParseOperand() {
    if (AcceptWord(kAbsentOperand)) return nullptr;
    return ParseValue();
  }

  Result<Value*> ParseValue() {
    OCTET_ASSIGN_OR_RETURN(const Token name, ExpectValue());
    const auto it = values_.find(Name(name.kind, name.text));
    if (it == values_.end()) {
      return ErrorAt(name.line, "%" + Printable(name.text) + " is not defined here");
    }
    return it->second;
  }

  // dtype "[" dims "]"
  Result<Type> ParseType() {
    OCTET_ASSIGN_OR_RETURN(const DType dtype, ParseDTypeName());
    OCTET_ASSIGN_OR_RETURN(Shape shape, ParseDims());
    return Type{dtype, std::move(shape)};
  }

  Result<DType> ParseDTypeName() {
    OCTET_ASSIGN_OR_RETURN(const Token name, ExpectKind(TokenKind::kWord, "a dtype"));
    const std::optional<DType> dtype = ParseDType(name.text);
    if (!dtype) return ErrorAt(name.line, "no dtype is called '" + Printable(name.text) + "'");
    return *dtype;
  }

  Result<Shape> ParseDims() {
    Shape shape;
    OCTET_RETURN_IF_ERROR(Expect("["));
    if (Accept("]")) return shape;
    OCTET_RETURN_IF_ERROR(ExpectList([&]() -> Status {
      const int64_t line = Peek().line;
      OCTET_ASSIGN_OR_RETURN(const std::string text, TakeDimText());
      Result<Dim> dim = Dim::Parse(text);
      if (!dim.ok()) return ErrorAt(line, dim.status());
      shape.push_back(*std::move(dim));
      return {};
    }));
    OCTET_RETURN_IF_ERROR(Expect("]"));
    return shape;
  }

  // The tokens of one dim: up to a comma or bracket that is not inside parentheses.
  Result<std::string> TakeDimText() {
    std::string text;
    for (int depth = 0;;) {
      if (depth == 0 && (PeekPunctuation(",") || PeekPunctuation("]"))) break;
      if (PeekPunctuation("(")) ++depth;
      if (PeekPunctuation(")")) --depth;
      const bool belongs = Peek().kind == TokenKind::kWord || PeekPunctuation("/") ||
                           PeekPunctuation(",") || PeekPunctuation("(") || PeekPunctuation(")");
      if (!belongs) return Unexpected("a number or a dimension");
      if (!text.empty()) text += ' ';
      text += Next().text;
    }
    if (text.empty()) return Unexpected("a number or a dimension");
    return text;
  }

  // results "=" op operands ["{" attributes "}"] ":" types [location]
  Status ParseOp() {
    std::vector<Token> results;
    OCTET_RETURN_IF_ERROR(ExpectList([&]() -> Status {
      OCTET_ASSIGN_OR_RETURN(Token name, ExpectValue());
      results.push_back(std::move(name));
      return {};
    }));
    OCTET_RETURN_IF_ERROR(Expect("="));
    OCTET_ASSIGN_OR_RETURN(const Token op_name, ExpectKind(TokenKind::kWord, "an operation"));
    const std::optional<OpKind> kind = FindOpKind(op_name.text);
    if (!kind) {
      return ErrorAt(op_name.line, "no operation is called '" + Printable(op_name.text) + "'");
    }
    std::vector<Value*> operands;
    if (PeekValue() || PeekWord(kAbsentOperand)) {
      OCTET_RETURN_IF_ERROR(ExpectList([&]() -> Status {
        OCTET_ASSIGN_OR_RETURN(Value * operand, ParseOperand());
        operands.push_back(operand);
        return {};
      }));
    }
    Attributes attributes;
    std::map<std::string, TensorLiteral> literals;
    if (Accept("{")) {
      OCTET_RETURN_IF_ERROR(
          ExpectList([&] { return ParseAttribute(GetOpInfo(*kind), &attributes, &literals); }));
      OCTET_RETURN_IF_ERROR(Expect("}"));
    }
    OCTET_RETURN_IF_ERROR(Expect(":"));
    std::vector<Type> types;
    OCTET_RETURN_IF_ERROR(ExpectList([&]() -> Status {
      OCTET_ASSIGN_OR_RETURN(Type type, ParseType());
      types.push_back(std::move(type));
      return {};
    }));
    OCTET_RETURN_IF_ERROR(ParseLocation());
    for (const auto& [name, literal] : literals) {
      Result<Tensor> tensor = MakeTensor(literal, types[0], &constant_bytes_left_);
      if (!tensor.ok()) return ErrorAt(op_name.line, tensor.status());
      attributes.Set(name, *std::move(tensor));
    }
    Result<Op*> op = rewriter_.Create(*kind, operands, std::move(attributes));
    if (!op.ok()) return ErrorAt(op_name.line, op.status());
    return DefineResults(**op, results, types, op_name.line);
  }

  Status DefineResults(const Op& op, const std::vector<Token>& names,
                       const std::vector<Type>& types, int64_t line) {
    const std::string op_name(op.name());
    const auto num_results = static_cast<size_t>(op.num_results());
    if (names.size() != num_results || types.size() != num_results) {
      return ErrorAt(line, "the number of results of " + op_name + " is " +
                               std::to_string(num_results) + ", but the text has names for " +
                               std::to_string(names.size()) + " and types for " +
                               std::to_string(types.size()));
    }
    if (Status status = CheckStage(op, module_.stage()); !status.ok()) return ErrorAt(line, status);
    for (size_t i = 0; i < num_results; ++i) {
      Value* result = op.result(static_cast<int>(i));
      if (result->type() != types[i]) {
        return ErrorAt(
            line, op_name + " gives " + result->type().ToString() + ", not " + types[i].ToString());
      }
      OCTET_RETURN_IF_ERROR(Define(names[i], result));
      if (names[i].kind == TokenKind::kNamed) rewriter_.SetName(result, names[i].text);
    }
    return {};
  }

  // ["loc" "(" node "," module path ")"]: the location of the op that comes next.
  Status ParseLocation() {
    rewriter_.set_location({});
    if (!AcceptWord("loc")) return {};
    OCTET_RETURN_IF_ERROR(Expect("("));
    OCTET_ASSIGN_OR_RETURN(Token node, ExpectKind(TokenKind::kString, "a node name in quotes"));
    OCTET_RETURN_IF_ERROR(Expect(","));
    OCTET_ASSIGN_OR_RETURN(Token path, ExpectKind(TokenKind::kString, "a module path in quotes"));
    OCTET_RETURN_IF_ERROR(Expect(")"));
    rewriter_.set_location({std::move(node.text), std::move(path.text)});
    return {};
  }

  // name "=" value. The kind of the value is that of ops.def.
  Status ParseAttribute(const OpInfo& info, Attributes* attributes,
                        std::map<std::string, TensorLiteral>* literals) {
    OCTET_ASSIGN_OR_RETURN(const Token name, ExpectKind(TokenKind::kWord, "an attribute"));
    const AttributeInfo* attribute = info.FindAttribute(name.text);
    if (attribute == nullptr) {
      return ErrorAt(name.line,
                     std::string(info.name) + " has no attribute '" + Printable(name.text) + "'");
    }
    if (attributes->contains(name.text) || literals->contains(name.text)) {
      return ErrorAt(name.line, "attribute '" + Printable(name.text) + "' is given twice");
    }
    OCTET_RETURN_IF_ERROR(Expect("="));
    if (attribute->kind == AttributeKind::kTensor) {
      OCTET_ASSIGN_OR_RETURN((*literals)[name.text], ParseTensorLiteral());
    } else {
      OCTET_ASSIGN_OR_RETURN(Attribute value, ParseAttributeValue(attribute->kind));
      attributes->Set(name.text, std::move(value));
    }
    return {};
  }

  Result<Attribute> ParseAttributeValue(AttributeKind kind) {
    switch (kind) {
      case AttributeKind::kInt: {
        OCTET_ASSIGN_OR_RETURN(const Token word, ExpectKind(TokenKind::kWord, "an integer"));
        OCTET_ASSIGN_OR_RETURN(const int64_t value, ParseNumber<int64_t>(word, "an integer"));
        return Attribute(value);
      }
      case AttributeKind::kFloat: {
        OCTET_ASSIGN_OR_RETURN(const Token word, ExpectKind(TokenKind::kWord, "a number"));
        OCTET_ASSIGN_OR_RETURN(const double value, ParseNumber<double>(word, "a number"));
        return Attribute(value);
      }
      case AttributeKind::kString: {
        OCTET_ASSIGN_OR_RETURN(Token text, ExpectKind(TokenKind::kString, "a text in quotes"));
        return Attribute(std::move(text.text));
      }
      case AttributeKind::kInts: {
        OCTET_ASSIGN_OR_RETURN(const std::vector<Token> words, ExpectWords());
        std::vector<int64_t> values;
        for (const Token& word : words) {
          OCTET_ASSIGN_OR_RETURN(const int64_t value, ParseNumber<int64_t>(word, "an integer"));
          values.push_back(value);
        }
        return Attribute(std::move(values));
      }
      case AttributeKind::kDims: {
        if (!AcceptWord("dims")) return Unexpected("dims[...]");
        OCTET_ASSIGN_OR_RETURN(Shape dims, ParseDims());
        return Attribute(std::move(dims));
      }
      case AttributeKind::kDType: {
        OCTET_ASSIGN_OR_RETURN(const DType dtype, ParseDTypeName());
        return Attribute(dtype);
      }
      case AttributeKind::kObserver: {
        OCTET_ASSIGN_OR_RETURN(const Token text,
                               ExpectKind(TokenKind::kString, "a text in quotes"));
        const Result<ObserverSpec> spec = ParseObserverSpec(text.text);
        if (!spec.ok()) return ErrorAt(text.line, spec.status());
        return Attribute(*spec);
      }
      case AttributeKind::kTensor:
        break;
    }
    return Internal("a tensor attribute needs the result type");
  }

  template <typename T>
  static Result<T> ParseNumber(const Token& word, const std::string& what) {
    T value{};
    const char* end = word.text.data() + word.text.size();
    const auto [stop, code] = std::from_chars(word.text.data(), end, value);
    if (code != std::errc() || stop != end) {
      return ErrorAt(word.line, "'" + Printable(word.text) + "' is not " + what);
    }
    return value;
  }

  // "[" numbers "]" | ("splat" | "random" | "hash") "(" number ")"
  Result<TensorLiteral> ParseTensorLiteral() {
    TensorLiteral literal;
    if (PeekPunctuation("[")) {
      OCTET_ASSIGN_OR_RETURN(const std::vector<Token> words, ExpectWords());
      for (const Token& word : words) literal.words.push_back(word.text);
      return literal;
    }
    if (AcceptWord("splat")) {
      literal.form = TensorLiteral::Form::kSplat;
    } else if (AcceptWord("random")) {
      literal.form = TensorLiteral::Form::kRandom;
    } else if (AcceptWord("hash")) {
      literal.form = TensorLiteral::Form::kHash;
    } else {
      return Unexpected("splat(...), [...], random(...) or hash(...)");
    }
    OCTET_RETURN_IF_ERROR(Expect("("));
    OCTET_ASSIGN_OR_RETURN(Token word, ExpectKind(TokenKind::kWord, "a number"));
    literal.words.push_back(std::move(word.text));
    OCTET_RETURN_IF_ERROR(Expect(")"));
    return literal;
  }

  // "return" [value ["as" name] {"," value ["as" name]}]
  Status ParseReturn() {
    Next();
    if (!PeekValue()) return {};
    std::set<std::string> names;
    return ExpectList([&]() -> Status {
      const int64_t line = Peek().line;
      OCTET_ASSIGN_OR_RETURN(Value * value, ParseValue());
      std::string name = "output_" + std::to_string(module_.outputs().size());
      if (AcceptWord("as")) {
        OCTET_ASSIGN_OR_RETURN(Token text, ExpectKind(TokenKind::kString, "a name in quotes"));
        name = std::move(text.text);
      }
      if (name.empty()) return ErrorAt(line, "an output needs a name");
      if (!names.insert(name).second) {
        return ErrorAt(line, "two outputs are called '" + Printable(name) + "'");
      }
      module_.AddOutput(std::move(name), value);
      return {};
    });
  }

  Module module_;
  Rewriter rewriter_;
  std::map<Name, Value*> values_;
  int64_t constant_bytes_left_;
};

}  // namespace

Result<Module> Parse(std::string_view text, const ParseOptions& options) {
  OCTET_ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenize(text));
  return Parser(std::move(tokens), options).Run();
}

}  // namespace octet::ir
