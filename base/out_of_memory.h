// Makes a Status of std::bad_alloc.
#ifndef OCTET_BASE_OUT_OF_MEMORY_H_
#define OCTET_BASE_OUT_OF_MEMORY_H_

#include <new>
#include <string>
#include <utility>

#include "base/status.h"

namespace octet {

// Returns OutOfMemory with this message, or with a short one if there is no memory for the message.
inline Status OutOfMemoryNow(const char* message) {
  try {
    return OutOfMemory(message);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("no memory");  // std::string does not allocate for so few characters
  }
}

// Calls f(), which returns a Status or a Result, and returns that. Returns OutOfMemory with the
// message if f() throws std::bad_alloc.
template <typename F>
auto CatchBadAlloc(const char* message, F&& f) -> decltype(f()) {
  try {
    return std::forward<F>(f)();
  } catch (const std::bad_alloc&) {
    return OutOfMemoryNow(message);
  }
}

}  // namespace octet

#endif  // OCTET_BASE_OUT_OF_MEMORY_H_
