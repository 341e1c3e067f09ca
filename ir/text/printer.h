// The textual form of a module (docs/ir.md): Parse(Print(m)) prints to the same text. Names are
// made unique (x, x_1, x_2), unnamed values are numbered, and numbers read back to the same bits.
#ifndef OCTET_IR_TEXT_PRINTER_H_
#define OCTET_IR_TEXT_PRINTER_H_

#include <string>

#include "ir/graph.h"

namespace octet::ir {

struct PrintOptions {
  // Appends ` loc("node", "module.path")` to each op that has a location.
  bool locations = false;
};

std::string Print(const Module& module, const PrintOptions& options = {});
// One op, as a line of Print without indentation. Unnamed values are written %_, since their
// numbers depend on the module.
std::string Print(const Op& op);

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_PRINTER_H_
