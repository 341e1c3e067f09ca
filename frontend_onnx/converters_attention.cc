// Attention and RotaryEmbedding.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "frontend_onnx/build.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/formula.h"
#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

using ir::Dim;
using ir::DType;
using ir::OpKind;

// x[b,s,heads*d] as [b,s,heads,d].
Result<Term> SplitHeads(const Term& x, int64_t heads) {
  const ir::Shape& shape = x.value->shape();
  const auto size = heads > 0 ? shape[2].DividedBy(heads) : std::nullopt;
  if (!size) {
    return InvalidModel(std::to_string(heads) + " heads do not divide " + shape[2].ToString());
  }
  return ReshapeOf(x, {shape[0], shape[1], heads, *size});
}

// x as [b,heads,s,d]. x has this shape, or [b,s,heads*d] with the number of heads in an attribute.
Result<Term> HeadsFirst(NodeContext* node, const Term& x, std::string_view heads_attribute) {
  if (x.value->rank() == 4) return x;
  if (x.value->rank() != 3) return InvalidModel("Attention of " + x.value->type().ToString());
  OCTET_ASSIGN_OR_RETURN(const int64_t heads, node->Int(heads_attribute));
  OCTET_ASSIGN_OR_RETURN(const Term split, SplitHeads(x, heads));
  return TransposeOf(split, {0, 2, 1, 3});
}

// Repeats each head of x[b,h,s,d] `times` times: in grouped attention, one head of keys and values
// serves several heads of queries.
Term RepeatHeads(const Term& x, int64_t times) {
  if (x.value == nullptr || times == 1) return x;
  const ir::Shape& shape = x.value->shape();
  const Dim heads = *shape[1].Times(times);
  const Term grouped = ReshapeOf(x, {shape[0], shape[1], 1, shape[2], shape[3]});
  const Term expanded = ExpandOf(grouped, {shape[0], shape[1], times, shape[2], shape[3]});
  return ReshapeOf(expanded, {shape[0], heads, shape[2], shape[3]});
}

// 0 where the mask is true, -infinity elsewhere; a mask of numbers is added as it is.
Term AdditiveMask(const Term& mask, const Term& scores) {
  if (mask.value == nullptr || mask.value->dtype() != DType::kBool) return mask;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const Term keep = scores.formula->Number(0, scores);
  const Term drop = scores.formula->Number(-kInfinity, scores);
  return Where(mask, keep, drop);
}

// How many positions to the left and right of its own a query may see; nullopt means all.
struct Window {
  std::optional<int64_t> left;
  std::optional<int64_t> right;
};

// The window that the attributes give; -1 stands for no bound.
Result<Window> ReadWindow(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const int64_t is_causal, node->Int("is_causal", 0));
  Window window;
  if (is_causal != 0) window.right = 0;
  for (const bool is_left : {true, false}) {
    const std::string_view name = is_left ? "left_window_size" : "right_window_size";
    OCTET_ASSIGN_OR_RETURN(const int64_t size, node->Int(name, -1));
    if (size < -1 || size > kMaxDim) {
      return InvalidModel(std::string(name) + " is " + std::to_string(size));
    }
    std::optional<int64_t>& bound = is_left ? window.left : window.right;
    if (size >= 0) bound = bound ? std::min(*bound, size) : size;
  }
  return window;
}

// `scores` plus a mask that hides from query i each key outside of i - left ... i + right.
Term ApplyWindow(const Term& scores, const Window& window) {
  if (scores.value == nullptr) return scores;
  const ir::Shape& shape = scores.value->shape();
  const auto positions = [&](const Dim& size, int64_t start) {
    const auto limit = size.Plus(start);
    if (!limit) return Term{scores.formula, nullptr};
    return scores.formula->Apply(OpKind::kIota, {},
                                 {{"start", start}, {"limit", ir::Shape{*limit}}});
  };
  const auto queries = [&](int64_t start) {
    return ReshapeOf(positions(shape[2], start), {shape[2], 1});
  };
  Term result = scores;
  if (window.right) {
    const Term last = queries(*window.right);
    result = result + AdditiveMask(GreaterOrEqual(last, positions(shape[3], 0)), scores);
  }
  if (window.left) {
    const Term last = positions(shape[3], *window.left);
    result = result + AdditiveMask(GreaterOrEqual(last, queries(0)), scores);
  }
  return result;
}

// The factor of q k^T: the attribute `scale`, or 1 / sqrt(d) if it is absent.
Result<double> ScaleOf(NodeContext* node, const Dim& size) {
  if (node->HasAttribute("scale")) {
    OCTET_ASSIGN_OR_RETURN(const double scale, node->Float("scale", 0));
    if (scale <= 0) return Unsupported("Attention with a scale of 0 or less");
    return scale;
  }
  if (!size.is_static() || size.constant() < 1) {
    return Unsupported("Attention with heads of unknown size");
  }
  return 1 / std::sqrt(static_cast<double>(size.constant()));
}

