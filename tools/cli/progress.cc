#include "tools/cli/progress.h"

#include <unistd.h>

#include <cstdio>

#include "tools/cli/print.h"

namespace octet::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval(100);
// Back to the start of the line, and erase to its end (ECMA-48 EL).
constexpr const char* kClearLine = "\r\033[K";

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Progress::Progress(std::string label, int64_t total, bool enabled)
    : label_(std::move(label)),
      total_(total),
      enabled_(enabled),
      is_terminal_(isatty(STDERR_FILENO) == 1),
      start_(Clock::now()) {}

Progress::~Progress() {
  if (line_open_) Print(stderr, "{}", kClearLine);
}

void Progress::Update(int64_t done) {
  if (!enabled_ || !is_terminal_) return;
  const Clock::time_point now = Clock::now();
  if (line_open_ && now - last_draw_ < kRedrawInterval) return;
  last_draw_ = now;
  line_open_ = true;
  const double seconds = SecondsSince(start_);
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const double remaining = rate > 0 ? static_cast<double>(total_ - done) / rate : 0;
  Print(stderr, "{}{}  {}/{}  {}%  {:.0f} rows/s  eta {:.0f} s", kClearLine, label_, done, total_,
        total_ > 0 ? 100 * done / total_ : 100, rate, remaining);
  std::fflush(stderr);
}

void Progress::Finish() {
  if (!enabled_) return;
  Print(stderr, "{}{}  {} rows in {:.2f} s\n", line_open_ ? kClearLine : "", label_, total_,
        SecondsSince(start_));
  line_open_ = false;
}

}  // namespace octet::cli
