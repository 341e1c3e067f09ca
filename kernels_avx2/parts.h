// The sources of this folder, each of which fills its own fields of the table; install.cc calls
// them all. Everything else in the folder is in anonymous namespaces (tests/check_symbols.cmake).
#ifndef OCTET_KERNELS_AVX2_PARTS_H_
#define OCTET_KERNELS_AVX2_PARTS_H_

#include "kernels/kernel_table.h"

namespace octet::kernels {

void InstallAttentionAvx2(KernelTable* table);
void InstallElementwiseAvx2(KernelTable* table);
void InstallGemmF32Avx2(KernelTable* table);
void InstallGemmU8S8Avx2(KernelTable* table);
void InstallNormalizeAvx2(KernelTable* table);
void InstallPeakAvx2(KernelTable* table);
void InstallQuantizeAvx2(KernelTable* table);
void InstallSoftmaxAvx2(KernelTable* table);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_AVX2_PARTS_H_
