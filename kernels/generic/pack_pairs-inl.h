// The packed form of an int8 weight matrix for CPUs without a four-way dot product. It is cut into
// parts of kColumns columns by kPairsKBlock k (the last of a column fewer), all of k for one group
// of columns and then the next. A part is
//   PartHeader, uint16 list[quads], then the quads, in the order of the list:
//   int8 b[kColumns][4], or [2][kColumns][2], even k before odd ones, of those that are kWide
// a quad being 4 consecutive k. Columns past n and k past the end are 0, so kernels run whole parts
// and whole quads. Parts are a multiple of 64 bytes, and fill up the columns of a tile.
//
// vpmaddubsw multiplies u8 by s8 and adds two products in 16 bits, saturating: a0 * b0 + a1 * b1
// fits for any a in [0, 255] exactly when the positive b of the pair sum to at most 128 (255 * 128
// = 32640 <= 32767) and the negative ones to at least -128. Where they do not, this may:
//   a1 * b1 = (255 - a1) * -b1 + 255 * b1
// 255 - a1 is a1 with all bits flipped, and -b1 has not the sign of b0 where b1 has. So kernels
// hold four of a in two forms, as they are and with both pairs' second byte flipped, and of each
// quad the form that fits is listed. What fits what goes for all columns, as they share the bytes
// of a: the fewer columns a part has, the more quads are fast. There are three runs:
//   kDouble  The pairs of two quads, wherever in the part they are, fit even when added up: still
//            in 16 bits, so that the two share one widening and one addition in 32 bits.
//   kSingle  The quad's pairs fit.
//   kWide    They do not: both operands are widened to 16 bits.
// By 8 columns, 72 to 99 % of the quads of MiniLM-L6 and of normally distributed weights as wide as
// BERT-base's are double, and at most 10 % wide; of weights in [-64, 64] none is.
//
// Included by instruction-set folders only: everything is in an anonymous namespace so that no
// object shares code with another.
#ifndef OCTET_KERNELS_GENERIC_PACK_PAIRS_INL_H_
#define OCTET_KERNELS_GENERIC_PACK_PAIRS_INL_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "kernels/generic/pack_u8s8-inl.h"

namespace octet::kernels {
namespace {

enum Run { kDouble, kSingle, kWide, kNumRuns };

// So many k of a tile's a, 16 KB, stay in the L1 cache while parts pass by: blocks of 1536 were 4
// to 7 % slower at k = 1536 and 3072.
inline constexpr int64_t kPairsKBlock = 1024;

// A quad of a as the kernels hold it: four bytes of each of kFormRows rows, then the same flipped.
// A list has the place of the form that is multiplied.
inline constexpr int64_t kFormRows = 8;
inline constexpr int64_t kFlippedForm = 4 * kFormRows;
inline constexpr int64_t kFormBytes = 2 * kFlippedForm;
static_assert(kPairsKBlock % 16 == 0 && kPairsKBlock / 4 * kFormBytes <= 65536,
              "a list's entry must fit uint16");
// The bits in which the forms differ.
inline constexpr uint32_t kFlippedBits = 0xFF00FF00;

template <int64_t kColumns>
struct alignas(64) PartHeader {
  // Of all k, in the first part of its columns alone:
  int32_t column_sum[kColumns];
  int32_t start[kColumns];  // 255 times the sum of the weights whose a is flipped
  // Of this part: the quads of each run; of kDouble, the pairs of quads.
  int32_t steps[kNumRuns];
};

// n is rounded up to a multiple of kTileColumns.
template <int64_t kColumns, int64_t kTileColumns>
class PackedPairs {
 public:
  using Header = PartHeader<kColumns>;
  static constexpr int64_t kQuadBytes = 4 * kColumns;

