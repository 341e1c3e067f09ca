// Shape functions of the ops that the fusion passes make. All compute in f32.
#include <algorithm>

#include "ir/infer_util.h"

namespace octet::ir {
namespace {

// What dense and ragged attention check alike: q, k and v are f32, and their last axis is `heads`
// equal parts.
Status CheckHeads(const InferContext& context) {
  for (int i = 0; i < 3; ++i) OCTET_RETURN_IF_ERROR(CheckDType(context, i, {DType::kF32}));
  const int64_t heads = context.attr<int64_t>("heads");
  const Dim& hidden = context.type(0).shape.back();
  if (heads < 1 || !hidden.DividedBy(heads)) {
    return ShapeError(context, std::to_string(heads) + " heads do not divide " + hidden.ToString());
  }
  for (int i = 1; i < 3; ++i) {
    const Dim& other = context.type(i).shape.back();
    if (other != hidden) {
      return ShapeError(
          context, "last dimensions " + hidden.ToString() + " and " + other.ToString() + " differ");
    }
  }
  return {};
}

}  // namespace

Status InferLinear(InferContext* context) {
  const Type& x = context->type(0);
  const Type& weight = context->type(1);
  OCTET_RETURN_IF_ERROR(CheckActivation(*context));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 1, {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 1, 2));
  if (x.shape.back() != weight.shape[0]) {
    return ShapeError(*context, "inner dimensions " + x.shape.back().ToString() + " and " +
                                    weight.shape[0].ToString() + " differ");
  }
  if (context->num_operands() > 2) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "bias", {DType::kF32, {weight.shape[1]}}));
  }
  Shape shape = x.shape;
  shape.back() = weight.shape[1];
  if (context->num_operands() > 3) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 3, "the residual", {DType::kF32, shape}));
  }
  return SetType(context, DType::kF32, std::move(shape));
}

Status InferEmbedding(InferContext* context) {
  if (context->num_operands() % 2 != 0) {
    return ShapeError(*context, "operands are not pairs of ids and table");
  }
  Shape shape;
  for (int i = 0; i < context->num_operands(); i += 2) {
    OCTET_RETURN_IF_ERROR(CheckDType(*context, i, {DType::kI64, DType::kI32}));
    OCTET_RETURN_IF_ERROR(CheckDType(*context, i + 1, {DType::kF32}));
    OCTET_RETURN_IF_ERROR(CheckRank(*context, i + 1, 2));
    const Dim& first = context->type(1).shape[1];
    const Dim& each = context->type(i + 1).shape[1];
    if (each != first) {
      return ShapeError(*context,
                        "row lengths " + first.ToString() + " and " + each.ToString() + " differ");
    }
    OCTET_ASSIGN_OR_RETURN(shape, BroadcastOperands(*context, shape, context->type(i).shape));
  }
  shape.push_back(context->type(1).shape[1]);
  return SetType(context, DType::kF32, std::move(shape));
}

Status InferAddLayerNorm(InferContext* context) {
  const Type& x = context->type(0);
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 0, {DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 1));
  OCTET_RETURN_IF_ERROR(CheckEpsilon(*context));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 1, "the residual", x));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "gamma", {DType::kF32, {x.shape.back()}}));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 3, "beta", {DType::kF32, {x.shape.back()}}));
  context->types[0] = x;
  return {};
}

Status InferAttention(InferContext* context) {
  for (int i = 0; i < 3; ++i) OCTET_RETURN_IF_ERROR(CheckRank(*context, i, 3));
  OCTET_RETURN_IF_ERROR(CheckHeads(*context));
  const Shape& q = context->type(0).shape;
  const Shape& k = context->type(1).shape;
  if (k[0] != q[0]) {
    return ShapeError(*context,
                      "batch sizes " + q[0].ToString() + " and " + k[0].ToString() + " differ");
  }
  OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "v", context->type(1)));
  if (context->num_operands() > 3) {
    OCTET_RETURN_IF_ERROR(CheckDType(*context, 3, {DType::kF32}));
    const Shape scores = {q[0], context->attr<int64_t>("heads"), q[1], k[1]};
    OCTET_ASSIGN_OR_RETURN(const Shape shape,
                           BroadcastOperands(*context, context->type(3).shape, scores));
    if (shape != scores) {
      return ShapeError(*context, "the mask does not broadcast to " + ToString(scores));
    }
  }
  context->types[0] = context->type(0);
  return {};
}

Status InferTokenLayout(InferContext* context) {
  OCTET_RETURN_IF_ERROR(
      CheckDType(*context, 0, {DType::kI64, DType::kI32, DType::kBool, DType::kF32}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 0, 2));
  const Dim& batch = context->type(0).shape[0];
  context->types[0] = {DType::kI64, {Dim::Symbol("t")}};
  context->types[1] = {DType::kI64, {batch}};
  context->types[2] = {DType::kI64, {batch}};
  return {};
}

Status InferPackTokens(InferContext* context) {
  const Type& x = context->type(0);
  OCTET_RETURN_IF_ERROR(CheckMinRank(*context, 0, 2));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 1, {DType::kI64}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 1, 1));
  Shape shape = {context->type(1).shape[0]};
  shape.insert(shape.end(), x.shape.begin() + 2, x.shape.end());
  return SetType(context, x.dtype, std::move(shape));
}

Status InferRaggedAttention(InferContext* context) {
  const Type& q = context->type(0);
  const Type& k = context->type(1);
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 0, 2));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 1, 2));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 2, "v", k));
  OCTET_RETURN_IF_ERROR(CheckHeads(*context));
  OCTET_RETURN_IF_ERROR(CheckDType(*context, 3, {DType::kI64}));
  OCTET_RETURN_IF_ERROR(CheckRank(*context, 3, 1));
  OCTET_RETURN_IF_ERROR(CheckType(*context, 4, "length", context->type(3)));
  const Dim& sentences = context->type(3).shape[0];
  if (q.shape[0] != k.shape[0] && q.shape[0] != sentences) {
    return ShapeError(*context, q.shape[0].ToString() + " queries are neither one a token (" +
                                    k.shape[0].ToString() + ") nor one a sentence (" +
                                    sentences.ToString() + ")");
  }
  if (context->num_operands() > 5) {
    OCTET_RETURN_IF_ERROR(CheckType(*context, 5, "the key mask", {DType::kF32, {k.shape[0]}}));
  }
  context->types[0] = q;
  return {};
}

}  // namespace octet::ir
