// The floating-point modes that octet's results are defined for.
#ifndef OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_
#define OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_

#include "kernels/host.h"

namespace octet::runtime {

// Sets those modes for the current thread and puts back what was there at the end of its scope.
class ScopedFloatEnvironment {
 public:
  ScopedFloatEnvironment() : saved_(kernels::GetFloatModes()) {
    kernels::SetFloatModes(kernels::kOctetFloatModes);
  }
  ~ScopedFloatEnvironment() { kernels::SetFloatModes(saved_); }
  ScopedFloatEnvironment(const ScopedFloatEnvironment&) = delete;
  ScopedFloatEnvironment& operator=(const ScopedFloatEnvironment&) = delete;

 private:
  kernels::FloatModes saved_;
};

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_FLOAT_ENVIRONMENT_H_
