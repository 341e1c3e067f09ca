// Scratch memory of a step, divided among its workers.
#ifndef OCTET_RUNTIME_STEPS_SCRATCH_H_
#define OCTET_RUNTIME_STEPS_SCRATCH_H_

#include <cstddef>
#include <cstdint>

#include "runtime/memory_plan.h"

namespace octet::runtime {

// The memory of one worker when each has `bytes_each` bytes (a multiple of kBufferAlignment).
template <typename T>
T* WorkerScratch(std::byte* scratch, int64_t bytes_each, int worker) {
  return reinterpret_cast<T*>(scratch + bytes_each * worker);
}

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_SCRATCH_H_
