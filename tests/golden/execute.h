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

// The outputs of the module. Unsupported when it has an op or a constant that cannot be executed.
Result<std::vector<ir::Tensor>> Execute(const ir::Module& module,
                                        const std::vector<ir::Tensor>& inputs,
                                        const ir::SymbolBinding& symbols);

// Whether two lists of outputs agree: floats within 1e-4 + 1e-4 * |expected|, NaN only with NaN,
// all others exactly. Internal, naming the first element that differs, when not.
Status CompareOutputs(const std::vector<ir::Tensor>& expected,
                      const std::vector<ir::Tensor>& actual);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_EXECUTE_H_
