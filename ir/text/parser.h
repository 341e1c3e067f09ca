// Reads the textual form of a module (docs/ir.md).
#ifndef OCTET_IR_TEXT_PARSER_H_
#define OCTET_IR_TEXT_PARSER_H_

#include <string_view>

#include "ir/graph.h"

namespace octet::ir {

// InvalidArgument with the line number of the first error. The result is verified.
Result<Module> Parse(std::string_view text);

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_PARSER_H_
