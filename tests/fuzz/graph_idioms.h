// What exporters write for the parts of an encoder, in their ways of writing it, and in ways that
// are nearly but not quite these: what passes have to recognize, and to leave alone.
#ifndef OCTET_TESTS_FUZZ_GRAPH_IDIOMS_H_
#define OCTET_TESTS_FUZZ_GRAPH_IDIOMS_H_

#include <span>

#include "tests/fuzz/graph_builder.h"

namespace octet::fuzz {

// The graph's inputs: token ids, token types and a mask [b,s], and floats [b,s,h].
struct GraphInputs {
  ir::Value* ids;
  ir::Value* types;
  ir::Value* mask;
  ir::Value* hidden;
};

// Adds one part to the graph. All numbers stay of moderate size: no idiom divides by what may be
// near 0 or compares floats, so that rounding shows in the last places alone.
using Idiom = void (*)(GraphBuilder& builder, const GraphInputs& inputs);
std::span<const Idiom> Idioms();

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_GRAPH_IDIOMS_H_
