// A secret number for hash functions.
#ifndef OCTET_BASE_HASH_SEED_H_
#define OCTET_BASE_HASH_SEED_H_

#include <cstdint>

namespace octet {

// Returns a random number, which stays the same until the process ends. A hash table mixes it into
// its hash function, so that the author of a file cannot choose keys that collide. Results must not
// depend on the number. Thread-safe.
uint64_t HashSeed();

}  // namespace octet

#endif  // OCTET_BASE_HASH_SEED_H_
