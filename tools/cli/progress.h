// One line of progress on stderr, redrawn in place on a terminal.
#ifndef OCTET_TOOLS_CLI_PROGRESS_H_
#define OCTET_TOOLS_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace octet::cli {

// Shows "label  120/408  29%  310 rows/s  eta 1 s". On a terminal the line is redrawn at most ten
// times a second; elsewhere only the finished line is written, so that logs stay short. With
// enabled = false nothing is written.
class Progress {
 public:
  Progress(std::string label, int64_t total, bool enabled);
  // Erases the line if Finish was not called.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Update(int64_t done);
  // Leaves "label  408 rows in 1.3 s" behind.
  void Finish();

 private:
  using Clock = std::chrono::steady_clock;
  std::string label_;
  int64_t total_;
  bool enabled_;
  bool is_terminal_;
  bool line_open_ = false;
  Clock::time_point start_;
  Clock::time_point last_draw_;
};

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_PROGRESS_H_
