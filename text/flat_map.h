// A hash table from numbers to small values, in one block of memory.
#ifndef OCTET_TEXT_FLAT_MAP_H_
#define OCTET_TEXT_FLAT_MAP_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/hash_seed.h"

namespace octet::text {

// The keys mix with a secret, so that nobody can write a file whose keys collide. Any number but
// kNoKey can be a key.
template <typename Value>
class FlatMap {
 public:
  static constexpr uint64_t kNoKey = uint64_t{1} << 63;

  // For at most so many keys.
  explicit FlatMap(size_t max_keys)
      : slots_(std::bit_ceil(2 * max_keys + 1), Slot{kNoKey, Value()}), seed_(HashSeed()) {}

  // Replaces the value if the key has one.
  void Set(uint64_t key, Value value) { slots_[FindSlot(key)] = {key, value}; }

  // Null if the key has no value.
  const Value* Find(uint64_t key) const {
    const Slot& slot = slots_[FindSlot(key)];
    return slot.key == kNoKey ? nullptr : &slot.value;
  }

 private:
  struct Slot {
    uint64_t key;
    Value value;
  };

  // The slot of the key, or the empty one where it would stand.
  size_t FindSlot(uint64_t key) const {
    const size_t mask = slots_.size() - 1;
    size_t slot = static_cast<size_t>(MixBits(key ^ seed_) >> 32) & mask;
    while (slots_[slot].key != kNoKey && slots_[slot].key != key) slot = (slot + 1) & mask;
    return slot;
  }

  std::vector<Slot> slots_;  // the size is a power of two, and half of them stay empty
  uint64_t seed_;
};

}  // namespace octet::text

#endif  // OCTET_TEXT_FLAT_MAP_H_
