#include "runtime/cache_size.h"

#include <unistd.h>

namespace octet::runtime {

int64_t L2CacheBytes() {
  const int64_t bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  return bytes > 0 ? bytes : int64_t{1} << 20;
}

}  // namespace octet::runtime
