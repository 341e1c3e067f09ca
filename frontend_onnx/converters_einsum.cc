// Einsum: products and sums that name their axes by letters.
#include <algorithm>
#include <optional>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"

namespace octet::frontend_onnx {
namespace {

using ir::OpKind;

// An operand and the letter of each of its axes.
struct Labeled {
  Term x;
  std::string labels;
};

bool Has(const std::string& labels, char label) { return labels.find(label) != std::string::npos; }

// The letters of `from` for which `pass` is true.
template <typename F>
std::string Select(const std::string& from, F pass) {
  std::string selected;
  std::ranges::copy_if(from, std::back_inserter(selected), pass);
  return selected;
}

ir::Shape ShapeOf(const Labeled& operand, const std::string& labels) {
  ir::Shape shape;
  for (const char label : labels) {
    shape.push_back(operand.x.value->shape()[operand.labels.find(label)]);
  }
  return shape;
}

// The operand with its axes in the order of `labels`, which are the same letters.
Labeled Permute(const Labeled& operand, const std::string& labels) {
  std::vector<int64_t> perm;
  for (const char label : labels) {
    perm.push_back(static_cast<int64_t>(operand.labels.find(label)));
  }
  return {TransposeOf(operand.x, std::move(perm)), labels};
}

// Sums the operand over the axes that are not in `kept`.
Labeled SumAlone(const Labeled& operand, const std::string& kept) {
  std::vector<int64_t> axes;
  for (size_t i = 0; i < operand.labels.size(); ++i) {
    if (!Has(kept, operand.labels[i])) axes.push_back(static_cast<int64_t>(i));
  }
  if (axes.empty()) return operand;
  return {Reduce(OpKind::kReduceSum, operand.x, axes, false),
          Select(operand.labels, [&](char label) { return Has(kept, label); })};
}

// One batched matrix product. Axes of both operands are batch axes if they are in `wanted`; if not,
// the product is summed over them.
Result<Labeled> Multiply(const Labeled& left, const Labeled& right, const std::string& wanted) {
  const auto in_right = [&](char label) { return Has(right.labels, label); };
  const std::string shared = Select(left.labels, in_right);
  const std::string batch = Select(shared, [&](char label) { return Has(wanted, label); });
  const std::string summed = Select(shared, [&](char label) { return !Has(wanted, label); });
  const std::string rows = Select(left.labels, [&](char label) { return !in_right(label); });
  const std::string columns =
      Select(right.labels, [&](char label) { return !Has(left.labels, label); });
  for (const char label : shared) {
    const std::string name(1, label);
    if (ShapeOf(left, name) != ShapeOf(right, name)) {
      return InvalidModel("Einsum's axis '" + name + "' has sizes " +
                          ToString(ShapeOf(left, name)) + " and " + ToString(ShapeOf(right, name)));
    }
  }
  const ir::Shape batches = ShapeOf(left, batch);
  const auto merged = [&](const Labeled& operand, const std::string& a,
                          const std::string& b) -> Result<Term> {
    const ir::Shape first = ShapeOf(operand, a);
    const ir::Shape second = ShapeOf(operand, b);
    OCTET_ASSIGN_OR_RETURN(const ir::Dim m, Product(first, 0, static_cast<int64_t>(first.size())));
    OCTET_ASSIGN_OR_RETURN(const ir::Dim n,
                           Product(second, 0, static_cast<int64_t>(second.size())));
    ir::Shape shape = batches;
    shape.insert(shape.end(), {m, n});
    return ReshapeOf(Permute(operand, batch + a + b).x, std::move(shape));
  };
  OCTET_ASSIGN_OR_RETURN(const Term a, merged(left, rows, summed));
  OCTET_ASSIGN_OR_RETURN(const Term b, merged(right, summed, columns));
  const Term product = left.x.formula->Apply(OpKind::kMatMul, {a, b});
  ir::Shape shape = batches;
  for (const ir::Dim& dim : ShapeOf(left, rows)) shape.push_back(dim);
  for (const ir::Dim& dim : ShapeOf(right, columns)) shape.push_back(dim);
  return Labeled{ReshapeOf(product, std::move(shape)), batch + rows + columns};
}

// The parts of "bhqd,bhkd->bhqk". Without an arrow, the result has the letters that are in one
// operand only, in alphabetical order. Errors: Unsupported for ellipses and for a letter that an
// operand repeats; InvalidModel.
struct Equation {
  std::vector<std::string> operands;
  std::string result;
};

Result<Equation> ParseEquation(const std::string& text) {
  const std::string equation = Select(text, [](char c) { return c != ' '; });
  const std::string quoted = "Einsum of '" + Printable(text) + "'";
  const size_t arrow = equation.find("->");
  Equation parsed;
  parsed.operands.emplace_back();
  for (const char c : equation.substr(0, arrow)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == ',') {
      parsed.operands.emplace_back();
    } else if (!letter || Has(parsed.operands.back(), c)) {
      return Unsupported(quoted + ": octet needs letters, each at most once in an operand");
    } else {
      parsed.operands.back() += c;
    }
  }
  const auto count = [&](char c) {
    return std::ranges::count_if(parsed.operands, [&](const auto& o) { return Has(o, c); });
  };
  if (arrow == std::string::npos) {
    for (char c = 'A'; c <= 'z'; ++c) {
      if (count(c) == 1) parsed.result += c;
    }
    return parsed;
  }
  for (const char c : equation.substr(arrow + 2)) {
    if (count(c) == 0 || Has(parsed.result, c)) {
      return InvalidModel(quoted + ": the result has an axis twice, or one that no operand has");
    }
    parsed.result += c;
  }
  return parsed;
}

}  // namespace

