// The only symbols that the kernel folders export. Each fills the fields of `table` that its ISA
// implements. Only InstallReference may be called before the CPU has been checked
// (runtime/select_kernels.cc does that, install_isa.h calls these).
#ifndef OCTET_KERNELS_INSTALL_H_
#define OCTET_KERNELS_INSTALL_H_

#include "kernels/kernel_table.h"

namespace octet::kernels {

void InstallReference(KernelTable* table);
void InstallAvx2(KernelTable* table);        // AVX2 and FMA
void InstallAvx512(KernelTable* table);      // AVX-512 F, BW, DQ and VL
void InstallAvx512Vnni(KernelTable* table);  // the above and AVX-512 VNNI
void InstallAvx512Bf16(KernelTable* table);  // AVX-512 as above and AVX512_BF16

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_INSTALL_H_
