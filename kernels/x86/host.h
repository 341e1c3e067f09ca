// The host header of x86-64: kernels/host.h says what each name promises.
#ifndef OCTET_KERNELS_X86_HOST_H_
#define OCTET_KERNELS_X86_HOST_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::kernels {

using CpuFeatures = uint32_t;

inline constexpr CpuFeatures kFeatureFma = 1 << 0;
inline constexpr CpuFeatures kFeaturePopcnt = 1 << 1;
inline constexpr CpuFeatures kFeatureAvx = 1 << 2;
inline constexpr CpuFeatures kFeatureAvx2 = 1 << 3;
inline constexpr CpuFeatures kFeatureAvxVnni = 1 << 4;
inline constexpr CpuFeatures kFeatureAvx512F = 1 << 5;
inline constexpr CpuFeatures kFeatureAvx512Dq = 1 << 6;
inline constexpr CpuFeatures kFeatureAvx512Bw = 1 << 7;
inline constexpr CpuFeatures kFeatureAvx512Vl = 1 << 8;
inline constexpr CpuFeatures kFeatureAvx512Vnni = 1 << 9;
inline constexpr CpuFeatures kFeatureAvx512Bf16 = 1 << 10;
inline constexpr CpuFeatures kFeatureAmxTile = 1 << 11;
inline constexpr CpuFeatures kFeatureAmxInt8 = 1 << 12;

// What the rows of kernels/isas.inc require: the flags that their files are compiled with.
inline constexpr CpuFeatures kAvx2Features =
    kFeatureAvx | kFeatureAvx2 | kFeatureFma | kFeaturePopcnt;
inline constexpr CpuFeatures kAvxVnniFeatures = kAvx2Features | kFeatureAvxVnni;
inline constexpr CpuFeatures kAvx512Features =
    kAvx2Features | kFeatureAvx512F | kFeatureAvx512Dq | kFeatureAvx512Bw | kFeatureAvx512Vl;
inline constexpr CpuFeatures kAvx512VnniFeatures = kAvx512Features | kFeatureAvx512Vnni;
inline constexpr CpuFeatures kAvx512Bf16Features = kAvx512Features | kFeatureAvx512Bf16;
inline constexpr CpuFeatures kAmxInt8Features =
    kAvx512VnniFeatures | kFeatureAmxTile | kFeatureAmxInt8;

CpuFeatures DetectCpuFeatures();

// Bytes that CpuName writes, with the final zero: three CPUID leaves of 16 bytes.
inline constexpr size_t kCpuNameBytes = 49;

// The brand string without leading or trailing spaces; empty when the processor does not have one.
void CpuName(char (&name)[kCpuNameBytes]);

// The MXCSR register.
using FloatModes = uint32_t;

// MXCSR after reset: round to nearest even, denormals kept (no FTZ, no DAZ), every exception masked
// and no flag raised (Intel SDM vol. 1, 10.2.3).
inline constexpr FloatModes kOctetFloatModes = 0x1F80;

inline FloatModes GetFloatModes() { return _mm_getcsr(); }
inline void SetFloatModes(FloatModes modes) { _mm_setcsr(modes); }

inline void SpinPause() { _mm_pause(); }

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_HOST_H_
