// How many threads this process may keep busy.
#ifndef OCTET_RUNTIME_CPU_COUNT_H_
#define OCTET_RUNTIME_CPU_COUNT_H_

#include <optional>
#include <string>
#include <string_view>

namespace octet::runtime {

// The CPUs in this thread's affinity mask, lowered to the CPU quota of its control group; at least
// 1. Reads the system's files on each call.
int DefaultThreadCount();

// The quota that a cgroup v2 file `cpu.max` grants, in whole CPUs rounded down and at least 1 (a
// thread beyond the quota would only be throttled in the middle of a region); nullopt for "max" and
// for text in another form. The text is "<quota> <period>", both in microseconds.
std::optional<int> CpusFromCpuMax(std::string_view text);

// The smallest quota of the control group at `path` under `root` and of the groups above it;
// nullopt when none has one.
std::optional<int> CgroupCpuLimit(const std::string& root, std::string path);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_CPU_COUNT_H_