// x * factor, or x itself when the factor is 1.
Term Scale(const Term& x, double factor) { return factor == 1 ? x : x * factor; }

// The queries, keys and values as [b,heads,s,d], keys and values with as many heads as queries.
struct Operands {
  Term q;
  Term k;
  Term v;
  int64_t groups;  // heads of queries for each head of keys
};

Result<Operands> ReadOperands(NodeContext* node, Formula* f) {
  OCTET_ASSIGN_OR_RETURN(const Term q, HeadsFirst(node, f->Of(node->input(0)), "q_num_heads"));
  OCTET_ASSIGN_OR_RETURN(const Term k, HeadsFirst(node, f->Of(node->input(1)), "kv_num_heads"));
  OCTET_ASSIGN_OR_RETURN(const Term v, HeadsFirst(node, f->Of(node->input(2)), "kv_num_heads"));
  OCTET_RETURN_IF_ERROR(f->status());
  // The shapes of operands of rank 4 give the numbers of heads; the attributes must agree.
  const Dim& heads = q.value->shape()[1];
  const Dim& key_heads = k.value->shape()[1];
  const auto groups = heads.DividedBy(key_heads);
  if (!groups || !groups->is_static() || v.value->shape()[1] != key_heads) {
    return InvalidModel("Attention with " + heads.ToString() + " heads of queries, " +
                        key_heads.ToString() + " of keys and " + v.value->shape()[1].ToString() +
                        " of values");
  }
  for (const auto& [name, count] : {std::pair{"q_num_heads", heads}, {"kv_num_heads", key_heads}}) {
    OCTET_ASSIGN_OR_RETURN(const int64_t said, node->Int(name, 0));
    if (said != 0 && Dim(said) != count) {
      return InvalidModel(std::string(name) + " is " + std::to_string(said) + ", the heads are " +
                          count.ToString());
    }
  }
  return Operands{q, k, v, groups->constant()};
}

Status CheckSupported(NodeContext* node) {
  // The type in which softmax computes; octet's is float.
  OCTET_RETURN_IF_ERROR(node->Int("softmax_precision", 1).status());
  if (node->input(4) != nullptr || node->input(5) != nullptr || node->OutputIsUsed(1) ||
      node->OutputIsUsed(2)) {
    return Unsupported("Attention with a cache of past keys and values");
  }
  if (node->input(6) != nullptr) return Unsupported("Attention with nonpad_kv_seqlen");
  return {};
}

}  // namespace