// The operands are multiplied from the left.
Status ConvertEinsum(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const std::string text, node->String("equation", ""));
  OCTET_ASSIGN_OR_RETURN(const Equation equation, ParseEquation(text));
  if (equation.operands.size() != static_cast<size_t>(node->num_inputs())) {
    return InvalidModel("Einsum of '" + Printable(text) + "' has " +
                        std::to_string(node->num_inputs()) + " inputs");
  }
  // Of each operand, the letters that the result or a later operand has, each once.
  std::vector<std::string> wanted_behind(equation.operands.size(), equation.result);
  for (size_t i = equation.operands.size() - 1; i-- > 0;) {
    const std::string& behind = wanted_behind[i + 1];
    wanted_behind[i] =
        behind + Select(equation.operands[i + 1], [&](char label) { return !Has(behind, label); });
  }
  Formula f(&node->rewriter());
  std::optional<Labeled> product;
  for (size_t i = 0; i < equation.operands.size(); ++i) {
    ir::Value* input = node->input(static_cast<int>(i));
    const std::string& labels = equation.operands[i];
    if (labels.size() != static_cast<size_t>(input->rank())) {
      return InvalidModel("Einsum of '" + Printable(text) + "': operand " + std::to_string(i) +
                          " is " + input->type().ToString());
    }
    const std::string& wanted = wanted_behind[i];
    const std::string elsewhere = product ? wanted + product->labels : wanted;
    const Labeled operand = SumAlone({f.Of(input), labels}, elsewhere);
    OCTET_RETURN_IF_ERROR(f.status());
    if (!product) {
      product = operand;
      continue;
    }
    product = SumAlone(*product, wanted + operand.labels);
    OCTET_RETURN_IF_ERROR(f.status());
    OCTET_ASSIGN_OR_RETURN(product, Multiply(*product, operand, wanted));
    OCTET_RETURN_IF_ERROR(f.status());
  }
  product = SumAlone(*product, equation.result);
  OCTET_RETURN_IF_ERROR(f.status());
  return f.Finish(node, 0, Permute(*product, equation.result).x);
}

}  // namespace octet::frontend_onnx
