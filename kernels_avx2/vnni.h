// The names of the AVX-VNNI files, which are compiled twice: for AVX-VNNI, whose vpdpbusd has the
// VEX encoding, and, where OCTET_VNNI_EVEX is defined, for the same instruction in AVX-512's EVEX
// encoding. The second is for tests and benchmarks alone: so one source is tested and timed on CPUs
// that have either (kernels/testing/).
#ifndef OCTET_KERNELS_AVX2_VNNI_H_
#define OCTET_KERNELS_AVX2_VNNI_H_

#include <immintrin.h>

#include "kernels/kernel_table.h"

#if defined(OCTET_VNNI_EVEX)
#define OCTET_VNNI_NAME(name) name##Evex
#define OCTET_VNNI_SUFFIX "_evex"
#define OCTET_VPDPBUSD "%{evex%} vpdpbusd"
#define OCTET_MM256_DPBUSD _mm256_dpbusd_epi32
#else
#define OCTET_VNNI_NAME(name) name
#define OCTET_VNNI_SUFFIX ""
#define OCTET_VPDPBUSD "%{vex%} vpdpbusd"
#define OCTET_MM256_DPBUSD _mm256_dpbusd_avx_epi32
#endif

namespace octet::kernels {

// The sources, each of which fills in its own fields of the table; install_vnni.cc calls them.
void OCTET_VNNI_NAME(InstallGemmU8S8AvxVnni)(KernelTable* table);
void OCTET_VNNI_NAME(InstallPeakAvxVnni)(KernelTable* table);
void OCTET_VNNI_NAME(InstallAvxVnni)(KernelTable* table);

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_AVX2_VNNI_H_
