// Operators whose result shape is given by the contents of an operand. These contents must follow
// from the shapes of the inputs, so that the operators become IR ops with attributes.
#include <algorithm>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"
#include "ir/dim_bounds.h"
#include "ir/infer/shape_inference.h"
#include "ir/op_views.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::OpKind;

const Dim kInferred = -1;

// The dims of a Reshape target with -1 and 0 replaced. If it is not known whether the other dims
// divide the number of elements, the dim for -1 is rounded down, and the run checks it. `undecided`
// gets the number of elements and the product of the other dims if one may not divide the other.
Result<ir::Shape> ResolveReshape(const ir::Shape& from, const ir::Contents& target,
                                 bool zero_is_a_size, std::optional<ir::UndecidedDims>* undecided) {
  ir::Shape shape;
  Dim known = 1;  // the product of all dims but the inferred one
  std::optional<size_t> inferred;
  for (size_t i = 0; i < target.size(); ++i) {
    Dim dim = target[i];
    if (dim == kInferred) {
      if (inferred) return InvalidModel("Reshape infers two dimensions");
      inferred = i;
      shape.emplace_back(1);
      continue;
    }
    if (dim == Dim(0) && !zero_is_a_size) {
      if (i >= from.size()) {
        return InvalidModel("Reshape copies dimension " + std::to_string(i) + " of " +
                            ToString(from));
      }
      dim = from[i];
    }
    if (IsNegative(dim)) return InvalidModel("Reshape to dimension " + dim.ToString());
    const std::optional<Dim> product = known.Times(dim);
    if (!product) return ResourceLimit("Reshape to a shape that overflows");
    known = *product;
    shape.push_back(dim);
  }
  if (inferred) {
    const std::optional<Dim> total = NumElements(from);
    std::optional<Dim> quotient;
    if (total && known != Dim(0)) {
      quotient = total->DividedBy(known);
      if (!quotient && !total->is_symbol()) *undecided = ir::UndecidedDims{*total, known};
      const bool rounds = known.is_static() ? !total->is_static() : total->has_function();
      if (!quotient && rounds) quotient = total->FloorDividedBy(known);
    }
    if (!quotient) {
      return InvalidModel("Reshape of " + ToString(from) + " cannot infer dimension " +
                          std::to_string(*inferred) + " of " + ToString(target));
    }
    shape[*inferred] = *quotient;
  }
  return shape;
}

// The axes of Squeeze or Unsqueeze: an attribute before opset 13, an input since. nullopt if the
// node does not give them.
Result<std::optional<std::vector<int64_t>>> OptionalAxes(NodeContext* node) {
  std::optional<std::vector<int64_t>> axes;
  if (node->HasAttribute("axes")) {
    OCTET_ASSIGN_OR_RETURN(axes, node->Ints("axes"));
  } else if (node->input(1) != nullptr) {
    OCTET_ASSIGN_OR_RETURN(axes, node->StaticInts(1));
  }
  return axes;
}

Status SetReshaped(NodeContext* node, ir::Shape shape) {
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         ReshapeTo(&node->rewriter(), node->input(0), std::move(shape)));
  node->SetOutput(0, result);
  return {};
}

// The target of an Expand. PyTorch's exporter writes where(shape == -1, ones, shape), and a dim
// such as s - 2 could be -1 in a run. It is taken as it is, because the run refuses a negative
// size.
Result<ir::Contents> ExpandTarget(const NodeContext& node) {
  const ir::Value* target = node.input(1);
  if (target == nullptr || target->contents() != nullptr) return node.Contents(1);
  const auto where = ir::DefinedAs<ir::WhereOp>(target);
  const auto equal = where ? ir::DefinedAs<ir::EqualOp>(where->condition()) : std::nullopt;
  if (!equal || equal->a() != where->b()) return node.Contents(1);
  const ir::Contents* ones = where->a()->contents();
  const ir::Contents* shape = where->b()->contents();
  if (ones == nullptr || shape == nullptr || ones->size() != shape->size()) {
    return node.Contents(1);
  }
  const ir::Contents* compared = equal->b()->contents();
  const auto all_are = [](const ir::Contents* contents, const Dim& value) {
    return contents != nullptr &&
           std::ranges::all_of(*contents, [&](const Dim& dim) { return dim == value; });
  };
  if (!all_are(compared, -1) || !all_are(ones, 1)) return node.Contents(1);
  ir::Contents result = *shape;
  for (Dim& dim : result) {
    if (dim == Dim(-1)) dim = 1;
  }
  return result;
}

Result<ir::Value*> ShapeValue(ir::Rewriter* rewriter, ir::Shape dims) {
  return rewriter->CreateValue(OpKind::kSymbolic, {}, {{"value", std::move(dims)}});
}

