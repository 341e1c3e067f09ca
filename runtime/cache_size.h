// The caches of this machine.
#ifndef OCTET_RUNTIME_CACHE_SIZE_H_
#define OCTET_RUNTIME_CACHE_SIZE_H_

#include <cstdint>

namespace octet::runtime {

// Bytes of a core's L2 cache; 1 MiB where the system does not say.
int64_t L2CacheBytes();

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_CACHE_SIZE_H_
