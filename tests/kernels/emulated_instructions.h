// Runs the AVX-VNNI form of vpdpbusd, and AMX-INT8, on CPUs that do not have them: there such an
// instruction raises SIGILL, and a handler does its work. A process that has not asked Linux for
// AMX is in the same position on any CPU.
#ifndef OCTET_TESTS_KERNELS_EMULATED_INSTRUCTIONS_H_
#define OCTET_TESTS_KERNELS_EMULATED_INSTRUCTIONS_H_

#include <signal.h>

namespace octet::testing {

// Handles SIGILL during its lifetime. There may be one object at a time. Other illegal instructions
// end the process, as before. The CPU must have AVX2.
class EmulatedInstructions {
 public:
  EmulatedInstructions();
  ~EmulatedInstructions();
  EmulatedInstructions(const EmulatedInstructions&) = delete;
  EmulatedInstructions& operator=(const EmulatedInstructions&) = delete;

  // How many instructions have been emulated in this object's lifetime.
  long count() const;

 private:
  struct sigaction old_;
};

}  // namespace octet::testing

#endif  // OCTET_TESTS_KERNELS_EMULATED_INSTRUCTIONS_H_
