// A secret number for hash functions, and how they mix it in.
#ifndef OCTET_BASE_HASH_SEED_H_
#define OCTET_BASE_HASH_SEED_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace octet {

// Returns a random number, which stays the same until the process ends. A hash table mixes it into
// its hash function, so that the author of a file cannot choose keys that collide. Results must not
// depend on the number. Thread-safe.
uint64_t HashSeed();

// Mixes all bits of a number, by two multiplications with a shift after each (Steele et al., "Fast
// splittable pseudorandom number generators", 2014). The number is a key combined with HashSeed(),
// or with a hash that began with it.
inline uint64_t MixBits(uint64_t number) {
  number *= 0xBF58476D1CE4E5B9u;
  number = (number ^ number >> 32) * 0x94D049BB133111EBu;
  return number ^ number >> 32;
}

// Mixes bytes into a hash, eight at a time. Texts of different sizes may have the same hash: mix
// the size in, too.
inline uint64_t MixBytes(uint64_t hash, std::string_view bytes) {
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t count = std::min(bytes.size(), sizeof(word));
    std::memcpy(&word, bytes.data(), count);
    hash = MixBits(hash ^ word);
    bytes.remove_prefix(count);
  }
  return hash;
}

}  // namespace octet

#endif  // OCTET_BASE_HASH_SEED_H_
