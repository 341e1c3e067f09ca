// Linears that multiply the same rows and feed one attention become one linear, with their weights
// side by side (|). The attention reads columns of its result:
//   attention(linear(x, wq, bq), linear(x, wk, bk), linear(x, wv, bv))  ->
//   qkv = linear(x, wq | wk | wv, bq | bk | bv)
//   attention(slice(qkv), slice(qkv), slice(qkv))
// The same holds for ragged_attention, and for qlinears with their scales and zero points. If only
// two have the same rows (in the last layer pool-early selects the queries' rows), those two become
// one. Each column is computed as before, so the bits do not change.
//
// The pass runs after quantization, which selects linears by module path.
#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ir/evaluate/evaluate.h"
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// Whether an operand of a linear or a qlinear has a part for each column of the result. The weight,
// its scales and the bias do. Operands that are read row by row do not.
bool HasColumns(const Op& linear, int operand) {
  return !GetOpInfo(linear.kind()).OperandAt(operand).has_rows;
}

// The residual and the activation of a linear or a qlinear.
struct Epilogue {
  const Value* residual;
  Activation activation;
};

std::optional<Epilogue> EpilogueOf(const Op& op) {
  if (const auto linear = As<LinearOp>(op))
    return Epilogue{linear->residual(), linear->activation()};
  if (const auto qlinear = As<QLinearOp>(op))
    return Epilogue{qlinear->residual(), qlinear->activation()};
  return std::nullopt;
}

// The linear that makes `value`, if `value` has one use and the linear can be merged; else nullptr.
Op* MergeableLinear(const Value* value, const Module& module) {
  Op* op = value->def();
  const auto epilogue = op == nullptr ? std::nullopt : EpilogueOf(*op);
  if (!epilogue || epilogue->residual != nullptr || !HasOneUse(value, module)) return nullptr;
  for (int i = 0; i < op->num_operands(); ++i) {
    const Tensor* constant = op->operand(i)->constant();
    if (HasColumns(*op, i) && (constant == nullptr || !constant->has_data())) return nullptr;
  }
  return op;
}

// Whether the two differ at most in the weight and its per-column operands.
bool MultiplySameRows(const Op& a, const Op& b) {
  if (a.kind() != b.kind() || a.num_operands() != b.num_operands()) return false;
  if (EpilogueOf(a)->activation != EpilogueOf(b)->activation) return false;
  for (int i = 0; i < a.num_operands(); ++i) {
    const bool agree = HasColumns(a, i) ? a.operand(i)->dtype() == b.operand(i)->dtype()
                                        : a.operand(i) == b.operand(i);
    if (!agree) return false;
  }
  return true;
}

// "a.{query,key}.b" for "a.query.b" and "a.key.b": the common beginning and end stay outside the
// braces. Parts are separated by '.' and '/'. Empty if a path is empty.
std::string MergedPath(const std::vector<std::string>& paths) {
  constexpr std::string_view kSeparators = "./";
  const std::string& first = paths[0];
  size_t prefix = first.size();
  size_t suffix = first.size();
  for (const std::string& path : paths) {
    if (path.empty()) return {};
    const auto differ = std::ranges::mismatch(first, path);
    prefix = std::min(prefix, static_cast<size_t>(differ.in1 - first.begin()));
  }
  prefix = first.substr(0, prefix).find_last_of(kSeparators) + 1;  // npos + 1 is 0
  for (const std::string& path : paths) {
    const auto differ = std::ranges::mismatch(first.rbegin(), first.rend() - prefix, path.rbegin(),
                                              path.rend() - prefix);
    suffix = std::min(suffix, static_cast<size_t>(differ.in1 - first.rbegin()));
  }
  suffix = first.size() -
           std::min(first.size(), first.find_first_of(kSeparators, first.size() - suffix));
  std::string merged = first.substr(0, prefix) + "{";
  for (const std::string& path : paths) {
    merged += path.substr(prefix, path.size() - prefix - suffix) + ",";
  }
  merged.back() = '}';
  return merged + first.substr(first.size() - suffix);
}

Location MergedLocation(const std::vector<Op*>& linears) {
  std::vector<std::string> nodes;
  std::vector<std::string> paths;
  for (const Op* linear : linears) {
    nodes.push_back(linear->location().node());
    paths.push_back(linear->location().module_path());
  }
  return {MergedPath(nodes), MergedPath(paths)};
}

