// Runs modules on concrete inputs, so that a golden case also proves that a pass keeps the meaning.
#ifndef OCTET_TESTS_GOLDEN_EXECUTE_H_
#define OCTET_TESTS_GOLDEN_EXECUTE_H_

#include <span>
#include <vector>

#include "ir/graph.h"

namespace octet::golden {

// What an argument of rank 2 called "mask" or "attention_mask" holds.
enum class MaskKind {
  kPrefix,  // ones followed by zeros in each row, fewer ones in each further row
  kHoles,   // row by row: 1 0 1 0 ...; the first token masked; all zero; the first token alone
  kValues,  // twos and zeros among the ones in every other row; only ones in a bool mask
};
// The kinds to execute a module with: all when it has a mask, else one.
std::span<const MaskKind> MaskKinds(const ir::Module& module);

// One tensor an argument: floats are normal, integers in [0, 4) so that they can index small
// tables, bools 0 or 1, masks as said above.
Result<std::vector<ir::Tensor>> RandomInputs(const ir::Module& module,
                                             const ir::SymbolBinding& symbols, uint64_t seed,
                                             MaskKind mask = MaskKind::kPrefix);

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
