// Constants, and operators that move elements around.
#include <algorithm>
#include <limits>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "ir/dim_bounds.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::OpKind;

Status TooLarge() { return Unsupported("the expression of a dimension is too large"); }

// Exporters write a bound far outside of any axis to mean the beginning or the end of the axis.
bool IsFarAbove(const Dim& bound) {
  return bound.is_static() && bound.constant() >= std::numeric_limits<int32_t>::max();
}
bool IsFarBelow(const Dim& bound) {
  return bound.is_static() && bound.constant() <= std::numeric_limits<int32_t>::min();
}

// The bound counted from the start of the axis: in ONNX, a negative bound counts from the end. If
// the sign is not known, the bound is assumed to be at least 0; the run checks that.
Result<Dim> FromStart(const Dim& bound, const Dim& size) {
  if (!IsNegative(bound)) return bound;
  const std::optional<Dim> sum = bound.Plus(size);
  if (!sum) return TooLarge();
  return *sum;
}

// Moves a bound that is beyond the end of the axis to the end. Two kinds of bounds are assumed to
// be in range, and the run checks that: the bound 1 on an axis of symbolic size (the first element
// of a sequence) and a symbolic bound on an axis of static size (a table of positions).
Result<Dim> UpToEnd(const Dim& bound, const Dim& size) {
  const bool is_table = size.is_static() && !bound.is_static();
  if (is_table || (bound == Dim(1) && !size.is_static())) return bound;
  const std::optional<Dim> least = Dim::Min(bound, size);
  if (!least) return TooLarge();
  return *least;
}

Result<Dim> NotBelowZero(const Dim& bound) {
  const std::optional<Dim> greatest = Dim::Max(bound, 0);
  if (!greatest) return TooLarge();
  return *greatest;
}

// [start, end), as ops.def has it.
struct Range {
  Dim start;
  Dim end;
};

Result<Range> ForwardRange(const Dim& start, const Dim& end, const Dim& size) {
  Range range{0, size};
  if (IsFarAbove(start)) {
    range.start = size;
  } else if (!IsFarBelow(start)) {
    OCTET_ASSIGN_OR_RETURN(range.start, FromStart(start, size));
    if (IsNegative(start)) {
      OCTET_ASSIGN_OR_RETURN(range.start, NotBelowZero(range.start));
    }
  }
  if (IsFarBelow(end)) {
    range.end = 0;
  } else if (!IsFarAbove(end)) {
    OCTET_ASSIGN_OR_RETURN(range.end, FromStart(end, size));
    OCTET_ASSIGN_OR_RETURN(range.end, UpToEnd(range.end, size));
  }
  return range;
}

// A negative step takes the elements from start down to end + 1: the range [end + 1, start + 1).
Result<Range> BackwardRange(const Dim& start, const Dim& end, const Dim& size) {
  Range range{0, size};
  const auto after = [&](const Dim& bound) -> Result<Dim> {
    OCTET_ASSIGN_OR_RETURN(const Dim from_start, FromStart(bound, size));
    const std::optional<Dim> next = from_start.Plus(1);
    if (!next) return TooLarge();
    return *next;
  };
  if (IsFarBelow(start)) {
    range.end = 0;
  } else if (!IsFarAbove(start)) {
    OCTET_ASSIGN_OR_RETURN(range.end, after(start));
    OCTET_ASSIGN_OR_RETURN(range.end, UpToEnd(range.end, size));
  }
  if (IsFarAbove(end)) {
    range.start = size;
  } else if (!IsFarBelow(end)) {
    OCTET_ASSIGN_OR_RETURN(range.start, after(end));
    OCTET_ASSIGN_OR_RETURN(range.start, NotBelowZero(range.start));
  }
  return range;
}

// The elements that ONNX's Slice takes from an axis of `size`.
Result<Range> ResolveRange(const Dim& start, const Dim& end, int64_t step, const Dim& size) {
  OCTET_ASSIGN_OR_RETURN(
      Range range, step > 0 ? ForwardRange(start, end, size) : BackwardRange(start, end, size));
  if (ir::IsLessOrEqual(range.end, range.start) == true) range.end = range.start;  // empty
  return range;
}

Result<ir::Value*> SliceAxis(ir::Rewriter* rewriter, ir::Value* x, int64_t axis, const Dim& start,
                             const Dim& end) {
  return rewriter->CreateValue(OpKind::kSlice, {x},
                               {{"axes", std::vector<int64_t>{axis}},
                                {"starts", ir::Shape{start}},
                                {"ends", ir::Shape{end}},
                                {"steps", std::vector<int64_t>{1}}});
}

