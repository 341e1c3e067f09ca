#include "tools/cli/program.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <new>

#include "tools/cli/print.h"
#include "tools/cli/suggest.h"

namespace octet::cli {

Result<std::string> FindBundled(std::string_view relative) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  const fs::path beside = executable.parent_path();
  const fs::path places[] = {beside / relative, beside / ".." / "share" / "octet" / relative,
                             fs::path(OCTET_SOURCE_DIR) / relative};
  std::string tried;
  for (const fs::path& place : places) {
    if (fs::exists(place, error)) return place.lexically_normal().string();
    tried += (tried.empty() ? "" : ", ") + place.lexically_normal().string();
  }
  return NotFound(fmt::format("'{}' is in none of these places: {}", relative, tried));
}

namespace {

// "Did you mean ...?" for the first unknown argument, to stderr.
void PrintSuggestion(const CLI::App& app) {
  const std::vector<std::string> unknown = app.remaining(/*recurse=*/true);
  if (unknown.empty()) return;
  std::vector<const CLI::App*> apps = {&app};
  for (const CLI::App* chosen : app.get_subcommands()) apps.push_back(chosen);
  std::vector<std::string> known;
  for (const CLI::App* part : apps) {
    for (const CLI::Option* option : part->get_options()) known.push_back(option->get_name());
    for (const CLI::App* command : part->get_subcommands(/*filter=*/{})) {
      known.push_back(command->get_name());
    }
  }
  const std::string nearest = NearestWord(unknown.front(), known);
  if (!nearest.empty()) Print(stderr, "Did you mean {}?\n", nearest);
}

}  // namespace

int RunMain(std::string_view program, const std::function<int()>& body) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  try {
    return body();
  } catch (const std::bad_alloc&) {
    // This must not allocate memory.
    std::fprintf(stderr, "%.*s: OutOfMemory: no memory is left\n", static_cast<int>(program.size()),
                 program.data());
    return kExitRunFailed;
  }
}

bool ParseArguments(CLI::App* app, int argc, char** argv, int* exit_code) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const bool no_value = argument.starts_with("--") && argument.find('=') + 1 == argument.size();
    if (!argument.empty() && !no_value) continue;
    *exit_code =
        Fail(app->get_name(),
             InvalidArgument(argument.empty() ? "argument " + std::to_string(i) + " is empty"
                                              : "'" + Printable(argument) + "' gives no value"),
             kExitUsage);
    return false;
  }
  try {
    app->parse(argc, argv);
    return true;
  } catch (const CLI::ParseError& error) {
    // CLI11 has exit codes of its own above 100; help and version count as success.
    *exit_code = app->exit(error) == 0 ? kExitOk : kExitUsage;
    if (*exit_code == kExitUsage)
      PrintSuggestion(*app);
    else
      *exit_code = FinishOutput(app->get_name());
    return false;
  }
}

std::string VersionText(std::string_view program) {
  return fmt::format("{} {} ({})", program, OCTET_VERSION, OCTET_COMPILER);
}

ExitCode ModelExitCode(const Status& status) {
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
      return kExitUsage;
    case StatusCode::kOutOfMemory:
    case StatusCode::kInternal:
      return kExitRunFailed;
    default:
      return kExitBadModel;
  }
}

int Fail(std::string_view program, const Status& status, ExitCode code) {
  Print(stderr, "{}: {}\n", program, status.ToString());
  // The input is not at fault if there is no memory.
  return status.code() == StatusCode::kOutOfMemory ? kExitRunFailed : code;
}

bool IsOutputClosed() {
  // poll reports POLLERR for the writing end of a pipe whose reading end is closed.
  pollfd out = {STDOUT_FILENO, POLLOUT, 0};
  return std::ferror(stdout) != 0 && poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

int FinishOutput(std::string_view program) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kExitOk;
  if (IsOutputClosed()) return kExitOk;
  return Fail(program, IoError("standard output could not be written"), kExitRunFailed);
}

}  // namespace octet::cli
