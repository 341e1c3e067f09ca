// Runs the AVX-VNNI form of vpdpbusd on CPUs that do not have it: there the instruction raises
// SIGILL, and a handler does its work.
#ifndef OCTET_TESTS_KERNELS_EMULATED_VPDPBUSD_H_
#define OCTET_TESTS_KERNELS_EMULATED_VPDPBUSD_H_

#include <signal.h>

namespace octet::testing {

// Handles SIGILL during its lifetime. There may be one object at a time. Other illegal instructions
// end the process, as before. The CPU must have AVX2.
class EmulatedVpdpbusd {
 public:
  EmulatedVpdpbusd();
  ~EmulatedVpdpbusd();
  EmulatedVpdpbusd(const EmulatedVpdpbusd&) = delete;
  EmulatedVpdpbusd& operator=(const EmulatedVpdpbusd&) = delete;

  // How many instructions have been emulated in this object's lifetime.
  long count() const;

 private:
  struct sigaction old_;
};

}  // namespace octet::testing

#endif  // OCTET_TESTS_KERNELS_EMULATED_VPDPBUSD_H_
