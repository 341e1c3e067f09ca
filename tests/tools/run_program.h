// Runs octet's programs as a shell would.
#ifndef OCTET_TESTS_TOOLS_RUN_PROGRAM_H_
#define OCTET_TESTS_TOOLS_RUN_PROGRAM_H_

#include <string>
#include <vector>

namespace octet::testing {

struct ProgramResult {
  int exit_code = -1;  // 128 + the signal's number for a program that a signal ended
  std::string out;     // what the program wrote to stdout
  std::string err;     // what it wrote to stderr
};

struct ProgramOptions {
  std::string stdin_text = {};
  std::string stdout_path = {};               // if given, stdout goes to this file
  bool close_stdout = false;                  // starts the program without a stdout
  std::vector<std::string> environment = {};  // "NAME=value", added to the caller's
  // Ends the program with SIGINT as soon as it has written something to stderr.
  bool interrupt_on_stderr = false;
};

// Waits for the program. `command` is the path of the program and its arguments; a program that
// cannot be started fails the running test.
ProgramResult RunProgram(const std::vector<std::string>& command,
                         const ProgramOptions& options = {});

// Run the programs of this build with these arguments.
ProgramResult BertEval(const std::vector<std::string>& arguments,
                       const ProgramOptions& options = {});
ProgramResult Octet(const std::vector<std::string>& arguments, const ProgramOptions& options = {});

// The paths of this build's programs.
std::string BertEvalPath();
std::string OctetPath();

}  // namespace octet::testing

#endif  // OCTET_TESTS_TOOLS_RUN_PROGRAM_H_
