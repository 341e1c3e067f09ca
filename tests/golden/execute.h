// Runs modules on concrete inputs, so that a golden case also checks that a pass keeps the outputs.
#ifndef OCTET_TESTS_GOLDEN_EXECUTE_H_
#define OCTET_TESTS_GOLDEN_EXECUTE_H_

#include <span>
#include <vector>

#include "ir/graph.h"

namespace octet::golden {

// The values of a mask: an argument of rank 2 whose name ends in "mask", not of f16, bf16 or f64.
enum class MaskKind {
  kPrefix,  // ones followed by zeros; how many ones differs between neighbouring rows
  kHoles,   // row by row: 1 0 1 0 ...; the first token hidden; all hidden; only the first visible
  kValues,  // twos and zeros among the ones in every other row; in a bool mask only ones
};
// The kinds to execute a module with: all if it has a mask, else one.
std::span<const MaskKind> MaskKinds(const ir::Module& module);

// One tensor for each argument: floats are normally distributed, integers are in [0, 4) so that
// they can index small tables, bools are 0 or 1, masks are as above.
Result<std::vector<ir::Tensor>> RandomInputs(const ir::Module& module,
                                             const ir::SymbolBinding& symbols, uint64_t seed,
                                             MaskKind mask = MaskKind::kPrefix);

// The outputs of the module, compiled for the reference kernels. Unsupported if the runtime does
// not have a step for an op, or if only the hash of a constant is known.
Result<std::vector<ir::Tensor>> Execute(const ir::Module& module,
                                        const std::vector<ir::Tensor>& inputs);

// Whether two lists of outputs agree: floats within tolerance + tolerance * |expected|, NaN only
// with NaN, all others exactly. If not, Internal, which names the first element that differs.
Status CompareOutputs(const std::vector<ir::Tensor>& expected,
                      const std::vector<ir::Tensor>& actual, float tolerance = 1e-4f);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_EXECUTE_H_
