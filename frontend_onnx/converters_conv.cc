// Convolution.
#include <algorithm>

#include "frontend_onnx/converters.h"
#include "ir/rewriter.h"

namespace octet::frontend_onnx {
namespace {

using Ints = std::vector<int64_t>;

Result<Ints> IntsOr(NodeContext* node, std::string_view name, Ints fallback) {
  if (!node->HasAttribute(name)) return fallback;
  return node->Ints(name);
}

// The pads with which an axis has size / stride windows, rounded up. Half of them go to each side;
// an odd one goes to the end or, for SAME_LOWER, to the beginning.
Status SamePads(const ir::Type& x, const Ints& window, const Ints& strides, bool lower,
                Ints* pads) {
  const size_t spatial = window.size();
  for (size_t i = 0; i < spatial; ++i) {
    const ir::Dim& size = x.shape[2 + i];
    int64_t total = window[i] - 1;  // for stride 1, independent of the size
    if (strides[i] != 1) {
      if (!size.is_static()) {
        return Unsupported("Conv that pads an axis of " + size.ToString() + " in strides of " +
                           std::to_string(strides[i]));
      }
      const int64_t windows = (size.constant() + strides[i] - 1) / strides[i];
      total = (windows - 1) * strides[i] + window[i] - size.constant();
    }
    total = std::max<int64_t>(total, 0);
    (*pads)[i] = lower ? total - total / 2 : total / 2;
    (*pads)[spatial + i] = total - (*pads)[i];
  }
  return {};
}

}  // namespace

Status ConvertConv(NodeContext* node) {
  const ir::Type& x = node->input(0)->type();
  const ir::Type& weight = node->input(1)->type();
  if (x.rank() < 3 || weight.rank() != x.rank()) {
    return InvalidModel("Conv of " + x.ToString() + " with " + weight.ToString());
  }
  const auto spatial = static_cast<size_t>(x.rank() - 2);
  OCTET_ASSIGN_OR_RETURN(const Ints strides, IntsOr(node, "strides", Ints(spatial, 1)));
  OCTET_ASSIGN_OR_RETURN(const Ints dilations, IntsOr(node, "dilations", Ints(spatial, 1)));
  OCTET_ASSIGN_OR_RETURN(Ints pads, IntsOr(node, "pads", Ints(2 * spatial, 0)));
  OCTET_ASSIGN_OR_RETURN(const int64_t group, node->Int("group", 1));
  OCTET_ASSIGN_OR_RETURN(const std::string auto_pad, node->String("auto_pad", "NOTSET"));
  const auto taps = StaticShape(ir::Shape(weight.shape.begin() + 2, weight.shape.end()));
  if (!taps) return Unsupported("Conv with a window of unknown size");
  OCTET_ASSIGN_OR_RETURN(const Ints kernel_shape, IntsOr(node, "kernel_shape", *taps));
  const auto in_range = [](int64_t number) { return number >= 1 && number <= INT32_MAX; };
  if (kernel_shape != *taps || strides.size() != spatial || dilations.size() != spatial ||
      !std::ranges::all_of(strides, in_range) || !std::ranges::all_of(dilations, in_range) ||
      !std::ranges::all_of(*taps, in_range)) {
    return InvalidModel("Conv's kernel_shape, strides or dilations do not fit " +
                        weight.ToString());
  }
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    Ints window;
    for (size_t i = 0; i < spatial; ++i) window.push_back(((*taps)[i] - 1) * dilations[i] + 1);
    pads.assign(2 * spatial, 0);
    OCTET_RETURN_IF_ERROR(SamePads(x, window, strides, auto_pad == "SAME_LOWER", &pads));
  } else if (auto_pad == "VALID") {
    pads.assign(2 * spatial, 0);
  } else if (auto_pad != "NOTSET") {
    return InvalidModel("Conv with auto_pad '" + Printable(auto_pad) + "'");
  }
  std::vector<ir::Value*> operands = {node->input(0), node->input(1)};
  if (node->input(2) != nullptr) operands.push_back(node->input(2));
  OCTET_ASSIGN_OR_RETURN(
      const ir::Op* op,
      node->rewriter().Create(
          ir::OpKind::kConv, operands,
          {{"strides", strides}, {"dilations", dilations}, {"pads", pads}, {"group", group}}));
  node->SetOutput(0, op->result());
  return {};
}

}  // namespace octet::frontend_onnx
