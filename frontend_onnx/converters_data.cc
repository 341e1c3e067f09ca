// Constants, and operators that move elements around.
#include <algorithm>
#include <limits>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::OpKind;

// A bound of Slice on an axis of `size`: negative ones count from the end, and ones beyond an end
// are moved to it. A number against a symbolic size stays as it is, and is checked when the size is
// known, unless it is so large that it can only mean "to the end".
Result<Dim> ResolveBound(const Dim& bound, const Dim& size) {
  if (!bound.is_static()) {
    if (bound.coefficient() < 0) {
      return Unsupported("Slice up to " + bound.ToString() + " of " + size.ToString());
    }
    return bound;
  }
  const int64_t number = bound.coefficient();
  if (size.is_static()) {
    const int64_t limit = size.coefficient();
    return Dim(
        std::clamp<int64_t>(number < 0 ? std::max(number, -limit) + limit : number, 0, limit));
  }
  if (number >= std::numeric_limits<int32_t>::max()) return size;
  if (number <= std::numeric_limits<int32_t>::min()) return Dim(0);
  if (number < 0) {
    return Unsupported("Slice counts " + std::to_string(number) + " from the end of dimension " +
                       size.ToString());
  }
  return bound;
}

Result<ir::Value*> SliceAxis(ir::Rewriter* rewriter, ir::Value* x, int64_t axis, const Dim& start,
                             const Dim& end) {
  return rewriter->CreateValue(OpKind::kSlice, {x},
                               {{"axes", std::vector<int64_t>{axis}},
                                {"starts", ir::Shape{start}},
                                {"ends", ir::Shape{end}},
                                {"steps", std::vector<int64_t>{1}}});
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
    if (declared != parts) return InvalidModel("Split has another number of outputs than it says");
    if (size.is_static()) {
      const int64_t part = (size.coefficient() + parts - 1) / parts;
      for (int64_t i = 0; i < parts; ++i) {
        sizes.emplace_back(std::clamp<int64_t>(size.coefficient() - i * part, 0, part));
      }
      if (node->opset() < 18 && part * parts != size.coefficient()) {
        return InvalidModel("Split of " + size.ToString() + " into " + std::to_string(parts) +
                            " equal parts");
      }
    } else {
      const std::optional<Dim> part = size.DividedBy(parts);
      if (!part) {
        return Unsupported("Split of " + size.ToString() + " into " + std::to_string(parts) +
                           " parts");
      }
      sizes.assign(static_cast<size_t>(parts), *part);
    }
  }
  if (static_cast<int64_t>(sizes.size()) != parts) {
    return InvalidModel("Split names " + std::to_string(sizes.size()) + " sizes for " +
                        std::to_string(parts) + " outputs");
  }
  return sizes;
}

// a + b of monomials in the same symbols.
std::optional<Dim> Sum(const Dim& a, const Dim& b) {
  int64_t coefficient = 0;
  if (a == Dim(0)) return b;
  if (b == Dim(0)) return a;
  if (a.symbols() != b.symbols() ||
      __builtin_add_overflow(a.coefficient(), b.coefficient(), &coefficient)) {
    return std::nullopt;
  }
  Dim sum = coefficient;
  for (const std::string& symbol : a.symbols()) sum = *sum.Times(Dim::Symbol(symbol));
  return sum;
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
    if (steps[i] < 0) return Unsupported("Slice with a step of " + std::to_string(steps[i]));
    OCTET_ASSIGN_OR_RETURN(starts[i], ResolveBound(starts[i], size));
    OCTET_ASSIGN_OR_RETURN(ends[i], ResolveBound(ends[i], size));
    if (starts[i].is_static() && ends[i].is_static()) {
      ends[i] = std::max(starts[i].coefficient(), ends[i].coefficient());
    }
  }
  OCTET_ASSIGN_OR_RETURN(
      ir::Value * result,
      node->rewriter().CreateValue(
          OpKind::kSlice, {x},
          {{"axes", axes}, {"starts", starts}, {"ends", ends}, {"steps", steps}}));
  node->SetOutput(0, result);
  return {};
}

// One Slice an output.
Status ConvertSplit(NodeContext* node) {
  ir::Value* x = node->input(0);
  OCTET_ASSIGN_OR_RETURN(const int64_t axis, node->Int("axis", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t positive, NormalizeAxis(axis, x->rank()));
  const Dim size = x->shape()[static_cast<size_t>(positive)];
  OCTET_ASSIGN_OR_RETURN(const std::vector<Dim> sizes, SplitSizes(node, size));
  std::vector<Dim> bounds = {0};
  for (const Dim& part : sizes) {
    const std::optional<Dim> end = part.coefficient() < 0 ? std::nullopt : Sum(bounds.back(), part);
    if (!end) return InvalidModel("Split with a part of " + part.ToString());
    bounds.push_back(*end);
  }
  if (bounds.back() != size) {
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
