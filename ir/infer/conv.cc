// The shape function of convolution.
#include "ir/dim_bounds.h"
#include "ir/infer/util.h"

namespace octet::ir {
namespace {

using Ints = std::vector<int64_t>;

// The greatest stride, dilation or pad. With this limit window sizes can be computed in 64 bits.
constexpr int64_t kMaxStep = int64_t{1} << 31;

Status CheckRange(const InferContext& context, std::string_view attribute, size_t count,
                  int64_t low) {
  const Ints& numbers = context.attr<Ints>(attribute);
  if (numbers.size() != count) {
    return ShapeError(context, std::string(attribute) + " has " + std::to_string(numbers.size()) +
                                   " numbers, not " + std::to_string(count));
  }
  for (const int64_t number : numbers) {
    if (number >= low && number <= kMaxStep) continue;
    return ShapeError(context, std::string(attribute) + " has the number " +
                                   std::to_string(number) + ", which is out of range");
  }
  return {};
}

// The number of windows in an axis of `size` plus `pads` elements: (size + pads - window) / stride
// + 1, rounded down.
Result<Dim> CountWindows(const InferContext& context, const Dim& size, int64_t pads, int64_t window,
                         int64_t stride) {
  const auto room = size.Plus(pads - window);
  if (room && IsNegative(*room)) {
    return ShapeError(context, "a window of " + std::to_string(window) +
                                   " does not fit in an axis of " + size.ToString() + " with " +
                                   std::to_string(pads) + " pads");
  }
  const auto steps = room ? room->FloorDividedBy(stride) : std::nullopt;
  const auto count = steps ? steps->Plus(1) : std::nullopt;
  if (count) return *count;
  return UnsupportedShape(context, "the number of windows of " + std::to_string(window) +
                                       " in an axis of " + size.ToString() + " with " +
                                       std::to_string(pads) + " pads cannot be computed");
}

}  // namespace

Status InferConv(InferContext* context) {
  const Type& x = context->type(0);
  const Type& weight = context->type(1);
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kF32, DType::kF64}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 3));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 1, x.rank()));
  if (weight.dtype != x.dtype) return ShapeError(*context, "the operands' element types differ");
  const auto spatial = static_cast<size_t>(x.rank() - 2);
  OCTET_RETURN_IF_ERROR(CheckRange(*context, "strides", spatial, 1));
  OCTET_RETURN_IF_ERROR(CheckRange(*context, "dilations", spatial, 1));
  OCTET_RETURN_IF_ERROR(CheckRange(*context, "pads", 2 * spatial, 0));
  const int64_t group = context->attr<int64_t>("group");
  const Dim& outputs = weight.shape[0];
  if (group < 1 || weight.shape[1].Times(group) != x.shape[1] || !outputs.DividedBy(group)) {
    return ShapeError(*context, std::to_string(group) + " groups do not fit the channels");
  }
  if (context->num_operands() > 2) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "bias", {x.dtype, {outputs}}));
  }
  Shape shape = {x.shape[0], outputs};
  const Ints& pads = context->attr<Ints>("pads");
  for (size_t i = 0; i < spatial; ++i) {
    const Dim& taps = weight.shape[2 + i];
    const int64_t dilation = context->attr<Ints>("dilations")[i];
    if (!taps.is_static()) return UnsupportedShape(*context, "the size of a window is symbolic");
    if (taps.constant() < 1 || taps.constant() > kMaxStep) {
      return ShapeError(*context,
                        "a window has size " + taps.ToString() + ", which is out of range");
    }
    OCTET_ASSIGN_OR_RETURN(
        const Dim count,
        CountWindows(*context, x.shape[2 + i], pads[i] + pads[spatial + i],
                     (taps.constant() - 1) * dilation + 1, context->attr<Ints>("strides")[i]));
    shape.push_back(count);
  }
  return SetType(context, x.dtype, std::move(shape));
}

}  // namespace octet::ir
