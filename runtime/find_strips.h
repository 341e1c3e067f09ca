// Finds the steps of a Program that can be run a block of rows at a time.
#ifndef OCTET_RUNTIME_FIND_STRIPS_H_
#define OCTET_RUNTIME_FIND_STRIPS_H_

#include "runtime/program.h"

namespace octet::runtime {

// Fills program->strips: every run of two or more consecutive row-wise steps with the same number
// of rows, in which no step reads all rows of what another writes. In a strip each step that takes
// the ranges of its rows gets them where the step that makes the rows gives them. (Elsewhere
// threads may share a row's columns, and with them its range.)
void FindStrips(Program* program);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_FIND_STRIPS_H_
