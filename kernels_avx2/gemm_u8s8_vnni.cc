// int8 GEMM on AVX-VNNI, the vpdpbusd of CPUs without AVX-512 (kernels/x86/gemm_dot-inl.h).
//
// A tile of 6 rows by 16 columns holds 12 accumulators; 2 vectors of b and 1 broadcast of a bring
// that to 15 of 16 registers, and a k step costs 8 loads and 1 prefetch for 12 multiplications of
// 32 products. Two panels of b have at most 96 KB at k = 3072.
#include "kernels/x86/gemm_dot-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/vnni.h"

namespace octet::kernels {
namespace {

struct Dot {
  using S = Avx2;
  using Reg = __m256i;
  static constexpr int64_t kRegLanes = 8;
  static constexpr int kRows = 6;
  static constexpr int kRegs = 2;

  static Reg Load(const int8_t* p) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
  }
  static Reg Set(int32_t x) { return _mm256_set1_epi32(x); }
  static Reg Broadcast4(const uint8_t* a) {
    int32_t word;
    __builtin_memcpy(&word, a, sizeof(word));
    return _mm256_set1_epi32(word);
  }
  static Reg MultiplyAdd(Reg acc, Reg a, Reg b) { return OCTET_MM256_DPBUSD(acc, a, b); }
  static Reg Multiply(Reg a, Reg b) { return _mm256_mullo_epi32(a, b); }
  static Reg Subtract(Reg a, Reg b) { return _mm256_sub_epi32(a, b); }
  static Reg LoadFirst(const int32_t* p, int64_t n) {
    return _mm256_maskload_epi32(p, Avx2::FirstOfEight(n));
  }
  static Avx2::Vec Floats(const Reg (&sums)[kRegs], int v) {
    return {_mm256_cvtepi32_ps(sums[2 * v]), _mm256_cvtepi32_ps(sums[2 * v + 1])};
  }
};

using Gemm = GemmDot<Dot>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x16_avxvnni" OCTET_VNNI_SUFFIX,
                            Dot::kRows,
                            Gemm::kColumns,
                            64,
                            Gemm::Packed::Bytes,
                            Gemm::Packed::Pack,
                            Gemm::Run};

}  // namespace

void OCTET_VNNI_NAME(InstallGemmU8S8AvxVnni)(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
