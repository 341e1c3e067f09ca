// The sources of this folder, each of which fills its own fields of the table; install*.cc
// call them. Everything else in the folder is in anonymous namespaces
// (tests/check_symbols.cmake).
#ifndef OCTET_KERNELS_AVX512_PARTS_H_
#define OCTET_KERNELS_AVX512_PARTS_H_

#include "kernels/kernel_table.h"

namespace octet::kernels {

void InstallAttentionAvx512(KernelTable* table);
void InstallElementwiseAvx512(KernelTable* table);
void InstallGemmF32Avx512(KernelTable* table);
void InstallGemmU8S8Avx512(KernelTable* table);
void InstallNormalizeAvx512(KernelTable* table);
void InstallPeakAvx512(KernelTable* table);
void InstallQuantizeAvx512(KernelTable* table);
void InstallSoftmaxAvx512(KernelTable* table);

void InstallGemmU8S8Avx512Vnni(KernelTable* table);
void InstallPeakAvx512Vnni(KernelTable* table);

void InstallGemmU8S8Amx(KernelTable* table);
void InstallPeakAmx(KernelTable* table);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_AVX512_PARTS_H_
