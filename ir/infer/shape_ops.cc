// Shape functions of the constants and of the ops that move elements without computing.
#include <algorithm>

#include "ir/infer/util.h"

namespace octet::ir {
namespace {

Contents StaticContents(const Tensor& tensor) {
  Contents contents;
  for (int64_t i = 0; i < tensor.num_elements(); ++i) {
    switch (tensor.dtype()) {
      case DType::kI64:
        contents.emplace_back(tensor.as<int64_t>()[i]);
        break;
      case DType::kI32:
        contents.emplace_back(tensor.as<int32_t>()[i]);
        break;
      default:  // bool: ContentsSize admits no other type
        contents.emplace_back(tensor.as<uint8_t>()[i] != 0 ? 1 : 0);
    }
  }
  return contents;
}

// Reshape, expand and transpose of contents that stay in rank 0 or 1.
void CopyContents(InferContext* context) {
  const Contents* contents = context->operands[0]->contents();
  const auto size = ContentsSize(context->types[0]);
  if (!contents || !size) return;
  const auto n = static_cast<size_t>(*size);
  if (contents->size() == n) {
    context->contents[0] = *contents;
  } else if (contents->size() == 1) {
    context->contents[0] = Contents(n, contents->front());
  }
}

// The number of elements that a slice keeps of one axis: ceil((end - start) / |step|). An error
// only if the range certainly does not lie in the axis; otherwise the run checks it.
Result<Dim> SliceSize(const InferContext& context, const Dim& start, const Dim& end, int64_t step,
                      const Dim& size) {
  const std::string range = "[" + start.ToString() + ", " + end.ToString() + ")";
  const auto length = end.Minus(start);
  if (!length) return TooLarge(context, "the size of " + range);
  if (step == 0) return ShapeError(context, "step is 0");
  if (step == INT64_MIN) return ShapeError(context, "step " + std::to_string(step) + " is too big");
  if (*length == Dim(0)) return Dim(0);
  if (IsNegative(start) || IsNegative(*length) || IsLess(size, end) == true) {
    return ShapeError(context, range + " is not a range of [0, " + size.ToString() + ")");
  }
  const auto count = length->CeilDividedBy(step < 0 ? -step : step);
  if (!count) return TooLarge(context, "the size of " + range);
  return *count;
}

// Whether the symbols may make two element counts equal. False for plain sums and products, which
// must be equal as polynomials.
bool MayBeEqual(const Dim& a, const Dim& b) {
  return (a.has_function() || b.has_function()) && IsEqual(a, b) != false;
}

}  // namespace

Status InferConstant(InferContext* context) {
  const Tensor& value = context->attr<Tensor>("value");
  context->types[0] = value.type();
  if (value.has_data() && ContentsSize(value.type())) context->contents[0] = StaticContents(value);
  return {};
}

Status InferSymbolic(InferContext* context) {
  const Shape& value = context->attr<Shape>("value");
  if (value.size() <= static_cast<size_t>(kMaxContents)) context->contents[0] = value;
  return SetType(context, DType::kI64, {static_cast<int64_t>(value.size())});
}

Status InferIota(InferContext* context) {
  const Shape& limits = context->attr<Shape>("limit");
  const int64_t start = context->attr<int64_t>("start");
  if (limits.size() != 1) {
    return ShapeError(*context, "limit " + ToString(limits) + " is not one dimension");
  }
  const auto size = limits[0].Minus(start);
  if (!size) return TooLarge(*context, "limit - start");
  OCTET_RETURN_IF_ERROR(SetType(context, DType::kI64, {*size}));
  if (const auto n = ContentsSize(context->types[0])) {
    Contents contents;
    for (int64_t i = 0; i < *n; ++i) contents.emplace_back(start + i);
    context->contents[0] = std::move(contents);
  }
  return {};
}

// The run checks the number of elements if a rounded division or a minimum keeps it from being
// decided here: [b,s] as [b,floor(s / 16),16] is right as long as 16 divides s.
Status InferReshape(InferContext* context) {
  const Type& x = context->type(0);
  const Shape& shape = context->attr<Shape>("shape");
  for (const Dim& dim : shape) {
    if (IsNegative(dim)) {
      return ShapeError(*context, ToString(shape) + " has a negative dimension");
    }
  }
  const auto from = NumElements(x.shape);
  const auto to = NumElements(shape);
  const bool same = from && to && (SameDim(*context, *from, *to) || MayBeEqual(*from, *to));
  if (!same) {
    return ShapeError(*context, ToString(shape) + " has " + (to ? to->ToString() : "too many") +
                                    " elements, not " + (from ? from->ToString() : "too many"));
  }
  OCTET_RETURN_IF_ERROR(SetType(context, x.dtype, shape));
  CopyContents(context);
  return {};
}

// ONNX's Expand: x and the target broadcast in both directions, so the target may have a 1 (or
// fewer axes) where x is bigger.
Status InferExpand(InferContext* context) {
  const Type& x = context->type(0);
  OCTET_ASSIGN_OR_RETURN(Shape shape,
                         BroadcastOperands(*context, x.shape, context->attr<Shape>("shape")));
  OCTET_RETURN_IF_ERROR(SetType(context, x.dtype, std::move(shape)));
  CopyContents(context);
  return {};
}

Status InferTranspose(InferContext* context) {
  const Type& x = context->type(0);
  const auto& perm = context->attr<std::vector<int64_t>>("perm");
  if (static_cast<int64_t>(perm.size()) != x.rank()) {
    return ShapeError(*context, "perm has " + std::to_string(perm.size()) + " axes, not " +
                                    std::to_string(x.rank()));
  }
  OCTET_RETURN_IF_ERROR(CheckAxes(*context, "perm", x.rank()));
  Shape shape;
  for (const int64_t axis : perm) shape.push_back(x.shape[static_cast<size_t>(axis)]);
  OCTET_RETURN_IF_ERROR(SetType(context, x.dtype, std::move(shape)));
  CopyContents(context);
  return {};
}

Status InferConcat(InferContext* context) {
  const Type& first = context->type(0);
  const int64_t axis = context->attr<int64_t>("axis");
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, axis, first.rank()));
  const auto at = static_cast<size_t>(axis);
  Shape shape = first.shape;
  bool known = true;
  Contents contents;
  for (int i = 0; i < context->num_operands(); ++i) {
    const Type& each = context->type(i);
    if (each.dtype != first.dtype) {
      return ShapeError(*context, "the operands' element types differ");
    }
    bool fits = each.rank() == first.rank();
    for (size_t d = 0; fits && d < shape.size(); ++d) {
      fits = d == at || SameDim(*context, shape[d], each.shape[d]);
    }
    if (!fits) {
      return ShapeError(*context, "operand " + std::to_string(i) + " is " + each.ToString() +
                                      ", which differs from " + first.ToString() +
                                      " on an axis other than " + std::to_string(axis));
    }
    if (i > 0) {
      const auto sum = shape[at].Plus(each.shape[at]);
      if (!sum) return TooLarge(*context, "the sum of the sizes");
      shape[at] = *sum;
    }
    const Contents* part = context->operands[static_cast<size_t>(i)]->contents();
    known = known && part != nullptr;
    if (known) contents.insert(contents.end(), part->begin(), part->end());
  }
  OCTET_RETURN_IF_ERROR(SetType(context, first.dtype, std::move(shape)));
  if (known && ContentsSize(context->types[0])) context->contents[0] = std::move(contents);
  return {};
}

