#include "kernels_avx2/vnni.h"

#define OCTET_DOT OCTET_VPDPBUSD
#define OCTET_REGISTER "ymm"
#include "kernels/x86/peak_dot-inl.h"

namespace octet::kernels {

void OCTET_VNNI_NAME(InstallPeakAvxVnni)(KernelTable* table) { table->peak_u8s8 = PeakU8S8; }

}  // namespace octet::kernels
