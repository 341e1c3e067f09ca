#include "tests/tools/count_opens.h"

#include <doctest/doctest.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace octet::testing {

int CountOpens(const std::string& path, const std::function<void()>& body) {
  const int queue = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  REQUIRE(queue >= 0);
  // inotify merges equal events that follow each other, but between two opens there is a close.
  REQUIRE(inotify_add_watch(queue, path.c_str(), IN_OPEN | IN_CLOSE) >= 0);
  body();
  int opens = 0;
  alignas(inotify_event) char buffer[4096];
  for (ssize_t size = 0; (size = read(queue, buffer, sizeof(buffer))) > 0;) {
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      opens += (event->mask & IN_OPEN) != 0 ? 1 : 0;
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  close(queue);
  return opens;
}

}  // namespace octet::testing
