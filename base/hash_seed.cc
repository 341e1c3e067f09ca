#include "base/hash_seed.h"

#include <unistd.h>

namespace octet {
namespace {

uint64_t RandomNumber() {
  uint64_t number = 0;
  if (getentropy(&number, sizeof(number)) == 0) return number;
  // A sandbox may forbid the call. The address of the stack is random, too.
  return reinterpret_cast<uintptr_t>(&number) * 0x9E3779B97F4A7C15u;
}

}  // namespace

uint64_t HashSeed() {
  static const uint64_t seed = RandomNumber();
  return seed;
}

}  // namespace octet