// Constants of the same rows, side by side, as a concat of them would evaluate.
Result<Value*> ConcatColumns(const std::vector<Value*>& parts, Rewriter& rewriter) {
  OCTET_ASSIGN_OR_RETURN(Op * concat,
                         rewriter.Create(OpKind::kConcat, parts, {{"axis", parts[0]->rank() - 1}}));
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, EvaluateConstants(*concat));
  rewriter.Erase(concat);
  return rewriter.Constant(std::move(tensor));
}

// The constants that were put side by side. Layers that share weights share the result too.
class Concats {
 public:
  Result<Value*> Get(const std::vector<Value*>& parts, Rewriter& rewriter) {
    Value*& concat = made_[parts];
    if (concat == nullptr) {
      OCTET_ASSIGN_OR_RETURN(concat, ConcatColumns(parts, rewriter));
    }
    return concat;
  }

  // Erases the parts that nothing reads any more, so that weights are not held twice.
  void EraseUnread(Rewriter& rewriter) {
    const auto is_unread = [&](const Value* part) {
      return part->uses().empty() && !rewriter.module().IsOutput(part);
    };
    std::set<Value*> unread;
    std::erase_if(made_, [&](const auto& made) {
      std::ranges::copy_if(made.first, std::inserter(unread, unread.end()), is_unread);
      return std::ranges::any_of(made.first, is_unread);
    });
    for (Value* part : unread) rewriter.Erase(part->def());
  }

 private:
  std::map<std::vector<Value*>, Value*> made_;
};

Result<Op*> Merge(const std::vector<Op*>& linears, Concats& concats, Rewriter& rewriter) {
  std::vector<Value*> operands(linears[0]->operands().begin(), linears[0]->operands().end());
  for (int i = 0; i < linears[0]->num_operands(); ++i) {
    if (!HasColumns(*linears[0], i)) continue;
    std::vector<Value*> parts;
    for (const Op* linear : linears) parts.push_back(linear->operand(i));
    OCTET_ASSIGN_OR_RETURN(operands[static_cast<size_t>(i)], concats.Get(parts, rewriter));
  }
  return rewriter.Create(linears[0]->kind(), operands, linears[0]->attributes());
}

// The operands (0 to 2) of an attention whose linears can become one. Empty when fewer than two
// can.
std::vector<int> MergeableOperands(const Op& attention, const Module& module) {
  std::array<const Op*, 3> linears;
  for (int i = 0; i < 3; ++i) {
    linears[static_cast<size_t>(i)] = MergeableLinear(attention.operand(i), module);
  }
  for (size_t first = 0; first < 2; ++first) {
    if (linears[first] == nullptr) continue;
    std::vector<int> operands;
    for (size_t i = first; i < 3; ++i) {
      if (linears[i] != nullptr && MultiplySameRows(*linears[first], *linears[i])) {
        operands.push_back(static_cast<int>(i));
      }
    }
    if (operands.size() > 1) return operands;
  }
  return {};
}

Result<bool> Fuse(Op* attention, Concats& concats, Rewriter& rewriter) {
  const std::vector<int> operands = MergeableOperands(*attention, rewriter.module());
  if (operands.empty()) return false;
  std::vector<Op*> linears;
  for (const int i : operands) linears.push_back(attention->operand(i)->def());
  rewriter.set_location(MergedLocation(linears));
  OCTET_ASSIGN_OR_RETURN(const Op* merged, Merge(linears, concats, rewriter));
  Value* columns = merged->result();
  int64_t start = 0;
  for (size_t i = 0; i < linears.size(); ++i) {
    rewriter.set_location(linears[i]->location());
    // A constant weight has a static number of columns.
    const int64_t end = start + linears[i]->result()->shape().back().constant();
    OCTET_ASSIGN_OR_RETURN(Value * part,
                           rewriter.CreateValue(OpKind::kSlice, {columns},
                                                {{"axes", std::vector{columns->rank() - 1}},
                                                 {"starts", Shape{start}},
                                                 {"ends", Shape{end}},
                                                 {"steps", std::vector<int64_t>{1}}}));
    OCTET_RETURN_IF_ERROR(rewriter.Replace(linears[i], {part}));
    start = end;
  }
  concats.EraseUnread(rewriter);
  return true;
}

}  // namespace

Status FuseQkv(Rewriter& rewriter, PassContext& context) {
  Concats concats;
  const auto fuse = [&](Op* attention, Rewriter&, PassContext&) {
    return Fuse(attention, concats, rewriter);
  };
  return ApplyPattern({OpKind::kAttention, OpKind::kRaggedAttention}, fuse, rewriter, context);
}

}  // namespace octet::ir
