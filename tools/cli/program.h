// What all of octet's programs do alike: parse arguments with CLI11, report errors, find the
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

// `relative` beside the executable or in its share/octet, else in the source tree it was built
// from; NotFound naming the places that were tried.
Result<std::string> FindBundled(std::string_view relative);

// The rest of a program's main: runs `body`, which returns the exit code. A write to a closed pipe
// or past the limit on the size of files is then an error of the write and does not kill the
// process, and memory that runs out is an error message and kExitRunFailed.
int RunMain(std::string_view program, const std::function<int()>& body);

// Parses the command line. Returns whether to go on; otherwise *exit_code says what to exit with
// (help and version print to stdout and are 0, errors print to stderr and are kExitUsage; an
// unknown argument is answered with the nearest one there is). No option means anything when empty:
// an empty argument, as of a variable that is not set, is an error.
bool ParseArguments(CLI::App* app, int argc, char** argv, int* exit_code);

// "octet 0.1.0", the text of --version.
std::string VersionText(std::string_view program);

// The exit code of an error from compiling a model: kExitUsage when what the user asked for does
// not fit the model or the CPU (InvalidArgument), kExitBadModel when the model is at fault.
ExitCode ModelExitCode(const Status& status);

// Prints "program: error" to stderr and returns `code`.
int Fail(std::string_view program, const Status& status, ExitCode code);

// Whether a write to stdout failed because its reader, such as `head`, has ended.
bool IsOutputClosed();

// Flushes stdout; kExitRunFailed with a message when what was printed did not arrive. A reader that
// has ended has seen what it wanted: kExitOk.
int FinishOutput(std::string_view program);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_PROGRAM_H_
