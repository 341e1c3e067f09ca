// What all of octet's programs share: they parse arguments with CLI11, report errors and find the
// bundled model and data.
#ifndef OCTET_TOOLS_CLI_PROGRAM_H_
#define OCTET_TOOLS_CLI_PROGRAM_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "tools/cli/exit_code.h"

namespace octet::cli {

inline constexpr std::string_view kBundledModel = "models/minilm_l6_mrpc";
inline constexpr std::string_view kBundledData = "data/mrpc/dev.tsv";

// Finds `relative` beside the executable, in ../share/octet, or in the source tree of the build.
// NotFound names the places that were tried.
Result<std::string> FindBundled(std::string_view relative);

// The main function of a program: runs `body`, which returns the exit code. A write to a closed
// pipe or above the limit on the size of files then fails and does not kill the process. When
// memory runs out, prints an error and returns kExitRunFailed.
int RunMain(std::string_view program, const std::function<int()>& body);

// Parses the command line. Returns whether the program should go on; if not, sets *exit_code. Help
// and version print to stdout and give 0. Errors print to stderr and give kExitUsage; for an
// unknown argument, the most similar known one is suggested. An empty argument is an error, because
// it usually comes from a shell variable that is not set.
bool ParseArguments(CLI::App* app, int argc, char** argv, int* exit_code);

// The text of --version, with the compiler: "octet 0.1.0 (GNU 12.2.0)".
std::string VersionText(std::string_view program);

// The exit code of an error from loading or compiling a model: kExitUsage when the user's options
// do not fit the model or the CPU (InvalidArgument), kExitRunFailed for OutOfMemory and Internal,
// else kExitBadModel.
ExitCode ModelExitCode(const Status& status);

// Prints "program: error" to stderr and returns `code`.
int Fail(std::string_view program, const Status& status, ExitCode code);

// Whether a write to stdout failed because the program that reads it, such as `head`, has ended.
bool IsOutputClosed();

// Flushes stdout. Returns kExitRunFailed, with a message, if something could not be written, but
// kExitOk if the program that reads it has ended.
int FinishOutput(std::string_view program);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_PROGRAM_H_
