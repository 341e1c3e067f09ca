#include "kernels/install.h"

#include "kernels_avx512/parts.h"

namespace octet::kernels {

void InstallAvx512(KernelTable* table) {
  InstallGemmU8S8Avx512(table);
  InstallPeakAvx512(table);
  InstallQuantizeAvx512(table);
}

}  // namespace octet::kernels
