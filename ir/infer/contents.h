// Elementwise arithmetic on known contents: what an op makes of two elements, each a number or a
// dimension. A symbol may stand for any integer >= 0; nullopt means that the result depends on the
// symbols in a way that a Dim cannot express, and then the whole result has no contents.
#ifndef OCTET_IR_INFER_CONTENTS_H_
#define OCTET_IR_INFER_CONTENTS_H_

#include <optional>

#include "ir/infer/shape_inference.h"

namespace octet::ir {

// x or y op x for the arithmetic, comparison and logical kinds; dtype is the operands', and results
// that do not fit in it are not determined. Other kinds: nullopt.
std::optional<Dim> ApplyUnary(OpKind kind, DType dtype, const Dim& x);
std::optional<Dim> ApplyBinary(OpKind kind, DType dtype, const Dim& x, const Dim& y);

// The element as a value of another dtype. Numbers wrap as Cast does; a dim is taken to fit in i32.
std::optional<Dim> CastElement(DType to, const Dim& x);

// Fills in contents[0], with broadcasting, of the unary, binary and Where kinds. types[0] is set.
void InferElementwiseContents(InferContext* context);

}  // namespace octet::ir

#endif  // OCTET_IR_INFER_CONTENTS_H_