// The run checks what cannot be decided of a range here: s of size 64 is right as long as the
// sequence has at most 64 tokens.
Status InferSlice(InferContext* context) {
  const Type& x = context->type(0);
  const auto& axes = context->attr<std::vector<int64_t>>("axes");
  const auto& steps = context->attr<std::vector<int64_t>>("steps");
  const Shape& starts = context->attr<Shape>("starts");
  const Shape& ends = context->attr<Shape>("ends");
  if (starts.size() != axes.size() || ends.size() != axes.size() || steps.size() != axes.size()) {
    return ShapeError(*context, "axes, starts, ends and steps have different lengths");
  }
  OCTET_RETURN_IF_ERROR(CheckAxes(*context, "axes", x.rank()));
  Shape shape = x.shape;
  for (size_t i = 0; i < axes.size(); ++i) {
    Dim& dim = shape[static_cast<size_t>(axes[i])];
    OCTET_ASSIGN_OR_RETURN(dim, SliceSize(*context, starts[i], ends[i], steps[i], dim));
  }
  OCTET_RETURN_IF_ERROR(SetType(context, x.dtype, std::move(shape)));

  const Contents* contents = context->operands[0]->contents();
  if (!contents || !ContentsSize(context->types[0])) return {};
  if (axes.empty()) {
    context->contents[0] = *contents;
    return {};
  }
  // Contents have a known size, so a static range lies inside it. Elements at a symbolic range are
  // not known.
  if (!starts[0].is_static() || !ends[0].is_static()) return {};
  Contents result;
  const int64_t first = steps[0] > 0 ? starts[0].constant() : ends[0].constant() - 1;
  for (int64_t i = 0; i < context->types[0].shape[0].constant(); ++i) {
    result.push_back((*contents)[static_cast<size_t>(first + i * steps[0])]);
  }
  context->contents[0] = std::move(result);
  return {};
}

