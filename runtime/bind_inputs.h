// Checks the inputs of a run against the arguments of its program.
#ifndef OCTET_RUNTIME_BIND_INPUTS_H_
#define OCTET_RUNTIME_BIND_INPUTS_H_

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/program.h"

namespace octet::runtime {

// The largest value of a symbol: sizes computed from a few of them stay far from overflow.
inline constexpr int64_t kMaxSymbol = (int64_t{1} << 31) - 1;

// Fills `symbol_values` (one a program.symbols) from the dims of `inputs` (one an argument, none
// null) and the masks among them. Does not allocate when it succeeds and the vector has capacity.
// InvalidArgument, naming the input: wrong dtype, rank or dims, a null or misaligned pointer, an
// index outside of its table.
Status BindInputs(const Program& program, std::span<const ir::TensorView* const> inputs,
                  std::vector<int64_t>* symbol_values);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_BIND_INPUTS_H_
