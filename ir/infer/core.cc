// Shape functions of the ops that the fusion passes make. All compute in f32.
#include <algorithm>

#include "ir/infer/util.h"

namespace octet::ir {
namespace {

// Checks that dense and ragged attention share: q, k and v are f32, and their last axis divides
// into `heads` equal parts.
template <typename View>
Status CheckHeads(const InferContext& context, const View& attention) {
  for (const Value* x : {attention.q(), attention.k(), attention.v()}) {
    OCTET_RETURN_IF_ERROR(CheckDType(context, x, {DType::kF32}));
  }
  const Dim& hidden = attention.q()->shape().back();
  if (attention.heads() < 1 || !hidden.DividedBy(attention.heads())) {
    return ShapeError(
        context, std::to_string(attention.heads()) + " heads do not divide " + hidden.ToString());
  }
  for (const Value* x : {attention.k(), attention.v()}) {
    const Dim& other = x->shape().back();
    if (other != hidden) {
      return ShapeError(
          context, "last dimensions " + hidden.ToString() + " and " + other.ToString() + " differ");
    }
  }
  return {};
}

}  // namespace

Status InferLinear(InferContext* context) {
  const auto linear = context->as<LinearOp>();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, linear.x(), {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, linear.weight(), {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, linear.x(), 1));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, linear.weight(), 2));
  Shape shape = linear.x()->shape();
  const Shape& weight = linear.weight()->shape();
  if (shape.back() != weight[0]) {
    return ShapeError(*context, "inner dimensions " + shape.back().ToString() + " and " +
                                    weight[0].ToString() + " differ");
  }
  OCTET_RETURN_IF_ERROR(CheckType(*context, linear.bias(), "bias", {DType::kF32, {weight[1]}}));
  shape.back() = weight[1];
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, linear.residual(), "the residual", {DType::kF32, shape}));
  return SetType(context, DType::kF32, std::move(shape));
}

Status InferEmbedding(InferContext* context) {
  const auto embedding = context->as<EmbeddingOp>();
  Shape shape;
  for (int i = 0; i < embedding.num_ids(); ++i) {
    OCTET_RETURN_IF_ERROR(CheckDType(*context, embedding.ids(i), {DType::kI64, DType::kI32}));
    OCTET_RETURN_IF_ERROR(CheckDType(*context, embedding.table(i), {DType::kF32}));
    OCTET_RETURN_IF_ERROR(CheckRank(*context, embedding.table(i), 2));
    const Dim& first = embedding.table(0)->shape()[1];
    const Dim& each = embedding.table(i)->shape()[1];
    if (each != first) {
      return ShapeError(*context,
                        "row lengths " + first.ToString() + " and " + each.ToString() + " differ");
    }
    OCTET_ASSIGN_OR_RETURN(shape, BroadcastOperands(*context, shape, embedding.ids(i)->shape()));
  }
  shape.push_back(embedding.table(0)->shape()[1]);
  return SetType(context, DType::kF32, std::move(shape));
}

Status InferAddLayerNorm(InferContext* context) {
  const auto norm = context->as<AddLayerNormOp>();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, norm.x(), {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, norm.x(), 1));
  OCTET_RETURN_IF_ERROR(CheckEpsilon(*context));
  const Type& x = norm.x()->type();
  const Type row = {DType::kF32, {x.shape.back()}};
  OCTET_RETURN_IF_ERROR(CheckType(*context, norm.residual(), "the residual", x));
  OCTET_RETURN_IF_ERROR(CheckType(*context, norm.gamma(), "gamma", row));
  OCTET_RETURN_IF_ERROR(CheckType(*context, norm.beta(), "beta", row));
  context->types[0] = x;
  return {};
}

Status InferAttention(InferContext* context) {
  const auto attention = context->as<AttentionOp>();
  for (const Value* x : {attention.q(), attention.k(), attention.v()}) {
    OCTET_RETURN_IF_ERROR(CheckRank(*context, x, 3));
  }
  OCTET_RETURN_IF_ERROR(CheckHeads(*context, attention));
  const Shape& q = attention.q()->shape();
  const Shape& k = attention.k()->shape();
  if (!SameDim(*context, q[0], k[0])) {
    return ShapeError(*context,
                      "batch sizes " + q[0].ToString() + " and " + k[0].ToString() + " differ");
  }
  OCTET_RETURN_IF_ERROR(CheckType(*context, attention.v(), "v", attention.k()->type()));
  if (const Value* mask = attention.mask()) {
    OCTET_RETURN_IF_ERROR(CheckDType(*context, mask, {DType::kF32}));
    const Shape scores = {q[0], attention.heads(), q[1], k[1]};
    OCTET_ASSIGN_OR_RETURN(const Shape shape, BroadcastOperands(*context, mask->shape(), scores));
    if (shape != scores) {
      return ShapeError(*context, "the mask does not broadcast to " + ToString(scores));
    }
  }
  context->types[0] = attention.q()->type();
  return {};
}

Status InferTokenLayout(InferContext* context) {
  const Value* mask = context->as<TokenLayoutOp>().mask();
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, mask, {DType::kI64, DType::kI32, DType::kBool, DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, mask, 2));
  const std::string& symbol = context->as<TokenLayoutOp>().symbol();
  const Result<Dim> tokens = Dim::Parse(symbol);
  if (!tokens.ok() || tokens->symbols() != std::vector<std::string_view>{symbol}) {
    return ShapeError(*context, "'" + Printable(symbol) + "' cannot be the name of a symbol");
  }
  const Dim& batch = mask->shape()[0];
  context->types[TokenLayoutOp::ResultIndex("index")] = {DType::kI64, {*tokens}};
  context->types[TokenLayoutOp::ResultIndex("begin")] = {DType::kI64, {batch}};
  context->types[TokenLayoutOp::ResultIndex("length")] = {DType::kI64, {batch}};
  return {};
}

Status InferPackTokens(InferContext* context) {
  const auto pack = context->as<PackTokensOp>();
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, pack.x(), 2));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, pack.index(), {DType::kI64}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, pack.index(), 1));
  const Type& x = pack.x()->type();
  Shape shape = {pack.index()->shape()[0]};
  shape.insert(shape.end(), x.shape.begin() + 2, x.shape.end());
  return SetType(context, x.dtype, std::move(shape));
}

Status InferRaggedAttention(InferContext* context) {
  const auto attention = context->as<RaggedAttentionOp>();
  OCTET_RETURN_IF_ERROR(CheckRank(*context, attention.q(), 2));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, attention.k(), 2));
  OCTET_RETURN_IF_ERROR(CheckType(*context, attention.v(), "v", attention.k()->type()));
  OCTET_RETURN_IF_ERROR(CheckHeads(*context, attention));
  const Value* begin = attention.begin();
  OCTET_RETURN_IF_ERROR(CheckDType(*context, begin, {DType::kI64}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, begin, 1));
  OCTET_RETURN_IF_ERROR(CheckType(*context, attention.length(), "length", begin->type()));
  const Dim& queries = attention.q()->shape()[0];
  const Dim& tokens = attention.k()->shape()[0];
  const Dim& sentences = begin->shape()[0];
  if (queries != tokens && queries != sentences) {
    return ShapeError(*context, queries.ToString() + " queries are neither one for each token (" +
                                    tokens.ToString() + ") nor one for each sentence (" +
                                    sentences.ToString() + ")");
  }
  OCTET_RETURN_IF_ERROR(
      CheckType(*context, attention.key_mask(), "the key mask", {DType::kF32, {tokens}}));
  context->types[0] = attention.q()->type();
  return {};
}

}  // namespace octet::ir
