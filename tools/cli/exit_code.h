// The exit codes of the programs. Scripts depend on them.
#ifndef OCTET_TOOLS_CLI_EXIT_CODE_H_
#define OCTET_TOOLS_CLI_EXIT_CODE_H_

namespace octet::cli {

enum ExitCode : int {
  kExitOk = 0,
  kExitRunFailed = 1,
  kExitUsage = 2,
  kExitBadData = 3,
  kExitBadModel = 4,
  kExitInterrupted = 130,
};

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_EXIT_CODE_H_