  // Of a part of k rows: from its beginning to its list, to its first quad and to its end.
  static constexpr int64_t kListOffset = sizeof(Header);
  static int64_t QuadOffset(int64_t k) {
    return kListOffset + Aligned(Quads(k) * int64_t{sizeof(uint16_t)});
  }
  static int64_t PartBytes(int64_t k) { return QuadOffset(k) + Aligned(Quads(k) * kQuadBytes); }
  // Of all parts of the same columns; of no k there is an empty part, for its header.
  static int64_t ColumnBytes(int64_t k) {
    const int64_t blocks = k / kPairsKBlock;
    const int64_t rest = k % kPairsKBlock;
    return blocks * PartBytes(kPairsKBlock) + (rest > 0 || k == 0 ? PartBytes(rest) : 0);
  }
  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>(PaddedColumns(n) / kColumns * ColumnBytes(k));
  }

  template <class Weight>
  static void Pack(const Weight* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
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
  static constexpr int64_t kMaxQuads = kPairsKBlock / 4;
  // The most that 16 bits hold, over 255.
  static constexpr int kLargest = 128;

  // The weights of four k, of absent ones 0.
  using Quad = int16_t[4][kColumns];

  // What the pairs of one form of a quad add up to at most, over 255: of each column the first
  // pair, then of each the second.
  struct Sums {
    uint8_t positive[2 * kColumns];
    uint8_t negative[2 * kColumns];
    bool fit;  // otherwise the sums are not to be read
  };
  struct SortedQuad {
    Quad weights;
    Sums form[2];  // as it is, flipped
    bool listed;
  };

  static int64_t Aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }
  static int64_t PaddedColumns(int64_t n) {
    return (n + kTileColumns - 1) / kTileColumns * kTileColumns;
  }

  template <class Weight>
  static void Load(const Weight* b, int64_t ldb, int64_t columns, int64_t p, int64_t k,
                   Quad& quad) {
    __builtin_memset(quad, 0, sizeof(quad));
    for (int64_t i = 0; i < 4 && p + i < k; ++i) {
      for (int64_t j = 0; j < columns; ++j) quad[i][j] = StoredWeight(b[(p + i) * ldb + j]);
    }
  }

  static void SumPairs(const Quad& quad, bool flipped, Sums* sums) {
    int16_t unsafe = 0;
    for (int64_t pair = 0; pair < 2; ++pair) {
      const int16_t* even = quad[2 * pair];
      const int16_t* odd = quad[2 * pair + 1];
      for (int64_t j = 0; j < kColumns; ++j) {
        const int16_t x = even[j];
        const auto y = static_cast<int16_t>(flipped ? -odd[j] : odd[j]);
        const auto positive = static_cast<int16_t>((x > 0 ? x : 0) + (y > 0 ? y : 0));
        const auto negative = static_cast<int16_t>((x < 0 ? -x : 0) + (y < 0 ? -y : 0));
        sums->positive[pair * kColumns + j] = static_cast<uint8_t>(positive);
        sums->negative[pair * kColumns + j] = static_cast<uint8_t>(negative);
        // A flipped -128 is no s8.
        unsafe |= static_cast<int16_t>(positive > kLargest || negative > kLargest || y > 127);
      }
    }
    sums->fit = unsafe == 0;
  }

