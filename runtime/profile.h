// How much time each step of a program took.
#ifndef OCTET_RUNTIME_PROFILE_H_
#define OCTET_RUNTIME_PROFILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace octet::runtime {

// A step in a strip (program.h) is called once a block of rows. Every thread has rows of its own
// there, and only the blocks of the thread that called Session::Run are measured.
struct ProfileEntry {
  std::string op;
  std::string kernel;
  ir::Location location;
  int64_t calls = 0;
  double seconds = 0;  // wall time of the calling thread, summed over the calls
};

// One entry a step, in execution order.
using Profile = std::vector<ProfileEntry>;

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_PROFILE_H_
