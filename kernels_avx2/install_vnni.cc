#include "kernels_avx2/vnni.h"

namespace octet::kernels {

void OCTET_VNNI_NAME(InstallAvxVnni)(KernelTable* table) {
  OCTET_VNNI_NAME(InstallGemmU8S8AvxVnni)(table);
  OCTET_VNNI_NAME(InstallPeakAvxVnni)(table);
}

}  // namespace octet::kernels