  static bool FitTogether(const uint8_t (&a)[2 * kColumns], const uint8_t (&b)[2 * kColumns]) {
    __m128i excess = _mm_setzero_si128();
    for (int64_t i = 0; i < 2 * kColumns; i += 16) {
      const __m128i sum = _mm_adds_epu8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + i)),
                                        _mm_loadu_si128(reinterpret_cast<const __m128i*>(b + i)));
      excess = _mm_or_si128(excess, _mm_subs_epu8(sum, _mm_set1_epi8(static_cast<char>(kLargest))));
    }
    return _mm_movemask_epi8(_mm_cmpeq_epi8(excess, _mm_setzero_si128())) == 0xFFFF;
  }

  static uint16_t Entry(int64_t quad, int form) {
    return static_cast<uint16_t>(quad * kFormBytes + form * kFlippedForm);
  }

  // Lists both quads if they have forms that fit together.
  static bool ListDouble(SortedQuad* quads, int64_t i, int64_t j, uint16_t* list) {
    for (int forms = 0; forms < 4; ++forms) {
      const Sums& a = quads[i].form[forms % 2];
      const Sums& b = quads[j].form[forms / 2];
      if (!a.fit || !b.fit || !FitTogether(a.positive, b.positive) ||
          !FitTogether(a.negative, b.negative)) {
        continue;
      }
      list[0] = Entry(i, forms % 2);
      list[1] = Entry(j, forms / 2);
      quads[i].listed = quads[j].listed = true;
      return true;
    }
    return false;
  }

  // Lists all quads by runs. Of those that could be double each takes the next one that it fits
  // with, which leaves as few over as other orders, and reads a nearly in the order of k.
  static void List(SortedQuad* quads, int64_t count, Header* header, uint16_t* list) {
    for (int64_t i = 0; i < count; ++i) {
      for (int64_t j = i + 1; j < count && !quads[i].listed; ++j) {
        if (quads[j].listed || !ListDouble(quads, i, j, list)) continue;
        list += 2;
        ++header->steps[kDouble];
      }
    }
    for (int run = kSingle; run < kNumRuns; ++run) {
      for (int64_t i = 0; i < count; ++i) {
        const auto& [plain, flipped] = quads[i].form;
        const bool is_single = plain.fit || flipped.fit;
        if (quads[i].listed || is_single != (run == kSingle)) continue;
        *list++ = Entry(i, is_single && !plain.fit ? 1 : 0);
        ++header->steps[run];
      }
    }
  }

  static void PackQuad(const Quad& quad, bool flipped, bool wide, Header* first, int8_t* to) {
    for (int64_t j = 0; j < kColumns; ++j) {
      const int32_t odd = quad[1][j] + quad[3][j];
      first->column_sum[j] += quad[0][j] + quad[2][j] + odd;
      first->start[j] += flipped ? 255 * odd : 0;
    }
    const int sign = flipped ? -1 : 1;
    for (int64_t j = 0; j < kColumns; ++j) {
      const auto b0 = static_cast<int8_t>(quad[0][j]);
      const auto b1 = static_cast<int8_t>(sign * quad[1][j]);
      const auto b2 = static_cast<int8_t>(quad[2][j]);
      const auto b3 = static_cast<int8_t>(sign * quad[3][j]);
      if (wide) {
        // Bytes 0 and 2 of a are the low halves of its 16-bit words, 1 and 3 the high ones.
        to[2 * j] = b0;
        to[2 * j + 1] = b2;
        to[2 * kColumns + 2 * j] = b1;
        to[2 * kColumns + 2 * j + 1] = b3;
      } else {
        to[4 * j] = b0;
        to[4 * j + 1] = b1;
        to[4 * j + 2] = b2;
        to[4 * j + 3] = b3;
      }
    }
  }

  template <class Weight>
  static void PackPart(const Weight* b, int64_t ldb, int64_t columns, int64_t k, Header* first,
                       int8_t* part) {
    auto* header = reinterpret_cast<Header*>(part);
    auto* list = reinterpret_cast<uint16_t*>(part + kListOffset);
    SortedQuad sorted[kMaxQuads];
    for (int64_t i = 0; i < Quads(k); ++i) {
      Load(b, ldb, columns, 4 * i, k, sorted[i].weights);
      SumPairs(sorted[i].weights, false, &sorted[i].form[0]);
      SumPairs(sorted[i].weights, true, &sorted[i].form[1]);
      sorted[i].listed = false;
    }
    List(sorted, Quads(k), header, list);
    const int64_t first_wide = Quads(k) - header->steps[kWide];
    int8_t* to = part + QuadOffset(k);
    for (int64_t at = 0; at < Quads(k); ++at, to += kQuadBytes) {
      PackQuad(sorted[list[at] / kFormBytes].weights, list[at] % kFormBytes == kFlippedForm,
               at >= first_wide, first, to);
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_PACK_PAIRS_INL_H_
