// Operators that repeat elements: Pad, Tile, Range.
#include <algorithm>
#include <cmath>
#include <optional>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"
#include "ir/dim_bounds.h"
#include "ir/infer/util.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::DType;
using ir::OpKind;

// Limits the length of a float Range, and the size of a whole number that is read from a float.
constexpr double kMaxDimension = 0x1p31;
// Limits an axis and its pads in modes that copy elements: these gather by a constant with an index
// for each element.
constexpr int64_t kMaxGatheredPad = int64_t{1} << 20;
// A number passes few casts and reshapes on its way to a Range.
constexpr int kMaxConversions = 16;

struct Pads {
  ir::Shape begins;  // one size for each axis of x; a negative size cuts elements off
  ir::Shape ends;
};

// Reads `pads`: all begins, then all ends, of the axes that are given, or of all axes. An attribute
// before opset 11, an input since.
Result<Pads> ReadPads(NodeContext* node) {
  const int64_t rank = node->input(0)->rank();
  ir::Contents pads;
  if (node->HasAttribute("pads")) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> numbers, node->Ints("pads"));
    pads.assign(numbers.begin(), numbers.end());
  } else {
    OCTET_ASSIGN_OR_RETURN(pads, node->Contents(1));
  }
  std::vector<int64_t> axes;
  if (node->input(3) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(axes, node->StaticInts(3));
    OCTET_RETURN_IF_ERROR(NormalizeAxes(axes, rank).status());  // none twice
  } else {
    for (int64_t axis = 0; axis < rank; ++axis) axes.push_back(axis);
  }
  if (pads.size() != 2 * axes.size()) {
    return InvalidModel("Pad has " + std::to_string(pads.size()) + " pads for " +
                        std::to_string(axes.size()) + " axes");
  }
  Pads result = {ir::Shape(static_cast<size_t>(rank), 0), ir::Shape(static_cast<size_t>(rank), 0)};
  for (size_t i = 0; i < axes.size(); ++i) {
    OCTET_ASSIGN_OR_RETURN(const int64_t axis, NormalizeAxis(axes[i], rank));
    result.begins[static_cast<size_t>(axis)] = pads[i];
    result.ends[static_cast<size_t>(axis)] = pads[axes.size() + i];
  }
  return result;
}

// Cuts off x what negative pads say, and sets these pads to 0.
Term CutOff(const Term& x, Pads* pads) {
  Term result = x;
  for (size_t axis = 0; axis < pads->begins.size(); ++axis) {
    Dim& begin = pads->begins[axis];
    Dim& end = pads->ends[axis];
    if (ir::IsNonNegative(begin) && ir::IsNonNegative(end)) continue;
    const Dim& size = x.value->shape()[axis];
    const auto cut = Dim::Min(end, 0);
    const auto first = begin.Times(-1) ? Dim::Max(*begin.Times(-1), 0) : std::nullopt;
    const auto last = cut ? size.Plus(*cut) : std::nullopt;
    const auto new_begin = Dim::Max(begin, 0);
    const auto new_end = Dim::Max(end, 0);
    if (!first || !last || !new_begin || !new_end) {
      return x.formula->Take(Unsupported("Pad cuts " + begin.ToString() + " and " + end.ToString() +
                                         " off an axis of " + size.ToString()));
    }
    result = SliceOf(result, static_cast<int64_t>(axis), *first, *last);
    begin = *new_begin;
    end = *new_end;
  }
  return result;
}

// The index in [0, size) of the element that is copied to `at`, which may be outside of [0, size).
int64_t SourceOf(const std::string& mode, int64_t at, int64_t size) {
  if (mode == "edge") return std::clamp<int64_t>(at, 0, size - 1);
  const int64_t period = mode == "wrap" ? size : std::max<int64_t>(2 * (size - 1), 1);
  const int64_t within = ((at % period) + period) % period;
  return within < size ? within : period - within;  // reflect
}

