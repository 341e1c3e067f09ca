// int8 GEMM on AVX2: exact 16-bit products (kernels/generic/gemm_s16-inl.h).
//
// A tile of 6 rows by 16 columns needs all 16 registers: 12 accumulators, 2 vectors of b, 1
// broadcast of a, 1 product. GCC 12 spills that, so the loop is assembly.
#include <immintrin.h>

#include "kernels/generic/gemm_s16-inl.h"
#include "kernels_avx2/parts.h"

// Row i of the tile: broadcast a pair of a, multiply it by both vectors of b (ymm12, ymm13), add.
// Assembled only when the tile has that row.
#define OCTET_ROW(i, acc0, acc1, offset)        \
  ".if %c[rows] > " #i                          \
  "\n\t"                                        \
  "vpbroadcastd " #i "*%c[stride]+" #offset     \
  "(%[a]), %%ymm14\n\t"                         \
  "vpmaddwd %%ymm12, %%ymm14, %%ymm15\n\t"      \
  "vpmaddwd %%ymm13, %%ymm14, %%ymm14\n\t"      \
  "vpaddd %%ymm15, %%ymm" #acc0 ", %%ymm" #acc0 \
  "\n\t"                                        \
  "vpaddd %%ymm14, %%ymm" #acc1 ", %%ymm" #acc1 \
  "\n\t"                                        \
  ".endif\n\t"

// All rows, for the pair of k at a + offset and b + b_offset.
#define OCTET_PAIR(offset, b_offset)                                                   \
  "vpmovsxbw " #b_offset                                                               \
  "(%[b]), %%ymm12\n\t"                                                                \
  "vpmovsxbw " #b_offset "+16(%[b]), %%ymm13\n\t" OCTET_ROW(0, 0, 1, offset)           \
      OCTET_ROW(1, 2, 3, offset) OCTET_ROW(2, 4, 5, offset) OCTET_ROW(3, 6, 7, offset) \
          OCTET_ROW(4, 8, 9, offset) OCTET_ROW(5, 10, 11, offset)

// Moves row i between acc and its two registers.
#define OCTET_LOAD(i, acc0, acc1)             \
  ".if %c[rows] > " #i                        \
  "\n\t"                                      \
  "vmovdqa " #i "*64(%[acc]), %%ymm" #acc0    \
  "\n\t"                                      \
  "vmovdqa " #i "*64+32(%[acc]), %%ymm" #acc1 \
  "\n\t"                                      \
  ".endif\n\t"
#define OCTET_STORE(i, acc0, acc1) \
  ".if %c[rows] > " #i             \
  "\n\t"                           \
  "vmovdqa %%ymm" #acc0 ", " #i    \
  "*64(%[acc])\n\t"                \
  "vmovdqa %%ymm" #acc1 ", " #i    \
  "*64+32(%[acc])\n\t"             \
  ".endif\n\t"
#define OCTET_EACH_ROW(move) \
  move(0, 0, 1) move(1, 2, 3) move(2, 4, 5) move(3, 6, 7) move(4, 8, 9) move(5, 10, 11)

namespace octet::kernels {
namespace {

struct Tile {
  using Isa = Avx2;
  static constexpr int kRows = 6;
  static constexpr int kColumns = 16;

  template <int kTileRows>
  static void Multiply(const int16_t* a, const int8_t* b, int64_t quads, int32_t* acc) {
    __asm__ volatile(
        OCTET_EACH_ROW(OCTET_LOAD)
        "1:\n\t"
        OCTET_PAIR(0, 0)
        OCTET_PAIR(4, 32)
        "addq $8, %[a]\n\t"
        "addq $64, %[b]\n\t"
        "decq %[quads]\n\t"
        "jnz 1b\n\t"
        OCTET_EACH_ROW(OCTET_STORE)
        : [a] "+r"(a), [b] "+r"(b), [quads] "+r"(quads)
        : [acc] "r"(acc), [rows] "i"(kTileRows), [stride] "i"(kS16RowStride * 2)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
          "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
  }

  static constexpr MultiplyS16Fn kMultiply[kRows] = {Multiply<1>, Multiply<2>, Multiply<3>,
                                                     Multiply<4>, Multiply<5>, Multiply<6>};
};

using Gemm = GemmS16<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x16_avx2", Tile::kRows,        Tile::kColumns,
                            Gemm::Packed::Bytes,   Gemm::Packed::Pack, Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx2(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