// The order of the channels in SpaceToDepth and DepthToSpace: "DCR" or "CRD".
Result<std::string> BlockMode(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(std::string mode, node->String("mode", "DCR"));
  if (mode == "DCR" || mode == "CRD") return mode;
  return InvalidModel(node->op_type() + " in mode '" + Printable(mode) + "'");
}

}  // namespace

Status ConvertReshape(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t allow_zero, node->Int("allowzero", 0));
  OCTET_ASSIGN_OR_RETURN(const ir::Contents target, node->Contents(1));
  std::optional<ir::UndecidedDims> undecided;
  auto shape = ResolveReshape(node->input(0)->shape(), target, allow_zero != 0, &undecided);
  node->rewriter().NoteUndecided(std::move(undecided));
  if (!shape.ok()) return shape.status();
  return SetReshaped(node, *std::move(shape));
}

Status ConvertFlatten(NodeContext* node) {
  const ir::Shape& shape = node->input(0)->shape();
  const int64_t rank = node->input(0)->rank();
  OCTET_ASSIGN_OR_RETURN(int64_t axis, node->Int("axis", 1));
  if (axis < -rank || axis > rank) {
    return InvalidModel("Flatten at axis " + std::to_string(axis) + " of " + ToString(shape));
  }
  if (axis < 0) axis += rank;
  OCTET_ASSIGN_OR_RETURN(const Dim rows, Product(shape, 0, axis));
  OCTET_ASSIGN_OR_RETURN(const Dim columns, Product(shape, axis, rank));
  return SetReshaped(node, {rows, columns});
}

Status ConvertUnsqueeze(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const auto axes, OptionalAxes(node));
  if (!axes) return InvalidModel("Unsqueeze without axes");
  ir::Shape shape = node->input(0)->shape();
  const auto rank = static_cast<int64_t>(shape.size() + axes->size());
  OCTET_ASSIGN_OR_RETURN(const std::vector<int64_t> positive, NormalizeAxes(*axes, rank));
  for (const int64_t axis : positive) shape.insert(shape.begin() + axis, Dim(1));
  return SetReshaped(node, std::move(shape));
}

// Without axes, every dimension of 1 is removed: here if it is known to be 1, and by the op squeeze
// if it may be 1 in some runs.
Status ConvertSqueeze(NodeContext* node) {
  const ir::Shape& from = node->input(0)->shape();
  OCTET_ASSIGN_OR_RETURN(const auto axes, OptionalAxes(node));
  std::vector<int64_t> positive;
  if (axes) {
    OCTET_ASSIGN_OR_RETURN(positive, NormalizeAxes(*axes, node->input(0)->rank()));
  }
  ir::Shape shape;
  std::vector<int64_t> open;  // axes of `shape` that may be 1
  for (size_t i = 0; i < from.size(); ++i) {
    if (!axes && from[i] != Dim(1) && !ir::IsEqual(from[i], 1)) {
      open.push_back(static_cast<int64_t>(shape.size()));
    }
    const bool listed = std::ranges::count(positive, static_cast<int64_t>(i)) != 0;
    if (listed && from[i] != Dim(1)) {
      return InvalidModel("Squeeze of dimension " + from[i].ToString() + " of " + ToString(from));
    }
    if (!listed && (axes || from[i] != Dim(1))) shape.push_back(from[i]);
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         ReshapeTo(&node->rewriter(), node->input(0), std::move(shape)));
  if (!open.empty()) {
    OCTET_ASSIGN_OR_RETURN(result, node->rewriter().CreateValue(OpKind::kSqueeze, {result},
                                                                {{"axes", std::move(open)}}));
  }
  node->SetOutput(0, result);
  return {};
}

Status ConvertExpand(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const ir::Contents target, ExpandTarget(*node));
  for (const Dim& dim : target) {
    if (IsNegative(dim)) return InvalidModel("Expand to dimension " + dim.ToString());
  }
  std::optional<ir::UndecidedDims> undecided;
  auto shape = ir::BroadcastShapes(node->input(0)->shape(), target, &undecided);
  node->rewriter().NoteUndecided(std::move(undecided));
  if (!shape.ok()) return shape.status();
  OCTET_ASSIGN_OR_RETURN(ir::Value * result,
                         ExpandTo(&node->rewriter(), node->input(0), *std::move(shape)));
  node->SetOutput(0, result);
  return {};
}

// start and end (opset 15) select dimensions. Values out of range are clamped.
Status ConvertShape(NodeContext* node) {
  const ir::Shape& shape = node->input(0)->shape();
  const int64_t rank = node->input(0)->rank();
  OCTET_ASSIGN_OR_RETURN(int64_t start, node->Int("start", 0));
  OCTET_ASSIGN_OR_RETURN(int64_t end, node->Int("end", rank));
  if (start < 0) start += rank;
  if (end < 0) end += rank;
  start = std::clamp<int64_t>(start, 0, rank);
  end = std::clamp<int64_t>(end, start, rank);
  OCTET_ASSIGN_OR_RETURN(
      ir::Value * result,
      ShapeValue(&node->rewriter(), ir::Shape(shape.begin() + start, shape.begin() + end)));
  node->SetOutput(0, result);
  return {};
}