// The modes edge, reflect and wrap: gathers along one axis after the other.
Result<Term> PadByGather(NodeContext* node, const Term& x, const Pads& pads,
                         const std::string& mode) {
  Term result = x;
  for (size_t axis = 0; axis < pads.begins.size() && result.value != nullptr; ++axis) {
    const Dim& begin = pads.begins[axis];
    const Dim& end = pads.ends[axis];
    const Dim size = result.value->shape()[axis];
    if (begin == Dim(0) && end == Dim(0)) continue;
    const auto padded = begin.Plus(end);
    if (!begin.is_static() || !end.is_static() || !size.is_static() || size == Dim(0) || !padded ||
        padded->constant() > kMaxGatheredPad) {
      return Unsupported("Pad of an axis of " + size.ToString() + " by " + begin.ToString() +
                         " and " + end.ToString() + " in mode '" + mode + "'");
    }
    std::vector<int64_t> sources;
    const int64_t count = size.constant();
    if (count > kMaxGatheredPad) return Unsupported("Pad of a long axis in mode '" + mode + "'");
    for (int64_t at = -begin.constant(); at < count + end.constant(); ++at) {
      sources.push_back(SourceOf(mode, at, count));
    }
    const auto length = static_cast<int64_t>(sources.size());
    OCTET_RETURN_IF_ERROR(node->CountMadeBytes(length * static_cast<int64_t>(sizeof(int64_t))));
    const Term indices = x.formula->Take(x.formula->rewriter()->Constant(
        ir::Tensor::FromVector<int64_t>(DType::kI64, {length}, sources)));
    result = x.formula->Apply(OpKind::kGather, {result, indices},
                              {{"axis", static_cast<int64_t>(axis)}});
  }
  return result;
}

// Whether a cast to this type keeps sizes; those above 2^24 are not kept exactly by floats.
bool HoldsSizes(DType dtype) {
  return dtype == DType::kI64 || dtype == DType::kI32 || dtype == DType::kF64 ||
         dtype == DType::kF32;
}

// The whole number or dim in a scalar, also if it was cast to a type that holds sizes; nullopt
// otherwise.
std::optional<Dim> WholeNumber(const ir::Value* x) {
  for (int i = 0; i < kMaxConversions; ++i) {
    if (x->contents() != nullptr && x->contents()->size() == 1) return x->contents()->front();
    const ir::Op* op = x->def();
    const bool passes = op != nullptr && (op->kind() == OpKind::kReshape ||
                                          (op->kind() == OpKind::kCast && HoldsSizes(x->dtype())));
    if (!passes) break;
    x = op->operand(0);
  }
  const ir::Tensor* constant = x->constant();
  if (constant == nullptr || !constant->has_data() || constant->num_elements() != 1) {
    return std::nullopt;
  }
  double number = 0.5;
  if (constant->dtype() == DType::kF32) number = static_cast<double>(*constant->as<float>());
  if (constant->dtype() == DType::kF64) number = *constant->as<double>();
  if (number != std::trunc(number) || std::abs(number) > kMaxDimension) return std::nullopt;
  return Dim(static_cast<int64_t>(number));
}

// The number of steps from start to limit: (limit - start) / delta, rounded up, at least 0.
std::optional<Dim> CountSteps(const Dim& start, const Dim& limit, int64_t delta) {
  const std::optional<Dim> distance = limit.Minus(start);
  const std::optional<Dim> steps = distance ? distance->CeilDividedBy(delta) : std::nullopt;
  return steps && ir::IsNegative(*steps) ? Dim(0) : steps;
}

// A float constant of one element.
std::optional<double> FloatNumber(const ir::Value* x) {
  const ir::Tensor* constant = x->constant();
  if (constant == nullptr || !constant->has_data() || constant->num_elements() != 1) {
    return std::nullopt;
  }
  if (constant->dtype() == DType::kF32) return static_cast<double>(*constant->as<float>());
  if (constant->dtype() == DType::kF64) return *constant->as<double>();
  return std::nullopt;
}

// A Range of floats that need not be whole numbers: start + i * delta.
Status ConvertFloatRange(NodeContext* node) {
  const auto start = FloatNumber(node->input(0));
  const auto limit = FloatNumber(node->input(1));
  const auto delta = FloatNumber(node->input(2));
  if (!start || !limit || !delta) {
    return Unsupported(
        "Range depends on data; octet needs shapes that follow from the input shapes");
  }
  const double steps = std::ceil((*limit - *start) / *delta);
  if (*delta == 0 || !(steps <= kMaxDimension)) return InvalidModel("Range without an end");
  const Dim size = steps > 0 ? static_cast<int64_t>(steps) : 0;
  Formula f(&node->rewriter());
  const Term iota = f.Apply(OpKind::kIota, {}, {{"start", int64_t{0}}, {"limit", ir::Shape{size}}});
  const Term count = CastOf(iota, node->input(0)->dtype());
  return f.Finish(node, 0, count * f.Of(node->input(2)) + f.Of(node->input(0)));
}

}  // namespace

