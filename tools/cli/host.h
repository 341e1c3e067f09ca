// Facts about this machine and process for reports.
#ifndef OCTET_TOOLS_CLI_HOST_H_
#define OCTET_TOOLS_CLI_HOST_H_

#include <cstdint>
#include <string>

#include "base/status.h"

namespace octet::cli {

// The CPU's brand string.
std::string HostCpuName();

// Starts a new measurement of the peak resident set of this process (Linux: clear_refs). If the
// kernel forbids it, does nothing: the peak is then that since the process started.
void ResetPeakRss();
// The peak in bytes; 0 if unknown.
int64_t PeakRssBytes();

// Lower-case hexadecimal SHA-256 of a file's bytes. NotFound or Io with the path.
Result<std::string> Sha256OfFile(const std::string& path);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_HOST_H_