// Splits a symbolic size into equal parts; the last one may be smaller if `smaller_last`.
Result<std::vector<Dim>> EqualParts(const Dim& size, int64_t parts, bool smaller_last) {
  const std::optional<Dim> part = smaller_last ? size.CeilDividedBy(parts) : size.DividedBy(parts);
  const std::optional<Dim> others = part ? part->Times(parts - 1) : std::nullopt;
  const std::optional<Dim> last = others ? size.Minus(*others) : std::nullopt;
  if (!last) {
    return Unsupported("Split of " + size.ToString() + " into " + std::to_string(parts) + " parts");
  }
  std::vector<Dim> sizes(static_cast<size_t>(parts), *part);
  sizes.back() = *last;
  return sizes;
}

// The sizes of Split's parts: an attribute before opset 13, an input since, equal parts when absent
// (all but the last equal, since opset 18).
Result<std::vector<Dim>> SplitSizes(NodeContext* node, const Dim& size) {
  const auto parts = static_cast<int64_t>(node->num_outputs());
  std::vector<Dim> sizes;
  if (node->HasAttribute("split")) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> numbers, node->Ints("split"));
    sizes.assign(numbers.begin(), numbers.end());
  } else if (node->input(1) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(sizes, node->Contents(1));
  } else {
    OCTET_ASSIGN_OR_RETURN(const int64_t declared, node->Int("num_outputs", parts));
    if (declared != parts) return InvalidModel("Split's num_outputs is not its number of outputs");
    if (size.is_static()) {
      const int64_t part = size.constant() / parts + (size.constant() % parts != 0 ? 1 : 0);
      for (int64_t i = 0; i < parts; ++i) {
        sizes.emplace_back(std::clamp<int64_t>(size.constant() - i * part, 0, part));
      }
      if (node->opset() < 18 && part * parts != size.constant()) {
        return InvalidModel("Split of " + size.ToString() + " into " + std::to_string(parts) +
                            " equal parts");
      }
    } else {
      OCTET_ASSIGN_OR_RETURN(sizes, EqualParts(size, parts, node->opset() >= 18));
    }
  }
  if (static_cast<int64_t>(sizes.size()) != parts) {
    return InvalidModel("Split names " + std::to_string(sizes.size()) + " sizes for " +
                        std::to_string(parts) + " outputs");
  }
  return sizes;
}

}  // namespace

Status ConvertConstant(NodeContext* node) {
  using ir::DType;
  using ir::Tensor;
  Tensor tensor;
  if (node->HasAttribute("value")) {
    OCTET_ASSIGN_OR_RETURN(tensor, node->Tensor("value"));
  } else if (node->HasAttribute("value_int")) {
    OCTET_ASSIGN_OR_RETURN(const int64_t value, node->Int("value_int"));
    tensor = Tensor::FromVector<int64_t>(DType::kI64, {}, {value});
  } else if (node->HasAttribute("value_ints")) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> values, node->Ints("value_ints"));
    tensor = Tensor::FromVector(DType::kI64, {static_cast<int64_t>(values.size())}, values);
  } else if (node->HasAttribute("value_float")) {
    OCTET_ASSIGN_OR_RETURN(const double value, node->Float("value_float", 0));
    tensor = Tensor::FromVector<float>(DType::kF32, {}, {static_cast<float>(value)});
  } else if (node->HasAttribute("value_floats")) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<float> values, node->Floats("value_floats"));
    tensor = Tensor::FromVector(DType::kF32, {static_cast<int64_t>(values.size())}, values);
  } else {
    return Unsupported("Constant needs a tensor, integers or floats");
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, node->rewriter().Constant(std::move(tensor)));
  node->SetOutput(0, result);
  return {};
}

Status ConvertConcat(NodeContext* node) {
  const int limit = ir::GetOpInfo(OpKind::kConcat).max_operands;
  if (node->num_inputs() > limit) {
    return Unsupported("Concat of " + std::to_string(node->num_inputs()) +
                       " values; the limit is " + std::to_string(limit));
  }
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis"));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, node->input(0)->rank()));
  std::vector<ir::Value*> operands;
  for (int i = 0; i < node->num_inputs(); ++i) operands.push_back(node->input(i));
  OCTET_ASSIGN_OR_RETURN(const ir::Op* op,
                         node->rewriter().Create(OpKind::kConcat, operands, {{"axis", positive}}));
  node->SetOutput(0, op->result());
  return {};
}

Status ConvertTranspose(NodeContext* node) {
  std::vector<int64_t> perm;
  if (node->HasAttribute("perm")) {
    OCTET_ASSIGN_OR_RETURN(perm, node->Ints("perm"));
  } else {
    for (int64_t axis = node->input(0)->rank(); axis-- > 0;) perm.push_back(axis);
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         node->rewriter().CreateValue(OpKind::kTranspose, {node->input(0)},
                                                      {{"perm", std::move(perm)}}));
  node->SetOutput(0, result);
  return {};
}

