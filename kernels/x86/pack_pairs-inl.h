// The packed form of an int8 weight matrix for CPUs without a four-way dot product. It is cut into
// parts of kColumns columns by kPairsKBlock k; the last part of a group of columns may have fewer
// k. All parts of one group of columns come before those of the next. A part is
//   PartHeader
//   uint16 list[quads]
//   the quads in the order of the list, each int8 b[kColumns][4];
//     those of the run kWide are int8 b[2][kColumns][2], the even k before the odd ones
// A quad is 4 consecutive k; quad_runs-inl.h says how they are listed. Columns past n and k past
// the end are 0, so kernels run whole parts and whole quads. A part is a multiple of 64 bytes. The
// columns are rounded up to those of a tile.
//
// Included by instruction-set folders only: everything is in an anonymous namespace so that no
// object shares code with another.
#ifndef OCTET_KERNELS_X86_PACK_PAIRS_INL_H_
#define OCTET_KERNELS_X86_PACK_PAIRS_INL_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/generic/pack_u8s8-inl.h"
#include "kernels/x86/quad_runs-inl.h"

namespace octet::kernels {
namespace {

template <int64_t kColumns>
struct alignas(64) PartHeader {
  // Of all k; set only in the first part of a group of columns:
  int32_t column_sum[kColumns];
  int32_t start[kColumns];  // 255 times the sum of the weights whose a is flipped
  // Of this part, from QuadRuns::List.
  int32_t steps[kNumRuns];
};

// n is rounded up to a multiple of kTileColumns.
template <int64_t kColumns, int64_t kTileColumns>
class PackedPairs {
 public:
  using Header = PartHeader<kColumns>;
  static constexpr int64_t kQuadBytes = 4 * kColumns;

  // Offsets in a part of k rows: of its list, of its first quad, and of its end.
  static constexpr int64_t kListOffset = sizeof(Header);
  static int64_t QuadOffset(int64_t k) {
    return kListOffset + Aligned(Quads(k) * int64_t{sizeof(uint16_t)});
  }
  static int64_t PartBytes(int64_t k) { return QuadOffset(k) + Aligned(Quads(k) * kQuadBytes); }
  // The bytes of all parts of one group of columns. With k = 0 there is one part, for its header.
  static int64_t ColumnBytes(int64_t k) {
    const int64_t blocks = k / kPairsKBlock;
    const int64_t rest = k % kPairsKBlock;
    return blocks * PartBytes(kPairsKBlock) + (rest > 0 || k == 0 ? PartBytes(rest) : 0);
  }
  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>(PaddedColumns(n) / kColumns * ColumnBytes(k));
  }

  static void Pack(const int8_t* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
    auto* part = static_cast<int8_t*>(packed);
    for (int64_t n0 = 0; n0 < PaddedColumns(n); n0 += kColumns, part += ColumnBytes(k)) {
      const int64_t columns = n - n0 < kColumns ? n - n0 : kColumns;
      __builtin_memset(part, 0, static_cast<size_t>(ColumnBytes(k)));
      auto* first = reinterpret_cast<Header*>(part);
      int8_t* at = part;
      for (int64_t p = 0; p < k; p += kPairsKBlock) {
        const int64_t count = k - p < kPairsKBlock ? k - p : kPairsKBlock;
        PackPart(b + p * ldb + n0, ldb, columns, count, first, at);
        at += PartBytes(count);
      }
    }
  }

 private:
  static int64_t Aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
  static int64_t PaddedColumns(int64_t n) {
    return (n + kTileColumns - 1) / kTileColumns * kTileColumns;
  }

  static Quad<kColumns> Load(const int8_t* b, int64_t ldb, int64_t columns, int64_t p, int64_t k) {
    Quad<kColumns> quad = {};
    for (int64_t i = 0; i < 4 && p + i < k; ++i) {
      int8_t* to = (i % 2 == 0 ? quad.even : quad.odd) + i / 2 * kColumns;
      for (int64_t j = 0; j < columns; ++j) to[j] = b[(p + i) * ldb + j];
    }
    return quad;
  }

  static __m128i Load8(const int8_t* from) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
  }

  static void PackQuad(const Quad<kColumns>& quad, bool flipped, bool wide, Header* first,
                       int8_t* to) {
    for (int64_t j = 0; j < kColumns; ++j) {
      const int32_t odd = quad.odd[j] + quad.odd[kColumns + j];
      first->column_sum[j] += quad.even[j] + quad.even[kColumns + j] + odd;
      first->start[j] += flipped ? 255 * odd : 0;
    }
    const __m128i sign = _mm_set1_epi8(flipped ? -1 : 0);
    const auto with_sign = [=](__m128i b) { return _mm_sub_epi8(_mm_xor_si128(b, sign), sign); };
    for (int64_t j = 0; j < kColumns; j += 8) {
      const __m128i b0 = Load8(quad.even + j);
      const __m128i b1 = with_sign(Load8(quad.odd + j));
      const __m128i b2 = Load8(quad.even + kColumns + j);
      const __m128i b3 = with_sign(Load8(quad.odd + kColumns + j));
      if (wide) {
        // Bytes 0 and 2 of a are the low halves of its 16-bit words, 1 and 3 the high ones.
        Store16(to + 2 * j, _mm_unpacklo_epi8(b0, b2));
        Store16(to + 2 * (kColumns + j), _mm_unpacklo_epi8(b1, b3));
      } else {
        const __m128i b01 = _mm_unpacklo_epi8(b0, b1);
        const __m128i b23 = _mm_unpacklo_epi8(b2, b3);
        Store16(to + 4 * j, _mm_unpacklo_epi16(b01, b23));
        Store16(to + 4 * j + 16, _mm_unpackhi_epi16(b01, b23));
      }
    }
  }

  static void PackPart(const int8_t* b, int64_t ldb, int64_t columns, int64_t k, Header* first,
                       int8_t* part) {
    auto* header = reinterpret_cast<Header*>(part);
    auto* list = reinterpret_cast<uint16_t*>(part + kListOffset);
    QuadRuns<kColumns> quads;
    for (int64_t p = 0; p < k; p += 4) quads.Add(Load(b, ldb, columns, p, k));
    quads.List(header->steps, list);
    const int64_t first_wide = Quads(k) - header->steps[kWide];
    int8_t* to = part + QuadOffset(k);
    for (int64_t at = 0; at < Quads(k); ++at, to += kQuadBytes) {
      PackQuad(quads[list[at] / kFormBytes], list[at] % kFormBytes == kFlippedForm,
               at >= first_wide, first, to);
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_PACK_PAIRS_INL_H_
