// int8 GEMM on AVX2 (kernels/x86/gemm_pairs-inl.h).
//
// Tiles have 8 rows by 8 columns: 8 accumulators (ymm0 to ymm7), ones (ymm8), 2 vectors of b (ymm9,
// ymm10), 2 broadcasts of a (ymm11, ymm12), the mask of its even bytes (ymm13). The loops are
// assembly: GCC 12 spills.
#include <immintrin.h>

#include "kernels/x86/gemm_pairs-inl.h"
#include "kernels/x86/simd-inl.h"
#include "kernels_avx2/parts.h"

// clang-format off
#define OCTET_LINE(code) code "\n\t"

// Four of a of row i, in the form that the step's entry in the list names.
#define OCTET_FOUR(i, entry) "4*" #i "(%[forms], %[" #entry "])"

// Row i of a step of each run.
#define OCTET_DOUBLE_ROW(i)                                                    \
  OCTET_LINE("vpbroadcastd " OCTET_FOUR(i, at) ", %%ymm11")                    \
  OCTET_LINE("vpbroadcastd " OCTET_FOUR(i, at2) ", %%ymm12")                   \
  OCTET_LINE("vpmaddubsw %%ymm9, %%ymm11, %%ymm11")                            \
  OCTET_LINE("vpmaddubsw %%ymm10, %%ymm12, %%ymm12")                           \
  OCTET_LINE("vpaddw %%ymm12, %%ymm11, %%ymm11")                               \
  OCTET_LINE("vpmaddwd %%ymm8, %%ymm11, %%ymm11")                              \
  OCTET_LINE("vpaddd %%ymm11, %%ymm" #i ", %%ymm" #i)
#define OCTET_SINGLE_ROW(i)                                                    \
  OCTET_LINE("vpbroadcastd " OCTET_FOUR(i, at) ", %%ymm11")                    \
  OCTET_LINE("vpmaddubsw %%ymm9, %%ymm11, %%ymm11")                            \
  OCTET_LINE("vpmaddwd %%ymm8, %%ymm11, %%ymm11")                              \
  OCTET_LINE("vpaddd %%ymm11, %%ymm" #i ", %%ymm" #i)
#define OCTET_WIDE_ROW(i)                                                      \
  OCTET_LINE("vpbroadcastd " OCTET_FOUR(i, at) ", %%ymm11")                    \
  OCTET_LINE("vpand %%ymm13, %%ymm11, %%ymm12")                                \
  OCTET_LINE("vpsrlw $8, %%ymm11, %%ymm11")                                    \
  OCTET_LINE("vpmaddwd %%ymm9, %%ymm12, %%ymm12")                              \
  OCTET_LINE("vpmaddwd %%ymm10, %%ymm11, %%ymm11")                             \
  OCTET_LINE("vpaddd %%ymm12, %%ymm" #i ", %%ymm" #i)                          \
  OCTET_LINE("vpaddd %%ymm11, %%ymm" #i ", %%ymm" #i)

#define OCTET_LOAD(i) OCTET_LINE("vmovdqa " #i "*64(%[acc]), %%ymm" #i)
#define OCTET_STORE(i) OCTET_LINE("vmovdqa %%ymm" #i ", " #i "*64(%[acc])")

// Each row that the tile has.
#define OCTET_ROW(row, i) OCTET_LINE(".if %c[rows] > " #i) row(i) OCTET_LINE(".endif")
#define OCTET_ALL_ROWS(row)                                                    \
  OCTET_ROW(row, 0) OCTET_ROW(row, 1) OCTET_ROW(row, 2) OCTET_ROW(row, 3)      \
  OCTET_ROW(row, 4) OCTET_ROW(row, 5) OCTET_ROW(row, 6) OCTET_ROW(row, 7)

// The steps of a run, if there are any, each of so many quads.
#define OCTET_RUN(run, quads, body)                                            \
  OCTET_LINE("movslq 4*" #run "(%[steps]), %[left]")                           \
  OCTET_LINE("testq %[left], %[left]")                                         \
  OCTET_LINE("jz 2f")                                                          \
  OCTET_LINE("1:")                                                             \
  OCTET_LINE("movzwl (%[list]), %k[at]")                                       \
  body                                                                         \
  OCTET_LINE("addq $2*" #quads ", %[list]")                                    \
  OCTET_LINE("addq $32*" #quads ", %[b]")                                      \
  OCTET_LINE("decq %[left]")                                                   \
  OCTET_LINE("jnz 1b")                                                         \
  OCTET_LINE("2:")
#define OCTET_DOUBLE_RUN                                                       \
  OCTET_RUN(0, 2,                                                              \
            OCTET_LINE("movzwl 2(%[list]), %k[at2]")                           \
            OCTET_LINE("vmovdqa (%[b]), %%ymm9")                               \
            OCTET_LINE("vmovdqa 32(%[b]), %%ymm10")                            \
            OCTET_ALL_ROWS(OCTET_DOUBLE_ROW))
#define OCTET_SINGLE_RUN                                                       \
  OCTET_RUN(1, 1, OCTET_LINE("vmovdqa (%[b]), %%ymm9") OCTET_ALL_ROWS(OCTET_SINGLE_ROW))
#define OCTET_WIDE_RUN                                                         \
  OCTET_RUN(2, 1,                                                              \
            OCTET_LINE("vpmovsxbw (%[b]), %%ymm9")                             \
            OCTET_LINE("vpmovsxbw 16(%[b]), %%ymm10")                          \
            OCTET_ALL_ROWS(OCTET_WIDE_ROW))
// clang-format on

namespace octet::kernels {
namespace {

struct Tile {
  using Isa = Avx2;
  static constexpr int kRows = 8;
  static constexpr int kPartColumns = 8;

  template <int kTileRows>
  static void Multiply(const uint8_t* forms, const uint16_t* list, const int8_t* b,
                       const int32_t* steps, int32_t* acc) {
    static_assert(kDouble == 0 && kSingle == 1 && kWide == 2);
    static_assert(kPairsColumns * sizeof(int32_t) == 64);
    int64_t at;
    int64_t at2;
    int64_t left;
    // clang-format off
    __asm__ volatile(
        OCTET_ALL_ROWS(OCTET_LOAD)
        OCTET_LINE("vpcmpeqd %%ymm8, %%ymm8, %%ymm8")
        OCTET_LINE("vpsrlw $8, %%ymm8, %%ymm13")
        OCTET_LINE("vpsrlw $15, %%ymm8, %%ymm8")
        OCTET_DOUBLE_RUN
        OCTET_SINGLE_RUN
        OCTET_WIDE_RUN
        OCTET_ALL_ROWS(OCTET_STORE)
        : [list] "+r"(list), [b] "+r"(b), [left] "=&r"(left), [at] "=&r"(at), [at2] "=&r"(at2)
        : [forms] "r"(forms), [acc] "r"(acc), [steps] "r"(steps), [rows] "i"(kTileRows)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
          "xmm11", "xmm12", "xmm13", "memory", "cc");
    // clang-format on
  }
};

using Gemm = GemmPairs<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_8x16_avx2", Tile::kRows,        Gemm::kColumns, 64,
                            Gemm::Packed::Bytes,   Gemm::Packed::Pack, Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx2(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