Status ConvertGather(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, node->input(0)->rank()));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, node->rewriter().CreateValue(
                                                 OpKind::kGather, {node->input(0), node->input(1)},
                                                 {{"axis", positive}}));
  node->SetOutput(0, result);
  return {};
}

Status ConvertGatherNd(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t batch_dims, node->Int("batch_dims", 0));
  OCTET_ASSIGN_OR_RETURN(
      ir::Value * result,
      node->rewriter().CreateValue(OpKind::kGatherNd, {node->input(0), node->input(1)},
                                   {{"batch_dims", batch_dims}}));
  node->SetOutput(0, result);
  return {};
}

Status ConvertCumSum(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->StaticInt(1));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, node->input(0)->rank()));
  OCTET_ASSIGN_OR_RETURN(const int64_t exclusive, node->Int("exclusive", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t reverse, node->Int("reverse", 0));
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         node->rewriter().CreateValue(
                             OpKind::kCumSum, {node->input(0)},
                             {{"axis", positive}, {"exclusive", exclusive}, {"reverse", reverse}}));
  node->SetOutput(0, result);
  return {};
}

// Since opset 10 the inputs are data, starts, ends, axes (all, when absent) and steps (1, when
// absent); before, starts, ends and axes are attributes.
Status ConvertSlice(NodeContext* node) {
  ir::Value* x = node->input(0);
  ir::Contents starts;
  ir::Contents ends;
  std::vector<int64_t> axes;
  if (node->opset() < 10) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> start_numbers, node->Ints("starts"));
    OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> end_numbers, node->Ints("ends"));
    starts.assign(start_numbers.begin(), start_numbers.end());
    ends.assign(end_numbers.begin(), end_numbers.end());
  } else {
    OCTET_ASSIGN_OR_RETURN(starts, node->Contents(1));
    OCTET_ASSIGN_OR_RETURN(ends, node->Contents(2));
  }
  if (node->HasAttribute("axes")) {
    OCTET_ASSIGN_OR_RETURN(axes, node->Ints("axes"));
  } else if (node->input(3) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(axes, node->StaticInts(3));
  } else {
    for (size_t i = 0; i < starts.size(); ++i) axes.push_back(static_cast<int64_t>(i));
  }
  std::vector<int64_t> steps(axes.size(), 1);
  if (node->input(4) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(steps, node->StaticInts(4));
  }
  if (starts.size() != axes.size() || ends.size() != axes.size() || steps.size() != axes.size()) {
    return InvalidModel("Slice has " + std::to_string(starts.size()) + " starts, " +
                        std::to_string(ends.size()) + " ends, " + std::to_string(axes.size()) +
                        " axes and " + std::to_string(steps.size()) + " steps");
  }
  OCTET_RETURN_IF_ERROR(NormalizeAxes(axes, x->rank()).status());  // none twice
  for (size_t i = 0; i < axes.size(); ++i) {
    OCTET_ASSIGN_OR_RETURN(axes[i], NormalizeAxis(axes[i], x->rank()));
    const Dim& size = x->shape()[static_cast<size_t>(axes[i])];
    if (steps[i] == 0) return InvalidModel("Slice with a step of 0");
    OCTET_ASSIGN_OR_RETURN(Range range, ResolveRange(starts[i], ends[i], steps[i], size));
    starts[i] = range.start;
    ends[i] = range.end;
  }
  OCTET_ASSIGN_OR_RETURN(
      ir::Value * result,
      node->rewriter().CreateValue(
          OpKind::kSlice, {x},
          {{"axes", axes}, {"starts", starts}, {"ends", ends}, {"steps", steps}}));
  node->SetOutput(0, result);
  return {};
}

// One slice for each output.
Status ConvertSplit(NodeContext* node) {
  ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x->rank()));
  const Dim size = x->shape()[static_cast<size_t>(positive)];
  OCTET_ASSIGN_OR_RETURN(const std::vector<Dim> sizes, SplitSizes(node, size));
  std::vector<Dim> bounds = {0};
  for (const Dim& part : sizes) {
    const std::optional<Dim> end = IsNegative(part) ? std::nullopt : bounds.back().Plus(part);
    if (!end) return InvalidModel("Split with a part of " + part.ToString());
    bounds.push_back(*end);
  }
  if (bounds.back() != size) {
    node->rewriter().NoteUndecided(ir::UndecidedDims{bounds.back(), size});
    return InvalidModel("the parts of Split add up to " + bounds.back().ToString() + ", not to " +
                        size.ToString());
  }
  for (size_t i = 0; i < sizes.size(); ++i) {
    OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                           SliceAxis(&node->rewriter(), x, positive, bounds[i], bounds[i + 1]));
    node->SetOutput(static_cast<int>(i), result);
  }
  return {};
}

}  // namespace octet::frontend_onnx
