// The subcommands of `octet`. Each Add function adds one to `app`, with its options and a callback
// that runs it. The callback stores the exit code in `*exit_code`.
#ifndef OCTET_TOOLS_COMMANDS_H_
#define OCTET_TOOLS_COMMANDS_H_

#include <CLI/CLI.hpp>

namespace octet::tools {

void AddInspect(CLI::App* app, int* exit_code);
void AddDump(CLI::App* app, int* exit_code);
void AddExplain(CLI::App* app, int* exit_code);
void AddRun(CLI::App* app, int* exit_code);
void AddTokenize(CLI::App* app, int* exit_code);
void AddBench(CLI::App* app, int* exit_code);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_COMMANDS_H_
