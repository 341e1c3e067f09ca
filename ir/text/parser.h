// Reads the textual form of a module (docs/ir.md).
#ifndef OCTET_IR_TEXT_PARSER_H_
#define OCTET_IR_TEXT_PARSER_H_

#include <cstdint>
#include <string_view>

#include "ir/graph.h"

namespace octet::ir {

struct ParseOptions {
  // Of all constants together: a few characters must not exhaust memory. The largest table of a
  // BERT encoder (30522 x 1024 floats) takes 125 MB.
  int64_t max_constant_bytes = int64_t{1} << 28;
};

// InvalidArgument with the line number of the first error. The result is verified.
Result<Module> Parse(std::string_view text, const ParseOptions& options = {});

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_PARSER_H_
