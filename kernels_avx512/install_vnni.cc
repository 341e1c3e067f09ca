#include "kernels/install.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallAvx512Vnni(KernelTable* table) {
  InstallGemmU8S8Avx512Vnni(table);
  InstallPeakAvx512Vnni(table);
}

}  // namespace octet::kernels
