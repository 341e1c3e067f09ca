// Ops as no exporter writes them.
#ifndef OCTET_TESTS_FUZZ_ANY_OP_H_
#define OCTET_TESTS_FUZZ_ANY_OP_H_

#include "tests/fuzz/graph_builder.h"

namespace octet::fuzz {

// Adds a constant, or an op of any kind with operands and attributes that may fit: where they do
// not, nothing is added.
void AddAnyOp(GraphBuilder& builder);

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_ANY_OP_H_
