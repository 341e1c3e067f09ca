// How much time each step of a program took.
#ifndef OCTET_RUNTIME_PROFILE_H_
#define OCTET_RUNTIME_PROFILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ir/graph.h"

namespace octet::runtime {

struct ProfileEntry {
  std::string op;
  std::string kernel;
  ir::Location location;
  int64_t calls = 0;
  double seconds = 0;  // wall time, summed over the calls
};

// One entry a step, in execution order.
using Profile = std::vector<ProfileEntry>;

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_PROFILE_H_
