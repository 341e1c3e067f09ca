// Constant folding: one walk in execution order, so that operands are folded before their users are
// visited.
//   - A value whose contents are known becomes a constant, or a `symbolic` op if they contain
//     symbols.
//   - An op on constants that Evaluate implements becomes a constant.
//   - An op that returns one of its operands goes away: see simplify.h.
// A constant keeps the name of the weight that it was made from. Constants that only a folded op
// used are erased with it, so that weights are not held twice. Other dead ops are left to dce.
#include <algorithm>
#include <unordered_set>

#include "ir/evaluate/evaluate.h"
#include "ir/passes/match.h"
#include "ir/passes/pass.h"
#include "ir/passes/simplify.h"

namespace octet::ir {
namespace {

// A result may have this many bytes, or this many times the bytes of the operands (a cast from i8
// to f32 quadruples the size). A bigger result, such as an expanded mask, is cheaper to compute
// than to store.
constexpr int64_t kSmallResult = int64_t{1} << 20;
constexpr int64_t kMaxGrowth = 4;
// All results together may have this many bytes, or this many times the constants that the module
// came with. This bounds hostile models; weights that are cast, then transposed, need far less.
constexpr int64_t kSmallTotal = int64_t{64} << 20;
constexpr int64_t kMaxTotalGrowth = 8;

// A product or convolution is folded if it takes at most this many multiplications, which is a
// fraction of a second.
constexpr int64_t kMaxWork = int64_t{1} << 28;

// The number of multiplications of a product or convolution of constants; 0 for other ops.
int64_t WorkOf(const Op& op) {
  int64_t factors = 0;  // how many products are summed for each element of the result
  if (op.kind() == OpKind::kMatMul) {
    factors = op.operand(0)->constant()->dims().back();
  } else if (op.kind() == OpKind::kConv) {
    const Tensor& weight = *op.operand(1)->constant();
    factors = weight.num_elements() / std::max<int64_t>(weight.dims()[0], 1);
  }
  const auto elements = ProductWithoutZeros(op.result()->shape());
  int64_t work = 0;
  const bool overflows = !elements || __builtin_mul_overflow(*elements, factors, &work);
  return overflows ? INT64_MAX : work;
}

// The elements of contents, all numbers, as a tensor of their type: i64, i32 or bool.
Result<Tensor> TensorOfContents(const Type& type, const Contents& contents) {
  std::vector<int64_t> dims;
  if (type.rank() == 1) dims.push_back(static_cast<int64_t>(contents.size()));
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Allocate(type.dtype, std::move(dims)));
  for (size_t i = 0; i < contents.size(); ++i) {
    const int64_t number = contents[i].constant();
    if (type.dtype == DType::kI64) {
      static_cast<int64_t*>(tensor.mutable_data())[i] = number;
    } else if (type.dtype == DType::kI32) {
      static_cast<int32_t*>(tensor.mutable_data())[i] = static_cast<int32_t>(number);
    } else {
      static_cast<uint8_t*>(tensor.mutable_data())[i] = number != 0 ? 1 : 0;
    }
  }
  return tensor;
}

// Whether `value` already has the form that FoldContents gives to symbolic contents: a symbolic op,
// cast if it is i32, reshaped if it is a scalar.
bool IsSymbolic(const Value* value) {
  const Op* op = value->def();
  if (op && op->kind() == OpKind::kReshape && value->rank() == 0) op = op->operand(0)->def();
  if (op && op->kind() == OpKind::kCast && value->dtype() == DType::kI32)
    op = op->operand(0)->def();
  return op && op->kind() == OpKind::kSymbolic;
}

class ConstantFolder {
 public:
  ConstantFolder(Rewriter& rewriter, PassContext& context)
      : rewriter_(rewriter), context_(context) {
    const Module& module = rewriter.module();
    for (const Output& output : module.outputs()) outputs_.insert(output.value);
    int64_t bytes = 0;
    for (const auto& op : module.ops()) {
      const Tensor* tensor = op->num_results() == 1 ? op->result()->constant() : nullptr;
      if (tensor && __builtin_add_overflow(bytes, tensor->byte_size(), &bytes)) bytes = INT64_MAX;
    }
    budget_ = std::max(kSmallTotal, std::min(bytes, INT64_MAX / kMaxTotalGrowth) * kMaxTotalGrowth);
  }

  Status Run() {
    const auto& ops = rewriter_.module().ops();
    for (auto it = ops.begin(); it != ops.end();) {
      Op* op = it->get();
      ++it;  // Visit only erases op and ops before it.
      OCTET_RETURN_IF_ERROR(Visit(op));
    }
    return {};
  }

 private:
  bool IsDead(const Value* value) const {
    return value->uses().empty() && !outputs_.contains(value);
  }

