// Memory that runs out as an error like any other.
#ifndef OCTET_BASE_OUT_OF_MEMORY_H_
#define OCTET_BASE_OUT_OF_MEMORY_H_

#include <new>
#include <string>
#include <utility>

#include "base/status.h"

namespace octet {

// OutOfMemory with this message, or with one that needs no memory where even that is missing.
inline Status OutOfMemoryNow(const char* message) {
  try {
    return OutOfMemory(message);
  } catch (const std::bad_alloc&) {
    return OutOfMemory("no memory");  // as short as std::string keeps without allocating
  }
}

// What f() returns, a Status or a Result; OutOfMemory for the std::bad_alloc that it throws.
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
