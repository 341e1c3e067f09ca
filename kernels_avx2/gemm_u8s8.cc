// int8 GEMM on AVX2 (kernels/generic/gemm_s16-inl.h).
//
// Both loops have tiles of 6 rows by 16 columns, which need all 16 registers. Wide: 12
// accumulators, 2 vectors of b, 1 broadcast of a, 1 product. Bytes: 12 accumulators, ones, 1 vector
// of b (the other is read where it is used), 1 broadcast of a that becomes a product, 1 product.
// GCC 12 spills that, so the loops are assembly.
#include <immintrin.h>

#include "kernels/generic/gemm_s16-inl.h"
#include "kernels_avx2/parts.h"

// Row i of a tile, assembled only when the tile has that row.
#define OCTET_IF_ROW(i, code) ".if %c[rows] > " #i "\n\t" code ".endif\n\t"

// Wide row i: broadcast a pair of a, multiply it by both vectors of b (ymm12, ymm13), add.
#define OCTET_WIDE_ROW(i, acc0, acc1, offset)                   \
  OCTET_IF_ROW(i, "vpbroadcastd " #i "*%c[stride]+" #offset     \
                  "(%[a], %q[quad], 8), %%ymm14\n\t"            \
                  "vpmaddwd %%ymm12, %%ymm14, %%ymm15\n\t"      \
                  "vpmaddwd %%ymm13, %%ymm14, %%ymm14\n\t"      \
                  "vpaddd %%ymm15, %%ymm" #acc0 ", %%ymm" #acc0 \
                  "\n\t"                                        \
                  "vpaddd %%ymm14, %%ymm" #acc1 ", %%ymm" #acc1 "\n\t")

// All wide rows, for the pair of k at a + offset and b + b_offset.
#define OCTET_WIDE_PAIR(offset, b_offset)                                         \
  "vpmovsxbw " #b_offset                                                          \
  "(%[b]), %%ymm12\n\t"                                                           \
  "vpmovsxbw " #b_offset "+16(%[b]), %%ymm13\n\t" OCTET_WIDE_ROW(0, 0, 1, offset) \
      OCTET_WIDE_ROW(1, 2, 3, offset) OCTET_WIDE_ROW(2, 4, 5, offset)             \
          OCTET_WIDE_ROW(3, 6, 7, offset) OCTET_WIDE_ROW(4, 8, 9, offset)         \
              OCTET_WIDE_ROW(5, 10, 11, offset)

// Row i on bytes, at `address`: broadcast four of a (as a + 128 where a is signed), multiply by the
// first vector of b (ymm13) and the second, add pairs twice, with ymm12 = ones.
#define OCTET_BYTE_ROW(i, acc0, acc1, address)                  \
  OCTET_IF_ROW(i, "vpbroadcastd " address                       \
                  ", %%ymm14\n\t"                               \
                  ".if %c[is_signed]\n\t"                       \
                  "vpxor %[flip], %%ymm14, %%ymm14\n\t"         \
                  ".endif\n\t"                                  \
                  "vpmaddubsw %%ymm13, %%ymm14, %%ymm15\n\t"    \
                  "vpmaddubsw 32(%[b]), %%ymm14, %%ymm14\n\t"   \
                  "vpmaddwd %%ymm12, %%ymm15, %%ymm15\n\t"      \
                  "vpmaddwd %%ymm12, %%ymm14, %%ymm14\n\t"      \
                  "vpaddd %%ymm15, %%ymm" #acc0 ", %%ymm" #acc0 \
                  "\n\t"                                        \
                  "vpaddd %%ymm14, %%ymm" #acc1 ", %%ymm" #acc1 "\n\t")

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

// Flipping the sign bit of an s8 gives its value + 128 as u8.
alignas(32) constexpr uint64_t kSignBits[4] = {0x8080808080808080, 0x8080808080808080,
                                               0x8080808080808080, 0x8080808080808080};

struct Tile {
  using Isa = Avx2;
  static constexpr int kRows = 6;
  static constexpr int kColumns = 16;

  template <int kTileRows>
  static void MultiplyWide(const int16_t* a, const uint16_t* list, const int8_t* b, int64_t quads,
                           int32_t* acc) {
    int64_t quad;
    __asm__ volatile(
        OCTET_EACH_ROW(OCTET_LOAD)
        "1:\n\t"
        "movzwl (%[list]), %k[quad]\n\t"
        OCTET_WIDE_PAIR(0, 0)
        OCTET_WIDE_PAIR(4, 32)
        "addq $2, %[list]\n\t"
        "addq $64, %[b]\n\t"
        "decq %[quads]\n\t"
        "jnz 1b\n\t"
        OCTET_EACH_ROW(OCTET_STORE)
        : [list] "+r"(list), [b] "+r"(b), [quads] "+r"(quads), [quad] "=&r"(quad)
        : [a] "r"(a), [acc] "r"(acc), [rows] "i"(kTileRows), [stride] "i"(kS16RowStride * 2)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
          "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
  }

  template <int kTileRows, bool kSigned>
  static void MultiplyBytes(const uint8_t* a, int64_t lda, const uint16_t* list, const int8_t* b,
                            int64_t quads, int32_t* acc) {
    const uint8_t* a3 = kTileRows > 3 ? a + 3 * lda : a;
    const uint8_t* at;
    const uint8_t* at3;
    __asm__ volatile(
        OCTET_EACH_ROW(OCTET_LOAD)
        "vpcmpeqd %%ymm12, %%ymm12, %%ymm12\n\t"
        "vpsrlw $15, %%ymm12, %%ymm12\n\t"
        "1:\n\t"
        "movzwl (%[list]), %k[at3]\n\t"
        "vmovdqa (%[b]), %%ymm13\n\t"
        "leaq (%[a], %[at3], 4), %[at]\n\t"
        "leaq (%[a3], %[at3], 4), %[at3]\n\t"
        OCTET_BYTE_ROW(0, 0, 1, "(%[at])")
        OCTET_BYTE_ROW(1, 2, 3, "(%[at], %[lda])")
        OCTET_BYTE_ROW(2, 4, 5, "(%[at], %[lda], 2)")
        OCTET_BYTE_ROW(3, 6, 7, "(%[at3])")
        OCTET_BYTE_ROW(4, 8, 9, "(%[at3], %[lda])")
        OCTET_BYTE_ROW(5, 10, 11, "(%[at3], %[lda], 2)")
        "addq $2, %[list]\n\t"
        "addq $64, %[b]\n\t"
        "decq %[quads]\n\t"
        "jnz 1b\n\t"
        OCTET_EACH_ROW(OCTET_STORE)
        : [list] "+r"(list), [b] "+r"(b), [quads] "+r"(quads), [at] "=&r"(at), [at3] "=&r"(at3)
        : [a] "r"(a), [a3] "r"(a3), [lda] "r"(lda), [acc] "r"(acc), [flip] "m"(kSignBits),
          [rows] "i"(kTileRows), [is_signed] "i"(kSigned)
        : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
          "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "memory", "cc");
  }
};

using Gemm = GemmS16<Tile>;

constexpr GemmU8S8 kGemm = {"gemm_u8s8_6x16_avx2",
                            Tile::kRows,
                            Tile::kColumns,
                            Gemm::Packed::Bytes,
                            Gemm::Packed::Pack<int8_t>,
                            Gemm::Packed::Pack<uint8_t>,
                            Gemm::Run};

}  // namespace

void InstallGemmU8S8Avx2(KernelTable* table) { table->gemm_u8s8 = &kGemm; }

}  // namespace octet::kernels
