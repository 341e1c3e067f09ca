#define OCTET_REGISTER "ymm"
#include "kernels/x86/peak-inl.h"
#include "kernels_avx2/parts.h"

namespace octet::kernels {

void InstallPeakAvx2(KernelTable* table) {
  table->peak_u8s8 = PeakU8S8;
  table->peak_f32 = PeakF32;
}

}  // namespace octet::kernels
