#include "kernels/install.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallAmxInt8(KernelTable* table) {
  InstallGemmU8S8Amx(table);
  InstallPeakAmx(table);
}

}  // namespace octet::kernels
