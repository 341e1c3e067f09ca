#include "tests/fuzz/graph_idioms.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace octet::fuzz {
namespace {

using ir::Attributes;
using ir::Dim;
using ir::DType;
using ir::OpKind;
using ir::Shape;
using ir::Value;
using Ints = std::vector<int64_t>;

constexpr int64_t kTableRows = 16;

// a and b in either order.
Value* MakeEither(GraphBuilder& builder, OpKind kind, Value* a, Value* b) {
  return builder.in().Coin() ? builder.Make(kind, {b, a}) : builder.Make(kind, {a, b});
}

Value* MatMulWeight(GraphBuilder& builder, Value* x, int64_t columns) {
  const int64_t k = GraphBuilder::Width(x);
  const float scale = 1.0f / std::sqrt(static_cast<float>(k));
  if (builder.in().Below(4) != 0) {
    return builder.Make(OpKind::kMatMul, {x, builder.Weight({k, columns}, scale)});
  }
  Value* transposed = builder.Make(OpKind::kTranspose, {builder.Weight({columns, k}, scale)},
                                   {{"perm", Ints{1, 0}}});
  return builder.Make(OpKind::kMatMul, {x, transposed});
}

Value* LinearOf(GraphBuilder& builder, Value* x, int64_t columns) {
  const int64_t k = GraphBuilder::Width(x);
  switch (builder.in().Below(4)) {
    case 0:
      return MatMulWeight(builder, x, columns);
    case 1:
      return builder.Make(OpKind::kLinear,
                          {x, builder.Weight({k, columns}, 1.0f / std::sqrt(static_cast<float>(k))),
                           builder.Weight({columns}, 1.0f)});
    default: {
      Value* product = MatMulWeight(builder, x, columns);
      return MakeEither(builder, OpKind::kAdd, product, builder.Weight({columns}, 1.0f));
    }
  }
}

void AddLinear(GraphBuilder& builder, const GraphInputs&) {
  Value* x = builder.PickFloats(2);
  if (x == nullptr) return;
  builder.Keep(LinearOf(builder, x, builder.in().Pick({int64_t{4}, int64_t{8}, int64_t{17}})));
}

// The sum of squares of x - mean over `axes`, divided, and 1 / sqrt of it; each step in one of the
// ways in which exporters write it.
Value* DecomposedLayerNorm(GraphBuilder& builder, Value* x, Value* gamma, Value* beta,
                           float epsilon) {
  ByteReader& in = builder.in();
  const int64_t last = x->rank() - 1;
  const Attributes over_last = {{"axes", Ints{in.Below(16) == 15 ? 0 : last}},
                                {"keepdims", int64_t{1}}};
  Value* mean = builder.Make(OpKind::kReduceMean, {x}, over_last);
  Value* d = builder.Make(OpKind::kSub, {x, mean});
  Value* d2 = in.Coin() ? builder.Make(OpKind::kSub, {x, mean}) : d;
  Value* square = in.Coin() ? builder.Make(OpKind::kPow, {d, builder.Number(2.0f)})
                            : builder.Make(OpKind::kMul, {d, d});
  Value* variance = builder.Make(OpKind::kReduceMean, {square}, over_last);
  Value* sum = MakeEither(builder, OpKind::kAdd, variance, builder.Number(epsilon));
  Value* root = builder.Make(OpKind::kSqrt, {sum});
  Value* y = in.Coin()
                 ? builder.Make(OpKind::kDiv, {d2, root})
                 : builder.Make(OpKind::kMul, {d2, builder.Make(OpKind::kReciprocal, {root})});
  y = MakeEither(builder, OpKind::kMul, y, gamma);
  return in.Below(4) == 0 ? y : MakeEither(builder, OpKind::kAdd, y, beta);
}

void AddLayerNorm(GraphBuilder& builder, const GraphInputs&) {
  ByteReader& in = builder.in();
  Value* x = builder.PickFloats(2);
  if (x == nullptr) return;
  Value* gamma = builder.Weight({GraphBuilder::Width(x)}, 1.0f);
  Value* beta = builder.Weight({GraphBuilder::Width(x)}, 1.0f);
  const float epsilon = in.Pick({1e-12f, 1e-5f, 1e-3f});
  if (in.Below(3) == 0) {
    builder.Keep(builder.Make(OpKind::kLayerNorm, {x, gamma, beta},
                              {{"axis", x->rank() - 1}, {"epsilon", double{epsilon}}}));
  } else {
    builder.Keep(DecomposedLayerNorm(builder, x, gamma, beta, epsilon));
  }
}

void AddGelu(GraphBuilder& builder, const GraphInputs&) {
  ByteReader& in = builder.in();
  Value* x = builder.PickFloats(1);
  if (x == nullptr) return;
  if (in.Below(4) == 0) return builder.Keep(builder.Make(OpKind::kGelu, {x}));
  Value* scaled = in.Coin() ? builder.Make(OpKind::kDiv, {x, builder.Number(1.4142135f)})
                            : MakeEither(builder, OpKind::kMul, x, builder.Number(0.70710677f));
  Value* erf = builder.Make(OpKind::kErf, {scaled});
  Value* sum = MakeEither(builder, OpKind::kAdd, erf, builder.Number(1.0f));
  Value* half = builder.Number(in.Below(8) == 7 ? 0.25f : 0.5f);
  switch (in.Below(3)) {
    case 0:
      return builder.Keep(
          builder.Make(OpKind::kMul, {MakeEither(builder, OpKind::kMul, x, half), sum}));
    case 1:
      return builder.Keep(
          builder.Make(OpKind::kMul, {MakeEither(builder, OpKind::kMul, x, sum), half}));
    default:
      return builder.Keep(
          builder.Make(OpKind::kMul, {x, MakeEither(builder, OpKind::kMul, half, sum)}));
  }
}

// 0 for a token that counts and a low number for padding, f32[b,1,1,s].
Value* MaskBias(GraphBuilder& builder, const GraphInputs& inputs) {
  ByteReader& in = builder.in();
  const Shape row = {builder.batch(), 1, 1, builder.tokens()};
  Value* mask = builder.Make(OpKind::kReshape, {inputs.mask}, {{"shape", row}});
  if (in.Below(8) == 7) {
    const Shape square = {builder.batch(), 1, builder.tokens(), builder.tokens()};
    mask = builder.Make(OpKind::kExpand, {mask}, {{"shape", square}});
  }
  const float low = in.Pick({-1e4f, std::numeric_limits<float>::lowest(),
                             -std::numeric_limits<float>::infinity(), -3.0f});
  if (in.Below(3) == 0) {
    Value* shown = builder.Make(OpKind::kCast, {mask}, {{"to", DType::kBool}});
    return builder.Make(OpKind::kWhere, {shown, builder.Number(0.0f), builder.Number(low)});
  }
  Value* floats = builder.Make(OpKind::kCast, {mask}, {{"to", DType::kF32}});
  Value* hidden = builder.Make(OpKind::kSub, {builder.Number(1.0f), floats});
  return builder.Make(OpKind::kMul, {hidden, builder.Number(std::isinf(low) ? -65504.0f : low)});
}

struct HeadSplit {
  int64_t heads;
  int64_t size;
};

Value* SplitHeads(GraphBuilder& builder, Value* x, const HeadSplit& split, Ints perm) {
  const Shape shape = {builder.batch(), builder.tokens(), split.heads, split.size};
  return builder.Make(OpKind::kTranspose, {builder.Make(OpKind::kReshape, {x}, {{"shape", shape}})},
                      {{"perm", std::move(perm)}});
}

void AddAttention(GraphBuilder& builder, const GraphInputs& inputs) {
  ByteReader& in = builder.in();
  Value* x = builder.PickTyped(inputs.hidden->type());
  if (x == nullptr) return;
  const int64_t width = GraphBuilder::Width(x);
  const int64_t heads = in.Pick({int64_t{1}, int64_t{2}, int64_t{4}});
  const HeadSplit split = {heads, width / heads};
  Value* q = SplitHeads(builder, LinearOf(builder, x, width), split, {0, 2, 1, 3});
  Value* v = SplitHeads(builder, LinearOf(builder, x, width), split, {0, 2, 1, 3});
  Value* k = LinearOf(builder, x, width);
  if (in.Coin()) {
    k = SplitHeads(builder, k, split, {0, 2, 3, 1});
  } else {
    k = builder.Make(OpKind::kTranspose, {SplitHeads(builder, k, split, {0, 2, 1, 3})},
                     {{"perm", Ints{0, 1, 3, 2}}});
  }
  const float root = std::sqrt(static_cast<float>(split.size));
  Value* scores = nullptr;
  switch (in.Below(4)) {
    case 0:
      scores = builder.Make(OpKind::kMatMul, {q, k});
      break;
    case 1:
      scores =
          builder.Make(OpKind::kDiv, {builder.Make(OpKind::kMatMul, {q, k}), builder.Number(root)});
      break;
    case 2:
      scores = MakeEither(builder, OpKind::kMul, builder.Make(OpKind::kMatMul, {q, k}),
                          builder.Number(1.0f / root));
      break;
    default: {
      Value* scale = builder.Number(1.0f / std::sqrt(root));
      scores = builder.Make(OpKind::kMatMul, {MakeEither(builder, OpKind::kMul, q, scale),
                                              MakeEither(builder, OpKind::kMul, k, scale)});
    }
  }
  if (in.Below(4) != 0) {
    scores = MakeEither(builder, OpKind::kAdd, scores, MaskBias(builder, inputs));
  }
  Value* weights = builder.Make(OpKind::kSoftmax, {scores}, {{"axis", int64_t{3}}});
  Value* merged = builder.Make(OpKind::kTranspose, {builder.Make(OpKind::kMatMul, {weights, v})},
                               {{"perm", Ints{0, 2, 1, 3}}});
  builder.Keep(builder.Make(OpKind::kReshape, {merged}, {{"shape", inputs.hidden->shape()}}));
}

void AddEmbedding(GraphBuilder& builder, const GraphInputs& inputs) {
  ByteReader& in = builder.in();
  const int64_t width = GraphBuilder::Width(inputs.hidden);
  const Attributes rows = {{"axis", int64_t{0}}};
  const auto lookup = [&](Value* ids) {
    return builder.Make(OpKind::kGather, {builder.Weight({kTableRows, width}, 1.0f), ids}, rows);
  };
  Value* sum = lookup(inputs.ids);
  if (in.Coin()) sum = MakeEither(builder, OpKind::kAdd, sum, lookup(inputs.types));
  if (in.Coin()) {
    const int64_t start = in.Below(3);
    Value* positions =
        builder.Make(OpKind::kIota, std::span<Value* const>(),
                     {{"start", start}, {"limit", Shape{*builder.tokens().Plus(start)}}});
    if (in.Coin()) {
      positions =
          builder.Make(OpKind::kReshape, {positions}, {{"shape", Shape{1, builder.tokens()}}});
    }
    sum = MakeEither(builder, OpKind::kAdd, sum, lookup(positions));
  }
  builder.Keep(sum);
}

// The first token of each sentence, or all tokens in one number.
void AddPooling(GraphBuilder& builder, const GraphInputs&) {
  ByteReader& in = builder.in();
  Value* x = builder.PickFloats(3);
  if (x == nullptr) return;
  const Attributes axis = {{"axis", int64_t{1}}};
  switch (in.Below(4)) {
    case 0:
    case 1:
      return builder.Keep(builder.Make(OpKind::kGather, {x, builder.Integer(0)}, axis));
    case 2:
      return builder.Keep(builder.Make(
          OpKind::kSlice, {x},
          {{"axes", Ints{1}}, {"starts", Shape{0}}, {"ends", Shape{1}}, {"steps", Ints{1}}}));
    default: {
      const OpKind kind = in.Coin() ? OpKind::kReduceMean : OpKind::kReduceMax;
      return builder.Keep(builder.Make(kind, {x}, {{"axes", Ints{1}}, {"keepdims", in.Below(2)}}));
    }
  }
}

void AddUnary(GraphBuilder& builder, const GraphInputs&) {
  Value* x = builder.PickFloats(1);
  if (x == nullptr) return;
  builder.Keep(builder.Make(
      builder.in().Pick({OpKind::kTanh, OpKind::kRelu, OpKind::kErf, OpKind::kSin, OpKind::kCos,
                         OpKind::kNeg, OpKind::kAbs, OpKind::kAtan, OpKind::kTanh}),
      {x}));
}

void AddBinary(GraphBuilder& builder, const GraphInputs&) {
  ByteReader& in = builder.in();
  Value* a = builder.PickFloats(1);
  if (a == nullptr) return;
  Value* b = nullptr;
  switch (in.Below(4)) {
    case 0:
      b = builder.Number(in.Pick({0.5f, -1.0f, 1.0f, 0.0f, 2.0f}));
      break;
    case 1:
      b = builder.Weight({GraphBuilder::Width(a)}, 1.0f);
      break;
    case 2:
      b = builder.PickTyped(a->type());
      break;
    default:
      b = builder.PickFloats(1);
  }
  const OpKind kind =
      in.Pick({OpKind::kAdd, OpKind::kAdd, OpKind::kMul, OpKind::kSub, OpKind::kMin, OpKind::kMax});
  builder.Keep(MakeEither(builder, kind, a, b));
}

void AddSoftmax(GraphBuilder& builder, const GraphInputs&) {
  Value* x = builder.PickFloats(1);
  if (x == nullptr) return;
  const int64_t axis = builder.in().Coin() ? x->rank() - 1 : builder.in().Below(x->rank());
  builder.Keep(builder.Make(OpKind::kSoftmax, {x}, {{"axis", axis}}));
}

// The same numbers in another order or shape.
void AddShapeOp(GraphBuilder& builder, const GraphInputs&) {
  ByteReader& in = builder.in();
  Value* x = builder.PickFloats(2);
  if (x == nullptr) return;
  const int64_t last = x->rank() - 1;
  switch (in.Below(4)) {
    case 0: {
      Ints perm;
      for (int64_t i = 0; i <= last; ++i) perm.push_back(i);
      const int64_t first = in.Below(last + 1);
      std::swap(perm[static_cast<size_t>(first)], perm[static_cast<size_t>(in.Below(last + 1))]);
      return builder.Keep(builder.Make(OpKind::kTranspose, {x}, {{"perm", perm}}));
    }
    case 1:
      return builder.Keep(
          builder.Make(OpKind::kConcat, {x, builder.PickFloats(2)}, {{"axis", last}}));
    case 2: {
      const int64_t start = in.Below(GraphBuilder::Width(x));
      return builder.Keep(builder.Make(OpKind::kSlice, {x},
                                       {{"axes", Ints{last}},
                                        {"starts", Shape{start}},
                                        {"ends", Shape{GraphBuilder::Width(x)}},
                                        {"steps", Ints{1 + in.Below(2)}}}));
    }
    default: {
      const std::optional<Dim> rows =
          ir::NumElements(Shape(x->shape().begin(), x->shape().end() - 1));
      if (!rows) return;
      return builder.Keep(
          builder.Make(OpKind::kReshape, {x}, {{"shape", Shape{*rows, x->shape().back()}}}));
    }
  }
}

// Multiplies what is computed by the mask, token by token.
void AddMaskedTokens(GraphBuilder& builder, const GraphInputs& inputs) {
  Value* x = builder.PickTyped(inputs.hidden->type());
  Value* mask = builder.Make(OpKind::kReshape, {inputs.mask},
                             {{"shape", Shape{builder.batch(), builder.tokens(), 1}}});
  builder.Keep(
      builder.Make(OpKind::kMul, {x, builder.Make(OpKind::kCast, {mask}, {{"to", DType::kF32}})}));
}

}  // namespace

std::span<const Idiom> Idioms() {
  static constexpr Idiom kIdioms[] = {
      AddLinear, AddLinear, AddLayerNorm, AddGelu,    AddAttention, AddEmbedding,   AddPooling,
      AddUnary,  AddBinary, AddBinary,    AddSoftmax, AddShapeOp,   AddMaskedTokens};
  return kIdioms;
}

}  // namespace octet::fuzz
