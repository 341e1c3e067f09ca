// int8 GEMM on AVX-512 VNNI (kernels/x86/gemm_dot-inl.h).
//
// One vpdpbusd does 64 products, and current cores start one a cycle. A tile of 6 rows by 64
// columns holds 24 accumulators; 4 vectors of b and 1 broadcast of a bring that to 29 of 32
// registers, and a k step costs 10 loads and 1 or 4 prefetches for 24 multiplications, which leaves
// the loads off the critical path. Two panels of b have at most 384 KB at k = 3072.
#include <immintrin.h>

#include "kernels/x86/gemm_dot-inl.h"
#include "kernels_avx512/int32_row.h"
#include "kernels_avx512/parts.h"

namespace octet::kernels {
namespace {

struct Dot : Int32Row<4> {
  static constexpr int kRows = 6;

  static Reg Load(const int8_t* p) { return _mm512_load_si512(p); }
  static Reg Broadcast4(const uint8_t* a) {
    int32_t word;
    __builtin_memcpy(&word, a, sizeof(word));
    return _mm512_set1_epi32(word);
  }
  static Reg MultiplyAdd(Reg acc, Reg a, Reg b) { return _mm512_dpbusd_epi32(acc, a, b); }
};

using Gemm = GemmDot<Dot>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x64_avx512vnni", Dot::kRows,         Gemm::kColumns, 64,
                            Gemm::Packed::Bytes,         Gemm::Packed::Pack, Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx512Vnni(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
