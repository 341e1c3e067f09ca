// A secret for hash functions.
#ifndef OCTET_BASE_HASH_SEED_H_
#define OCTET_BASE_HASH_SEED_H_

#include <cstdint>

namespace octet {

// A random number, the same for the life of the process. A hash table that mixes it into its hash
// function keeps its speed whatever keys a file has: who wrote the file cannot know which of them
// collide. Results must not depend on it. Thread-safe.
uint64_t HashSeed();

}  // namespace octet

#endif  // OCTET_BASE_HASH_SEED_H_