// softmax(q k^T * scale + mask) v, where a query that sees no key gets 0. Scales q and k by
// sqrt(scale) each, as ONNX defines the operator.
Status ConvertAttention(NodeContext* node) {
  OCTET_ASSIGN_OR_RETURN(const Window window, ReadWindow(node));
  OCTET_ASSIGN_OR_RETURN(const double soft_cap, node->Float("softcap", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t output_mode, node->Int("qk_matmul_output_mode", 0));
  OCTET_RETURN_IF_ERROR(CheckSupported(node));
  Formula f(&node->rewriter());
  OCTET_ASSIGN_OR_RETURN(const Operands operands, ReadOperands(node, &f));
  OCTET_ASSIGN_OR_RETURN(const double scale, ScaleOf(node, operands.q.value->shape()[3]));
  const double root = std::sqrt(scale);

  const Term q = Scale(operands.q, root);
  const Term transposed = TransposeOf(RepeatHeads(operands.k, operands.groups), {0, 1, 3, 2});
  const Term product = f.Apply(OpKind::kMatMul, {q, Scale(transposed, root)});
  OCTET_RETURN_IF_ERROR(f.status());
  // The cap comes before the mask: behind it, the cap would make the mask's -infinity finite.
  Term scores = soft_cap != 0 ? Tanh(product / soft_cap) * soft_cap : product;
  if (node->input(3) != nullptr) scores = scores + AdditiveMask(f.Of(node->input(3)), product);
  scores = ApplyWindow(scores, window);
  const Term probabilities =
      f.Apply(OpKind::kSoftmax, {scores}, {{"axis", int64_t{3}}, {"zero_when_hidden", int64_t{1}}});
  const Term weighted =
      f.Apply(OpKind::kMatMul, {probabilities, RepeatHeads(operands.v, operands.groups)});
  OCTET_RETURN_IF_ERROR(f.status());
  if (scores.value->shape() != product.value->shape()) {
    return InvalidModel("Attention's mask of " + node->input(3)->type().ToString() +
                        " does not broadcast to " + product.value->type().ToString());
  }
  if (node->OutputIsUsed(3)) {
    // Releases of ONNX differ in what modes 1 and 2 mean, and mode 0 with a cap.
    const bool plain = output_mode == 0 && soft_cap == 0;
    if (!plain && output_mode != 3) {
      return Unsupported("Attention that gives its scores in qk_matmul_output_mode " +
                         std::to_string(output_mode));
    }
    node->SetOutput(3, plain ? product.value : probabilities.value);
  }
  if (node->input(0)->rank() == 4) return f.Finish(node, 0, weighted);
  const ir::Shape& shape = weighted.value->shape();
  const auto hidden = shape[1].Times(shape[3]);
  if (!hidden) return InvalidModel("Attention of " + node->input(0)->type().ToString());
  return f.Finish(node, 0,
                  ReshapeOf(TransposeOf(weighted, {0, 2, 1, 3}), {shape[0], shape[2], *hidden}));
}

// Rotates pairs of elements of x by angles. The inputs give cosines and sines for each position. A
// pair is element i of the first half and element i of the second, or if interleaved, elements 2 i
// and 2 i + 1.
Status ConvertRotaryEmbedding(NodeContext* node) {
  Formula f(&node->rewriter());
  OCTET_ASSIGN_OR_RETURN(const int64_t interleaved, node->Int("interleaved", 0));
  OCTET_ASSIGN_OR_RETURN(const int64_t num_heads, node->Int("num_heads", 0));
  OCTET_ASSIGN_OR_RETURN(int64_t turned, node->Int("rotary_embedding_dim", 0));
  const ir::Type type = node->input(0)->type();
  Term x = f.Of(node->input(0));
  if (type.rank() == 3) {
    OCTET_ASSIGN_OR_RETURN(x, SplitHeads(x, num_heads));  // [b,s,heads,d]
  } else if (type.rank() != 4) {
    return InvalidModel("RotaryEmbedding of " + type.ToString());
  }
  const Dim size = x.value->shape()[3];
  if (!size.is_static()) return Unsupported("RotaryEmbedding of heads of unknown size");
  if (turned == 0) turned = size.constant();
  if (turned < 2 || turned % 2 != 0 || turned > size.constant()) {
    return InvalidModel("RotaryEmbedding turns " + std::to_string(turned) + " of " +
                        size.ToString() + " elements");
  }
  const int64_t half = turned / 2;
  // Reads a cache [b,s,half], or gathers it from one of all positions [p,half]; adds an axis for
  // the heads.
  const auto factor = [&](int input) -> Result<Term> {
    Term cache = f.Of(node->input(input));
    if (node->input(3) != nullptr) {
      cache = f.Apply(OpKind::kGather, {cache, f.Of(node->input(3))}, {{"axis", int64_t{0}}});
      OCTET_RETURN_IF_ERROR(f.status());
    }
    ir::Shape shape = cache.value->shape();
    if (shape.size() != 3 || shape[2] != Dim(half)) {
      return InvalidModel("RotaryEmbedding with a cache of " + cache.value->type().ToString() +
                          "; its last axis should be " + std::to_string(half));
    }
    shape.insert(shape.begin() + (type.rank() == 3 ? 2 : 1), Dim(1));
    return ReshapeOf(cache, std::move(shape));
  };
  OCTET_ASSIGN_OR_RETURN(const Term cos, factor(1));
  OCTET_ASSIGN_OR_RETURN(const Term sin, factor(2));

  const int64_t step = interleaved != 0 ? 2 : 1;
  const Term first = interleaved != 0 ? SliceOf(x, 3, 0, turned, 2) : SliceOf(x, 3, 0, half);
  const Term second = interleaved != 0 ? SliceOf(x, 3, 1, turned, 2) : SliceOf(x, 3, half, turned);
  const Term first_by_cos = first * cos;
  const Term first_by_sin = first * sin;
  const Term real = first_by_cos - second * sin;
  const Term imaginary = first_by_sin + second * cos;
  OCTET_RETURN_IF_ERROR(f.status());
  ir::Shape shape = real.value->shape();
  Term result = real;
  if (step == 2) {
    shape.emplace_back(1);
    const Term left = ReshapeOf(real, shape);
    const Term pairs = ConcatOf(left, ReshapeOf(imaginary, shape), 4);
    shape.pop_back();
    shape[3] = turned;
    result = ReshapeOf(pairs, shape);
  } else {
    result = ConcatOf(real, imaginary, 3);
  }
  if (turned < size.constant()) result = ConcatOf(result, SliceOf(x, 3, turned, size), 3);
  OCTET_RETURN_IF_ERROR(f.status());
  if (result.value->shape() != x.value->shape()) {
    return InvalidModel("the caches of RotaryEmbedding do not fit " + type.ToString());
  }
  return f.Finish(node, 0, ReshapeOf(result, type.shape));
}

}  // namespace octet::frontend_onnx