Status ConvertPad(NodeContext* node) {
  Formula f(&node->rewriter());
  Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const std::string mode, node->String("mode", "constant"));
  OCTET_ASSIGN_OR_RETURN(Pads pads, ReadPads(node));
  x = CutOff(x, &pads);
  OCTET_RETURN_IF_ERROR(f.status());
  if (mode == "reflect" || mode == "edge" || mode == "wrap") {
    OCTET_ASSIGN_OR_RETURN(const Term padded, PadByGather(node, x, pads, mode));
    return f.Finish(node, 0, padded);
  }
  if (mode != "constant") return InvalidModel("Pad in mode '" + Printable(mode) + "'");
  OCTET_ASSIGN_OR_RETURN(const double number, node->Float("value", 0));
  const Term value =
      node->input(2) != nullptr ? ReshapeOf(f.Of(node->input(2)), {}) : f.Number(number, x);
  return f.Finish(
      node, 0, f.Apply(OpKind::kPad, {x, value}, {{"begins", pads.begins}, {"ends", pads.ends}}));
}

// Repeats x along each axis, `repeats` times: inserts an axis of 1 before each repeated axis,
// expands it and merges the two.
Status ConvertTile(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const ir::Contents repeats, node->Contents(1));
  const ir::Shape& shape = x.value->shape();
  if (repeats.size() != shape.size()) {
    return InvalidModel("Tile has " + std::to_string(repeats.size()) + " repeats for " +
                        x.value->type().ToString());
  }
  ir::Shape split;
  ir::Shape expanded;
  ir::Shape merged;
  for (size_t i = 0; i < shape.size(); ++i) {
    const auto product = repeats[i].Times(shape[i]);
    if (ir::IsNegative(repeats[i]) || !product) {
      return InvalidModel("Tile repeats " + shape[i].ToString() + " " + repeats[i].ToString() +
                          " times");
    }
    if (repeats[i] != Dim(1)) {
      split.emplace_back(1);
      expanded.push_back(repeats[i]);
    }
    split.push_back(shape[i]);
    expanded.push_back(shape[i]);
    merged.push_back(*product);
  }
  return f.Finish(node, 0, ReshapeOf(ExpandOf(ReshapeOf(x, split), expanded), merged));
}

Status ConvertRange(NodeContext* node) {
  // The type in which 16-bit floats are counted up (opset 27).
  OCTET_RETURN_IF_ERROR(node->Int("stash_type", 1).status());
  const DType dtype = node->input(0)->dtype();
  const auto start = WholeNumber(node->input(0));
  const auto limit = WholeNumber(node->input(1));
  const auto delta = WholeNumber(node->input(2));
  if (!start || !limit || !delta) {
    if (IsFloat(dtype)) return ConvertFloatRange(node);
    OCTET_RETURN_IF_ERROR(node->Contents(0).status());
    OCTET_RETURN_IF_ERROR(node->Contents(1).status());
    OCTET_RETURN_IF_ERROR(node->Contents(2).status());
    return InvalidModel("Range needs three inputs of one element");
  }
  if (*delta == Dim(0)) return InvalidModel("Range with a step of 0");
  if (!delta->is_static()) return Unsupported("Range with a step of " + delta->ToString());
  const auto size = CountSteps(*start, *limit, delta->constant());
  if (!size) {
    return Unsupported("Range from " + start->ToString() + " to " + limit->ToString() +
                       " in steps of " + delta->ToString());
  }
  Formula f(&node->rewriter());
  const bool counts = *delta == Dim(1) && start->is_static();
  if (counts) {
    const auto end = size->Plus(*start);
    if (!end) return Unsupported("Range to a limit whose expression is too large");
    const Term iota =
        f.Apply(OpKind::kIota, {}, {{"start", start->constant()}, {"limit", ir::Shape{*end}}});
    return f.Finish(node, 0, CastOf(iota, dtype));
  }
  const Term iota =
      f.Apply(OpKind::kIota, {}, {{"start", int64_t{0}}, {"limit", ir::Shape{*size}}});
  const Term scaled = CastOf(iota, dtype) * ReshapeOf(f.Of(node->input(2)), {});
  if (*start == Dim(0)) return f.Finish(node, 0, scaled);
  return f.Finish(node, 0, scaled + ReshapeOf(f.Of(node->input(0)), {}));
}

}  // namespace octet::frontend_onnx
