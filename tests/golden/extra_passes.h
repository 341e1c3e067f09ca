// Passes that golden files can name besides those of passes.def: passes of quant/, with options
// that the name selects.
#ifndef OCTET_TESTS_GOLDEN_EXTRA_PASSES_H_
#define OCTET_TESTS_GOLDEN_EXTRA_PASSES_H_

#include <string>

#include "ir/passes/pass.h"

namespace octet::golden {

// Adds a pass of passes.def, or one of
//   prepare-dynamic         quant::PrepareDynamicPass, with the default qconfig for all linears
//   convert-dynamic         quant::ConvertDynamicPass
//   quantize-dynamic        both
//   quantize-dynamic-debug  both, in debug mode
// InvalidArgument for any other name.
Status AddPass(const std::string& name, ir::PassManager* manager);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_EXTRA_PASSES_H_
