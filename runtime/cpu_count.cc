#include "runtime/cpu_count.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace octet::runtime {
namespace {

// The whole file, or nothing.
std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The path of this process in the unified hierarchy: the line "0::/path" of /proc/self/cgroup.
std::string CgroupPath() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::")) return line.substr(3);
  }
  return "/";
}

int AffinityCount() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof(set), &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace

std::optional<int> CpusFromCpuMax(std::string_view text) {
  int64_t quota = 0;
  int64_t period = 0;
  const char* const end = text.data() + text.size();
  const auto [after_quota, quota_error] = std::from_chars(text.data(), end, quota);
  if (quota_error != std::errc() || after_quota == end || *after_quota != ' ') return std::nullopt;
  const auto [after_period, period_error] = std::from_chars(after_quota + 1, end, period);
  if (period_error != std::errc() || quota <= 0 || period <= 0) return std::nullopt;
  return static_cast<int>(std::clamp<int64_t>(quota / period, 1, 1 << 20));
}

std::optional<int> CgroupCpuLimit(const std::string& root, std::string path) {
  std::optional<int> limit;
  for (;;) {
    const auto cpus = CpusFromCpuMax(ReadFile(root + path + "/cpu.max"));
    if (cpus.has_value()) limit = std::min(limit.value_or(*cpus), *cpus);
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return limit;
    path.resize(slash);
  }
}

int DefaultThreadCount() {
  const int cpus = AffinityCount();
  const auto limit = CgroupCpuLimit("/sys/fs/cgroup", CgroupPath());
  return limit.has_value() ? std::min(cpus, *limit) : cpus;
}

}  // namespace octet::runtime
