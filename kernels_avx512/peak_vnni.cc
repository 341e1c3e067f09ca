#define OCTET_DOT "vpdpbusd"
#define OCTET_REGISTER "zmm"
#include "kernels/x86/peak_dot-inl.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallPeakAvx512Vnni(KernelTable* table) { table->peak_u8s8 = PeakU8S8; }

}  // namespace octet::kernels
