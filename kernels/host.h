// What octet must know of the processor and its registers beyond C++. This is the only header that
// another architecture has to provide; it declares, in namespace octet::kernels:
//
//   CpuFeatures          a set of processor features, one bit each; 0 is the baseline
//   DetectCpuFeatures()  the features that this CPU has and its operating system supports
//   kCpuNameBytes, CpuName()   the processor's name
//   FloatModes, GetFloatModes(), SetFloatModes(), kOctetFloatModes
//                        rounding, denormals and exceptions of the current thread, and the modes
//                        that octet's results are defined for
//   SpinPause()          tells the CPU that the current thread is in a spin loop
//
// and the masks of features that the architecture's rows of isas.inc require. All functions are
// thread-safe.
#ifndef OCTET_KERNELS_HOST_H_
#define OCTET_KERNELS_HOST_H_

#if defined(__x86_64__)
#include "kernels/x86/host.h"
#else
#error "octet has no host header for this architecture"
#endif

namespace octet::kernels {

// Whether all features of `required` are in `supported`.
constexpr bool HasFeatures(CpuFeatures supported, CpuFeatures required) {
  return (supported & required) == required;
}

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_HOST_H_
