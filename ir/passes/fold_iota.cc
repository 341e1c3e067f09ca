// Resolves the positions that exporters count with. transformers 5 builds its masks by gathering
// the attention mask at position (sentence, key) for every sentence and key, and by comparing
// positions with bounds that hold for all of them.
//   gather(x, 0, 1, 2 ...)            -> reshape(x)
//   gather_nd(x, all positions)       -> reshape(x)
//   position >= number, for all       -> true
//   true and x                        -> expand(x)
// How: a tensor of positions is traced back to its iotas as a number plus a coefficient times the
// index along each axis. It counts all elements of x in order if the number is 0 and the
// coefficients are the row-major strides of the tensor's own shape.
#include <algorithm>
#include <optional>
#include <vector>

#include "ir/dim_bounds.h"
#include "ir/infer/util.h"
#include "ir/passes/match.h"

namespace octet::ir {
namespace {

// Exporters need fewer than 10 ops between an iota and a gather. This bounds the recursion and the
// number of values that are looked at: a value that is added to itself many times has exponentially
// many paths to the iota.
constexpr int kMaxVisits = 64;

// An integer tensor whose element [i0, i1 ...] is offset + i0 * strides[0] + i1 * strides[1] ...
// Strides along axes of size 1 are 0.
struct Affine {
  Dim offset;
  std::vector<Dim> strides;
};

// `visits` counts the values that were looked at.
std::optional<Affine> FindAffine(const Value* value, int* visits);

std::optional<Affine> FindAffine(const Value* value) {
  int visits = 0;
  return FindAffine(value, &visits);
}

std::optional<Affine> AddAffine(const Affine& a, const Affine& b) {
  const size_t rank = std::max(a.strides.size(), b.strides.size());
  Affine sum;
  const auto offset = a.offset.Plus(b.offset);
  if (!offset) return std::nullopt;
  sum.offset = *offset;
  for (size_t i = 0; i < rank; ++i) {
    // Axes that an operand does not have on the left broadcast.
    const auto at = [&](const Affine& x) {
      const size_t lacking = rank - x.strides.size();
      return i < lacking ? Dim(0) : x.strides[i - lacking];
    };
    const auto stride = at(a).Plus(at(b));
    if (!stride) return std::nullopt;
    sum.strides.push_back(*stride);
  }
  return sum;
}

std::optional<Affine> MultiplyAffine(const Affine& x, const Affine& number) {
  const bool is_number = std::all_of(number.strides.begin(), number.strides.end(),
                                     [](const Dim& stride) { return stride == Dim(0); });
  if (!is_number) return std::nullopt;
  Affine product;
  const auto offset = x.offset.Times(number.offset);
  if (!offset) return std::nullopt;
  product.offset = *offset;
  // The product has as many axes as the longer operand.
  const size_t rank = std::max(x.strides.size(), number.strides.size());
  product.strides.resize(rank - x.strides.size(), Dim(0));
  for (const Dim& each : x.strides) {
    const auto stride = each.Times(number.offset);
    if (!stride) return std::nullopt;
    product.strides.push_back(*stride);
  }
  return product;
}

// The result of a reshape that only inserts or drops axes of size 1.
std::optional<Affine> ReshapeAffine(const Affine& x, const Shape& from, const Shape& to) {
  Affine reshaped{x.offset, {}};
  size_t next = 0;
  const auto skip_ones = [&] {
    while (next < from.size() && from[next] == Dim(1)) ++next;
  };
  for (const Dim& dim : to) {
    if (dim == Dim(1)) {
      reshaped.strides.emplace_back(0);
      continue;
    }
    skip_ones();
    if (next == from.size() || from[next] != dim) return std::nullopt;
    reshaped.strides.push_back(x.strides[next++]);
  }
  skip_ones();
  if (next != from.size()) return std::nullopt;
  return reshaped;
}

std::optional<Affine> FindAffineOfOp(const Op& op, int* visits) {
  const Shape& shape = op.result()->shape();
  switch (op.kind()) {
    case OpKind::kIota:
      if (shape[0] == Dim(1)) return Affine{op.int_attr("start"), {0}};
      return Affine{op.int_attr("start"), {1}};
    case OpKind::kCast: {
      // Positions fit in i64 and in i32.
      const DType from = op.operand(0)->dtype();
      if (from != DType::kI64 && from != DType::kI32) return std::nullopt;
      return FindAffine(op.operand(0), visits);
    }
    case OpKind::kReshape: {
      const auto x = FindAffine(op.operand(0), visits);
      return x ? ReshapeAffine(*x, op.operand(0)->shape(), shape) : std::nullopt;
    }
    case OpKind::kExpand: {
      auto x = FindAffine(op.operand(0), visits);
      if (x) x->strides.insert(x->strides.begin(), shape.size() - x->strides.size(), Dim(0));
      return x;
    }
    case OpKind::kAdd:
    case OpKind::kMul: {
      const auto a = FindAffine(op.operand(0), visits);
      const auto b = a ? FindAffine(op.operand(1), visits) : std::nullopt;
      if (!b) return std::nullopt;
      if (op.kind() == OpKind::kAdd) return AddAffine(*a, *b);
      const auto product = MultiplyAffine(*a, *b);
      return product ? product : MultiplyAffine(*b, *a);
    }
    default:
      return std::nullopt;
  }
}

std::optional<Affine> FindAffine(const Value* value, int* visits) {
  if (++*visits > kMaxVisits || (value->dtype() != DType::kI64 && value->dtype() != DType::kI32)) {
    return std::nullopt;
  }
  if (value->contents() != nullptr && value->contents()->size() == 1) {
    return Affine{value->contents()->front(),
                  std::vector<Dim>(static_cast<size_t>(value->rank()), Dim(0))};
  }
  if (const auto number = ScalarConstant(value)) {
    return Affine{static_cast<int64_t>(*number),
                  std::vector<Dim>(static_cast<size_t>(value->rank()), Dim(0))};
  }
  return value->def() == nullptr ? std::nullopt : FindAffineOfOp(*value->def(), visits);
}

// Whether the tensor is 0, 1, 2 ... in row-major order, as many as `count`.
bool CountsAll(const Affine& positions, const Shape& shape, const Dim& count) {
  if (positions.offset != Dim(0)) return false;
  Dim stride = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (shape[i] == Dim(1)) continue;
    if (positions.strides[i] != stride) return false;
    const auto next = stride.Times(shape[i]);
    if (!next) return false;
    stride = *next;
  }
  return stride == count;
}

Result<bool> ReplaceByReshape(Op* op, Rewriter& rewriter) {
  OCTET_ASSIGN_OR_RETURN(
      Value * reshaped,
      rewriter.CreateValue(OpKind::kReshape, {op->operand(0)}, {{"shape", op->result()->shape()}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(op, {reshaped}));
  return true;
}

Result<bool> FoldGather(Op* op, Rewriter& rewriter) {
  const Value* x = op->operand(0);
  const Value* indices = op->operand(1);
  if (op->int_attr("axis") != 0) return false;
  const auto positions = FindAffine(indices);
  if (!positions || !CountsAll(*positions, indices->shape(), x->shape()[0])) return false;
  return ReplaceByReshape(op, rewriter);
}

// The indices consist of one part for each axis of x, put side by side along their last axis. A
// part outside of its axis would be an error, so the position in x is the sum of each part times
// its stride.
Result<bool> FoldGatherNd(Op* op, Rewriter& rewriter) {
  const Shape& x = op->operand(0)->shape();
  const Op* parts = DefinedBy(op->operand(1), OpKind::kConcat);
  if (parts == nullptr || op->int_attr("batch_dims") != 0) return false;
  const auto depth = static_cast<size_t>(parts->num_operands());
  if (parts->int_attr("axis") != op->operand(1)->rank() - 1 || depth > x.size()) return false;
  Shape shape = op->operand(1)->shape();
  shape.back() = 1;  // the last dim of each part
  std::optional<Affine> positions;
  Dim stride = 1;
  for (size_t i = depth; i-- > 0;) {
    const Value* part = parts->operand(static_cast<int>(i));
    auto affine = part->shape() == shape ? FindAffine(part) : std::nullopt;
    if (affine) affine = MultiplyAffine(*affine, {stride, {}});
    if (affine && positions) affine = AddAffine(*affine, *positions);
    const auto next = stride.Times(x[i]);
    if (!affine || !next) return false;
    positions = affine;
    stride = *next;
  }
  if (!CountsAll(*positions, shape, stride)) return false;
  return ReplaceByReshape(op, rewriter);
}

// position >= number and number <= position, if the position is never below the number.
Result<bool> FoldComparison(Op* op, Rewriter& rewriter) {
  const bool greater = op->kind() == OpKind::kGreaterOrEqual;
  const auto positions = FindAffine(op->operand(greater ? 0 : 1));
  const auto bound = ScalarConstant(op->operand(greater ? 1 : 0));
  if (!positions || !bound || !positions->offset.is_static()) return false;
  const bool rises =
      std::all_of(positions->strides.begin(), positions->strides.end(), IsNonNegative);
  if (!rises || static_cast<double>(positions->offset.constant()) < *bound) return false;
  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Allocate(DType::kBool, {}));
  *static_cast<uint8_t*>(tensor.mutable_data()) = 1;
  OCTET_ASSIGN_OR_RETURN(Value * always, rewriter.Constant(std::move(tensor)));
  OCTET_ASSIGN_OR_RETURN(
      always, rewriter.CreateValue(OpKind::kExpand, {always}, {{"shape", op->result()->shape()}}));
  OCTET_RETURN_IF_ERROR(rewriter.Replace(op, {always}));
  return true;
}

// Whether a bool is true everywhere, however often expand repeats it.
bool IsAlwaysTrue(const Value* value) {
  if (const Op* expand = DefinedBy(value, OpKind::kExpand)) value = expand->operand(0);
  const Tensor* tensor = value->constant();
  return tensor != nullptr && tensor->has_data() && tensor->num_elements() == 1 &&
         *tensor->as<uint8_t>() != 0;
}

Result<bool> FoldAnd(Op* op, Rewriter& rewriter) {
  const auto pair = Commute(*op, IsAlwaysTrue);
  if (!pair) return false;
  Value* other = pair->second;
  if (other->type() != op->result()->type()) {
    OCTET_ASSIGN_OR_RETURN(
        other, rewriter.CreateValue(OpKind::kExpand, {other}, {{"shape", op->result()->shape()}}));
  }
  OCTET_RETURN_IF_ERROR(rewriter.Replace(op, {other}));
  return true;
}

Result<bool> Fold(Op* op, Rewriter& rewriter, PassContext&) {
  switch (op->kind()) {
    case OpKind::kGather:
      return FoldGather(op, rewriter);
    case OpKind::kGatherNd:
      return FoldGatherNd(op, rewriter);
    case OpKind::kAnd:
      return FoldAnd(op, rewriter);
    default:
      return FoldComparison(op, rewriter);
  }
}

}  // namespace

Status FoldIota(Rewriter& rewriter, PassContext& context) {
  return ApplyPattern({OpKind::kGather, OpKind::kGatherNd, OpKind::kGreaterOrEqual,
                       OpKind::kLessOrEqual, OpKind::kAnd},
                      Fold, rewriter, context);
}

}  // namespace octet::ir