Status InferSqueeze(InferContext* context) {
  OCTET_RETURN_IF_ERROR(CheckAxes(*context, "axes", context->type(0).rank()));
  context->types[0] = context->type(0);
  return {};
}

Status InferRequireNotOne(InferContext* context) {
  for (const Dim& dim : context->attr<Shape>("dims")) {
    if (dim == Dim(1)) return ShapeError(*context, "a dimension is 1");
  }
  context->types[0] = context->type(0);
  return {};
}

Status InferGather(InferContext* context) {
  const Type& x = context->type(0);
  const Type& indices = context->type(1);
  const int64_t axis = context->attr<int64_t>("axis");
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 1, {DType::kI64, DType::kI32}));
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, axis, x.rank()));
  const Dim& size = x.shape[static_cast<size_t>(axis)];
  const Contents* at = context->operands[1]->contents();
  const bool known =
      at && std::all_of(at->begin(), at->end(), [](const Dim& d) { return d.is_static(); });
  if (known && size.is_static()) {
    for (const Dim& index : *at) {
      if (index.constant() < -size.constant() || index.constant() >= size.constant()) {
        return ShapeError(*context, "index " + index.ToString() + " is outside axis " +
                                        std::to_string(axis) + " of size " + size.ToString());
      }
    }
  }
  Shape shape(x.shape.begin(), x.shape.begin() + axis);
  shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
  shape.insert(shape.end(), x.shape.begin() + axis + 1, x.shape.end());
  OCTET_RETURN_IF_ERROR(SetType(context, x.dtype, std::move(shape)));

  // x with contents has a static size, so the indices are in range.
  const Contents* contents = context->operands[0]->contents();
  if (!known || !contents) return {};
  Contents result;
  for (const Dim& index : *at) {
    const int64_t i = index.constant();
    result.push_back((*contents)[static_cast<size_t>(i < 0 ? i + size.constant() : i)]);
  }
  context->contents[0] = std::move(result);
  return {};
}

Status InferGatherNd(InferContext* context) {
  const Type& x = context->type(0);
  const Type& indices = context->type(1);
  const int64_t batch = context->attr<int64_t>("batch_dims");
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 1, {DType::kI64, DType::kI32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 1, 1));
  if (batch < 0 || batch >= std::min(x.rank(), indices.rank())) {
    return ShapeError(*context, "batch_dims " + std::to_string(batch) + " is out of range");
  }
  for (size_t i = 0; i < static_cast<size_t>(batch); ++i) {
    if (x.shape[i] != indices.shape[i]) {
      return ShapeError(*context, "batch dimension " + std::to_string(i) + " differs");
    }
  }
  const Dim& depth = indices.shape.back();
  if (!depth.is_static()) return UnsupportedShape(*context, "the length of an index is symbolic");
  const int64_t k = depth.constant();
  if (k < 1 || k > x.rank() - batch) {
    return ShapeError(*context, "an index of length " + std::to_string(k) +
                                    " does not fit the rank and batch_dims " +
                                    std::to_string(batch));
  }
  Shape shape(indices.shape.begin(), indices.shape.end() - 1);
  shape.insert(shape.end(), x.shape.begin() + batch + k, x.shape.end());
  return SetType(context, x.dtype, std::move(shape));
}

Status InferCumSum(InferContext* context) {
  const Type& x = context->type(0);
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, 0, {DType::kF32, DType::kF64, DType::kI64, DType::kI32}));
  OCTET_RETURN_IF_ERROR(CheckAxis(*context, context->attr<int64_t>("axis"), x.rank()));
  return SetType(context, x.dtype, x.shape);
}

}  // namespace octet::ir
