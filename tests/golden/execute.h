// Runs modules on concrete inputs, so that a golden case also proves that a pass keeps the meaning.
#ifndef OCTET_TESTS_GOLDEN_EXECUTE_H_
#define OCTET_TESTS_GOLDEN_EXECUTE_H_

#include <vector>

#include "ir/graph.h"

namespace octet::golden {

// One tensor an argument: floats are normal, integers in [0, 4) so that they can index small
// tables, bools 0 or 1. An argument of rank 2 called "mask" or "attention_mask" gets ones followed
// by zeros in each row, fewer ones in each further row.
Result<std::vector<ir::Tensor>> RandomInputs(const ir::Module& module,
                                             const ir::SymbolBinding& symbols, uint64_t seed);

// The outputs of the module, compiled for the reference kernels. Unsupported when the runtime has
// no step for an op, or a constant is known by its hash only.
Result<std::vector<ir::Tensor>> Execute(const ir::Module& module,
                                        const std::vector<ir::Tensor>& inputs);

// Whether two lists of outputs agree: floats within tolerance + tolerance * |expected|, NaN only
// with NaN, all others exactly. Internal, naming the first element that differs, when not.
Status CompareOutputs(const std::vector<ir::Tensor>& expected,
                      const std::vector<ir::Tensor>& actual, float tolerance = 1e-4f);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_EXECUTE_H_
