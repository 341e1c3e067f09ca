// The textual form of a module (docs/ir.md): Parse(Print(m)) prints to the same text.
#ifndef OCTET_IR_PRINTER_H_
#define OCTET_IR_PRINTER_H_

#include <string>

#include "ir/graph.h"

namespace octet::ir {

struct PrintOptions {
  // Appends `  // node "..." module "..."` to each op that has a location.
  bool locations = false;
};

std::string Print(const Module& module, const PrintOptions& options = {});
// One op, as a line of Print without its end of line.
std::string Print(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_PRINTER_H_
