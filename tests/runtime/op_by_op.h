// Runs a module one op at a time, each op compiled alone. A whole program must give the same bytes,
// whatever it does between its steps.
#ifndef OCTET_TESTS_RUNTIME_OP_BY_OP_H_
#define OCTET_TESTS_RUNTIME_OP_BY_OP_H_

#include "tests/runtime/run_text.h"

namespace octet::runtime {

// Random inputs for the arguments of `text`, whose symbols are bound to `binding`.
Tensors RandomInputs(const std::string& text, const ir::SymbolBinding& binding, uint64_t seed);

// The outputs of `text` on the reference kernels. Only reshape may have symbols in its attributes.
// Throws std::runtime_error like run_text.h.
Tensors RunOpByOp(const std::string& text, const ir::SymbolBinding& binding, const Tensors& inputs);

}  // namespace octet::runtime

#endif  // OCTET_TESTS_RUNTIME_OP_BY_OP_H_
