// Elementwise arithmetic on known contents. Operands and results are elements, each a number or a
// dimension. A symbol may stand for any integer >= 0. nullopt means that a Dim cannot express the
// result; the whole result tensor then does not have contents.
#ifndef OCTET_IR_INFER_CONTENTS_H_
#define OCTET_IR_INFER_CONTENTS_H_

#include <optional>

#include "ir/infer/shape_inference.h"

namespace octet::ir {

// op(x), or x op y, for the arithmetic, comparison and logical kinds; nullopt for other kinds.
// `dtype` is that of the operands. A result that does not fit in it is nullopt.
std::optional<Dim> ApplyUnary(OpKind kind, DType dtype, const Dim& x);
std::optional<Dim> ApplyBinary(OpKind kind, DType dtype, const Dim& x, const Dim& y);

// The element cast to another dtype. Numbers wrap as in Cast; a dim is assumed to fit in i32.
std::optional<Dim> CastElement(DType to, const Dim& x);

// Fills in contents[0], with broadcasting, for the unary, binary and Where kinds. types[0] is set.
// Unsupported when a sum, difference or product is too large for a Dim.
Status InferElementwiseContents(InferContext* context);

}  // namespace octet::ir

#endif  // OCTET_IR_INFER_CONTENTS_H_
