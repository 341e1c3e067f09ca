#include "tests/tools/run_program.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace octet::testing {
namespace {

// A program that is started has only those ends that Start() gives it.
struct Pipe {
  Pipe() { REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0); }
  ~Pipe() {
    CloseRead();
    CloseWrite();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  void CloseRead() { Close(&ends[0]); }
  void CloseWrite() { Close(&ends[1]); }
  static void Close(int* fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }

  std::array<int, 2> ends = {-1, -1};  // read, write
};

std::vector<char*> Pointers(std::vector<std::string>* strings) {
  std::vector<char*> pointers;
  for (std::string& text : *strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t Start(std::vector<std::string> command, const ProgramOptions& options, const Pipe& in,
            const Pipe& out, const Pipe& err) {
  // getenv() finds the first of two entries.
  std::vector<std::string> environment = options.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);

  // Signals that this process ignores, or that a shell ignores in background jobs.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  sigaddset(&defaults, SIGINT);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  if (options.close_stdout) {
    posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO);
  } else if (!options.stdout_path.empty()) {
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, options.stdout_path.c_str(), O_WRONLY,
                                     0);
  } else {
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  }
  pid_t pid = 0;
  const int error = posix_spawn(&pid, command[0].c_str(), &actions, &attributes,
                                Pointers(&command).data(), Pointers(&environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  REQUIRE_MESSAGE(error == 0, command[0] << ": " << std::strerror(error));
  return pid;
}

// Feeds stdin and collects stdout and stderr until the program has closed both.
void Exchange(const ProgramOptions& options, pid_t pid, Pipe* in, Pipe* out, Pipe* err,
              ProgramResult* result) {
  fcntl(in->ends[1], F_SETFL, O_NONBLOCK);
  std::string_view unsent = options.stdin_text;
  bool interrupted = false;
  while (out->ends[0] >= 0 || err->ends[0] >= 0) {
    if (unsent.empty()) in->CloseWrite();
    // A negative descriptor is skipped.
    std::array<pollfd, 3> fds = {
        {{in->ends[1], POLLOUT, 0}, {out->ends[0], POLLIN, 0}, {err->ends[0], POLLIN, 0}}};
    if (poll(fds.data(), fds.size(), -1) < 0) {
      REQUIRE(errno == EINTR);
      continue;
    }
    if (fds[0].revents != 0) {
      const ssize_t sent = write(in->ends[1], unsent.data(), unsent.size());
      // A program that has ended does not read.
      unsent.remove_prefix(sent > 0 ? static_cast<size_t>(sent) : unsent.size());
    }
    const auto receive = [](const pollfd& fd, Pipe* pipe, std::string* text) {
      if (fd.revents == 0) return;
      std::array<char, 65536> buffer;
      const ssize_t received = read(pipe->ends[0], buffer.data(), buffer.size());
      if (received > 0) text->append(buffer.data(), static_cast<size_t>(received));
      if (received == 0) pipe->CloseRead();
    };
    receive(fds[1], out, &result->out);
    receive(fds[2], err, &result->err);
    if (options.interrupt_on_stderr && !interrupted && !result->err.empty()) {
      interrupted = true;
      kill(pid, SIGINT);
    }
  }
}

}  // namespace

ProgramResult RunProgram(const std::vector<std::string>& command, const ProgramOptions& options) {
  // Writing to a program that has ended must be an error of write(), and not end the test.
  signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  Pipe err;
  const pid_t pid = Start(command, options, in, out, err);
  in.CloseRead();
  out.CloseWrite();
  err.CloseWrite();
  ProgramResult result;
  Exchange(options, pid, &in, &out, &err, &result);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) REQUIRE(errno == EINTR);
  result.exit_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

std::string BertEvalPath() { return OCTET_BERT_EVAL_PROGRAM; }
std::string OctetPath() { return OCTET_OCTET_PROGRAM; }

ProgramResult BertEval(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  std::vector<std::string> command = {OCTET_BERT_EVAL_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, options);
}

ProgramResult Octet(const std::vector<std::string>& arguments, const ProgramOptions& options) {
  std::vector<std::string> command = {OCTET_OCTET_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, options);
}

}  // namespace octet::testing
