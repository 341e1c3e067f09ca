// Runs programs with too little memory, with few file descriptors, and where they cannot write.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

// Runs a program from a shell that has run `setup` before.
ProgramResult RunAfter(const std::string& setup, const std::vector<std::string>& command,
                       const ProgramOptions& options = {}) {
  std::vector<std::string> shell = {"/bin/sh", "-c", setup + " && exec \"$@\"", "sh"};
  shell.insert(shell.end(), command.begin(), command.end());
  return RunProgram(shell, options);
}

// Limits the address space. The first limit is large enough to reach main: the loader and the
// initializers of libraries report missing memory in their own ways. The last limit is large enough
// for the program. With every limit between them the program must say OutOfMemory and exit with 1.
void CheckMemoryLimits(const std::vector<std::string>& command,
                       const ProgramOptions& options = {}) {
  constexpr int kStep = 512;  // KiB
  const auto run = [&](int limit, const std::vector<std::string>& what) {
    return RunAfter("ulimit -v " + std::to_string(limit), what, options);
  };
  int limit = 12 << 10;
  while (run(limit, {command[0], "--version"}).exit_code > 1) limit += kStep;
  int failed = 0;
  for (;; limit += kStep) {
    const ProgramResult result = run(limit, command);
    if (result.exit_code == 0) break;
    INFO("ulimit -v ", limit, ": ", result.err);
    REQUIRE(result.exit_code == 1);
    CHECK(result.err.find("OutOfMemory") != std::string::npos);
    ++failed;
  }
  CHECK(failed > 0);
}

TEST_CASE("an address space that is just too small is OutOfMemory") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(4);
  std::vector<std::string> eval = tiny.Arguments(data, {"--threads", "2", "--json", "/dev/stdout"});
  eval.insert(eval.begin(), BertEvalPath());
  CheckMemoryLimits(eval);
  CheckMemoryLimits({OctetPath(), "inspect", tiny.model(), "--json"});
  CheckMemoryLimits({OctetPath(), "tokenize", "--model", tiny.model()},
                    {.stdin_text = "{\"a\": \"" + std::string(900000, 'a') + "\"}\n"});
}

TEST_CASE("no files to spare, a folder that cannot be written, no home") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(4);
  std::vector<std::string> eval = tiny.Arguments(data, {"--quiet"});
  eval.insert(eval.begin(), BertEvalPath());
  CHECK(RunAfter("cd / && unset HOME", eval).exit_code == 0);
  CHECK(RunAfter("ulimit -n 5", eval).exit_code == 0);
  const ProgramResult none = RunAfter("ulimit -n 4 && exec 3</dev/null", eval);
  CHECK(none.exit_code != 0);
  CHECK(none.exit_code < 128);
  CHECK_FALSE(none.err.empty());
}

}  // namespace
}  // namespace octet::testing