  Status Visit(Op* op) {
    if (op->num_results() != 1 || op->kind() == OpKind::kConstant ||
        op->kind() == OpKind::kSymbolic || IsDead(op->result())) {
      return {};
    }
    rewriter_.SetInsertionPoint(op);
    rewriter_.set_location(op->location());
    OCTET_ASSIGN_OR_RETURN(Value * value, FoldContents(*op));
    if (!value) {
      OCTET_ASSIGN_OR_RETURN(value, FoldOp(*op));
    }
    if (value) return Replace(op, value);

    OCTET_ASSIGN_OR_RETURN(const Simplified simplified, Simplify(*op, rewriter_));
    if (!simplified.value) return {};
    OCTET_RETURN_IF_ERROR(Replace(op, simplified.value));
    return simplified.created ? Visit(simplified.value->def()) : Status();
  }

  Status Replace(Op* op, Value* value) {
    if (outputs_.erase(op->result()) != 0) outputs_.insert(value);
    std::vector<Value*> operands = op->present_operands();
    OCTET_RETURN_IF_ERROR(rewriter_.Replace(op, {value}));
    // An operand may stand in several slots, but must be erased only once.
    std::sort(operands.begin(), operands.end());
    operands.erase(std::unique(operands.begin(), operands.end()), operands.end());
    for (Value* operand : operands) {
      if (operand != value && operand->constant() && IsDead(operand)) {
        rewriter_.Erase(operand->def());
      }
    }
    return {};
  }

  // The name of a new constant that replaces `op`. A weight that was cast or transposed keeps its
  // name.
  static std::string NameFor(const Op& op) {
    if (!op.result()->name().empty() || op.num_operands() == 0) return op.result()->name();
    return op.operand(0)->constant() ? op.operand(0)->name() : std::string();
  }

  Result<Value*> FoldContents(const Op& op) {
    const Value& result = *op.result();
    const Contents* contents = result.contents();
    if (!contents) return nullptr;
    if (std::all_of(contents->begin(), contents->end(),
                    [](const Dim& d) { return d.is_static(); })) {
      OCTET_ASSIGN_OR_RETURN(Tensor tensor, TensorOfContents(result.type(), *contents));
      return rewriter_.Constant(std::move(tensor), NameFor(op));
    }
    if (IsSymbolic(&result)) return nullptr;
    OCTET_ASSIGN_OR_RETURN(
        Value * value, rewriter_.CreateValue(OpKind::kSymbolic, {}, {{"value", Shape(*contents)}}));
    if (result.dtype() != DType::kI64) {
      OCTET_ASSIGN_OR_RETURN(
          value, rewriter_.CreateValue(OpKind::kCast, {value}, {{"to", result.dtype()}}));
    }
    if (result.rank() == 0) {
      OCTET_ASSIGN_OR_RETURN(
          value, rewriter_.CreateValue(OpKind::kReshape, {value}, {{"shape", Shape()}}));
    }
    return value;
  }

  // Whether all operands and attributes of `op` are numbers.
  static bool IsKnown(const Op& op) {
    if (op.kind() == OpKind::kSlice) {
      for (const char* name : {"starts", "ends"}) {
        if (!StaticShape(op.dims_attr(name))) return false;
      }
    }
    return StaticShape(op.result()->shape()) &&
           std::ranges::all_of(op.operands(), [](const Value* operand) {
             const Tensor* tensor = operand->constant();
             return tensor && tensor->has_data();
           });
  }

  Result<Value*> FoldOp(const Op& op) {
    if (!CanEvaluate(op) || !IsKnown(op)) return nullptr;
    std::vector<int64_t> dims = *StaticShape(op.result()->shape());
    if (op.kind() == OpKind::kReshape) {
      // Shares the bytes of the operand; the owner is a copy of its tensor, which keeps them alive.
      const auto owner = std::make_shared<const Tensor>(*op.operand(0)->constant());
      return rewriter_.Constant(
          Tensor::Share(owner->dtype(), std::move(dims), owner->view().data, owner), NameFor(op));
    }
    OCTET_ASSIGN_OR_RETURN(const int64_t size, CheckedByteSize(dims, op.result()->dtype()));
    int64_t operand_bytes = 0;
    for (const Value* operand : op.operands()) operand_bytes += operand->constant()->byte_size();
    if (size > kSmallResult && size / kMaxGrowth > operand_bytes) return nullptr;
    if (WorkOf(op) > kMaxWork) {
      context_.Explain(op, "not folded: it takes too long to compute");
      return nullptr;
    }
    if (size > budget_) {
      context_.Explain(op, "not folded: the folded constants together would be too big");
      return nullptr;
    }
    Result<Tensor> tensor = EvaluateConstants(op);
    if (tensor.status().code() == StatusCode::kOutOfMemory) return tensor.status();
    // For example an index out of range. A run that needs this value will report it.
    if (!tensor.ok()) {
      context_.Explain(op, "not folded: " + tensor.status().message());
      return nullptr;
    }
    budget_ -= size;
    return rewriter_.Constant(*std::move(tensor), NameFor(op));
  }

  Rewriter& rewriter_;
  PassContext& context_;
  std::unordered_set<const Value*> outputs_;
  int64_t budget_;  // bytes that may still be folded
};

}  // namespace

Status FoldConstants(Rewriter& rewriter, PassContext& context) {
  return ConstantFolder(rewriter, context).Run();
}

}  // namespace octet::ir