Status ConvertSize(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const Dim count,
                         Product(node->input(0)->shape(), 0, node->input(0)->rank()));
  OCTET_ASSIGN_OR_RETURN(ir::Value * vector, ShapeValue(&node->rewriter(), {count}));
  OCTET_ASSIGN_OR_RETURN(ir::Value * scalar, ReshapeTo(&node->rewriter(), vector, {}));
  node->SetOutput(0, scalar);
  return {};
}

Status ConvertConstantOfShape(NodeContext* node) {
  ir::Rewriter& rewriter = node->rewriter();
  OCTET_ASSIGN_OR_RETURN(const ir::Contents dims, node->Contents(0));
  for (const Dim& dim : dims) {
    if (IsNegative(dim)) return InvalidModel("ConstantOfShape of " + ToString(dims));
  }
  ir::Value* scalar = nullptr;
  if (node->HasAttribute("value")) {
    OCTET_ASSIGN_OR_RETURN(const ir::Tensor value, node->Tensor("value"));
    if (value.num_elements() != 1) {
      return InvalidModel("ConstantOfShape needs a value of one element");
    }
    OCTET_ASSIGN_OR_RETURN(ir::Value * constant, rewriter.Constant(value));
    OCTET_ASSIGN_OR_RETURN(scalar, ReshapeTo(&rewriter, constant, {}));
  } else {
    OCTET_ASSIGN_OR_RETURN(scalar, rewriter.Scalar(0.0F));
  }
  OCTET_ASSIGN_OR_RETURN(ir::Value * result, ExpandTo(&rewriter, scalar, dims));
  node->SetOutput(0, result);
  return {};
}

// Blocks of the last two axes of x[b,c,h,w] become channels. Those of a block lie apart (DCR) or
// together (CRD).
Status ConvertSpaceToDepth(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t block, node->Int("blocksize"));
  OCTET_ASSIGN_OR_RETURN(const std::string mode, BlockMode(node));
  const ir::Shape& shape = x.value->shape();
  const bool is_image = shape.size() == 4 && block > 0;
  const auto rows = is_image ? shape[2].DividedBy(block) : std::nullopt;
  const auto columns = is_image ? shape[3].DividedBy(block) : std::nullopt;
  const auto channels = is_image ? shape[1].Times(block) : std::nullopt;
  const auto all = channels ? channels->Times(block) : std::nullopt;
  if (!rows || !columns || !all) {
    return InvalidModel("SpaceToDepth of " + x.value->type().ToString() + " by blocks of " +
                        std::to_string(block));
  }
  const Term split = ReshapeOf(x, {shape[0], shape[1], *rows, block, *columns, block});
  const Term placed = TransposeOf(split, mode == "DCR" ? std::vector<int64_t>{0, 3, 5, 1, 2, 4}
                                                       : std::vector<int64_t>{0, 1, 3, 5, 2, 4});
  return f.Finish(node, 0, ReshapeOf(placed, {shape[0], *all, *rows, *columns}));
}

// The inverse of SpaceToDepth.
Status ConvertDepthToSpace(NodeContext* node) {
  Formula f(&node->rewriter());
  const Term x = f.Of(node->input(0));
  OCTET_ASSIGN_OR_RETURN(const int64_t block, node->Int("blocksize"));
  OCTET_ASSIGN_OR_RETURN(const std::string mode, BlockMode(node));
  const ir::Shape& shape = x.value->shape();
  const bool is_image = shape.size() == 4 && block > 0;
  const auto part = is_image ? shape[1].DividedBy(block) : std::nullopt;
  const auto channels = part ? part->DividedBy(block) : std::nullopt;
  const auto rows = is_image ? shape[2].Times(block) : std::nullopt;
  const auto columns = is_image ? shape[3].Times(block) : std::nullopt;
  if (!channels || !rows || !columns) {
    return InvalidModel("DepthToSpace of " + x.value->type().ToString() + " by blocks of " +
                        std::to_string(block));
  }
  const bool apart = mode == "DCR";
  const Term split = apart ? ReshapeOf(x, {shape[0], block, block, *channels, shape[2], shape[3]})
                           : ReshapeOf(x, {shape[0], *channels, block, block, shape[2], shape[3]});
  const Term placed =
      apart ? TransposeOf(split, {0, 3, 4, 1, 5, 2}) : TransposeOf(split, {0, 1, 4, 2, 5, 3});
  return f.Finish(node, 0, ReshapeOf(placed, {shape[0], *channels, *rows, *columns}));
}

}  // namespace octet::frontend_onnx
