// The floating-point modes that octet's results are defined for.
#ifndef OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_
#define OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_

#include <xmmintrin.h>

namespace octet::runtime {

// MXCSR after reset: round to nearest even, denormals kept (no FTZ, no DAZ), every exception masked
// and no flag raised (Intel SDM vol. 1, 10.2.3).
inline constexpr unsigned kDefaultMxcsr = 0x1F80;

// Sets those modes for the current thread and puts back what was there at the end of its scope.
class ScopedFloatEnvironment {
 public:
  ScopedFloatEnvironment() : saved_(_mm_getcsr()) { _mm_setcsr(kDefaultMxcsr); }
  ~ScopedFloatEnvironment() { _mm_setcsr(saved_); }
  ScopedFloatEnvironment(const ScopedFloatEnvironment&) = delete;
  ScopedFloatEnvironment& operator=(const ScopedFloatEnvironment&) = delete;

 private:
  unsigned saved_;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_
