// The packed form of an int8 weight matrix: panels of kColumns columns, each
//   PanelHeader, then quads of 4 consecutive k: int8 b[4 / group][kColumns][group]
// where `group` consecutive k of one column are the bytes that one lane of a multiply-add
// instruction reads. Columns past n and k past the end are 0, so kernels run whole panels and whole
// quads. Panels are a multiple of 64 bytes.
//
// The group is 4 for vpdpbusd and vpmaddubsw, 2 for vpmaddwd on widened bytes. vpmaddubsw takes
// fewer instructions, but adds two products in 16 bits, saturating: a0 * b0 + a1 * b1 with any a in
// [0, 255] fits exactly when the positive b of the pair sum to at most 128 (255 * 128 = 32640 <=
// 32767) and the negative ones to at least -128. A quad all of whose pairs do, in all columns of
// the panel, is pair-safe; with weights in [-64, 64] all are. So that each quad gets the fastest
// loop that is exact on it, a panel for vpmaddubsw has the pair-safe ones in front, in groups of 4,
// then the others, in groups of 2, and before them all a list of which quad of k each one is.
//
// Included by instruction-set folders only: everything is in an anonymous namespace so that no
// object shares code with another.
#ifndef OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_
#define OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_

#include <cstddef>
#include <cstdint>

#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

template <int64_t kColumns>
struct alignas(64) PanelHeader {
  int32_t column_sum[kColumns];  // of the quads in groups of 4
  int32_t fours;                 // how many those are
};

// kSorted: pair-safe quads in front. Otherwise all are in groups of 4, in the order of k.
template <int64_t kColumns, bool kSorted>
struct PackedU8S8 {
  using Header = PanelHeader<kColumns>;
  static_assert(kGemmU8S8KGroup == 4);
  static constexpr int64_t kQuadBytes = 4 * kColumns;

  static int64_t Quads(int64_t k) { return (k + 3) / 4; }

  // From the beginning of a panel to its list, and to its first quad. kGemmU8S8MaxK / 4 fits the
  // list's uint16_t.
  static constexpr int64_t kListOffset = sizeof(Header);
  static int64_t QuadOffset(int64_t k) {
    return kListOffset + (kSorted ? Aligned(Quads(k) * int64_t{sizeof(uint16_t)}) : 0);
  }

  static int64_t PanelBytes(int64_t k) { return QuadOffset(k) + Aligned(Quads(k) * kQuadBytes); }

  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>((n + kColumns - 1) / kColumns * PanelBytes(k));
  }

  // Weight as s8: one of u8 is stored less 128.
  static int8_t Stored(int8_t weight) { return weight; }
  static int8_t Stored(uint8_t weight) { return static_cast<int8_t>(weight - 128); }

  // Whether columns [0, columns) of rows [p, p + 4) of b[k, ...] are pair-safe.
  template <class Weight>
  static bool PairSafe(const Weight* b, int64_t ldb, int64_t columns, int64_t p, int64_t k) {
    constexpr int kLargest = 128;
    int unsafe = 0;
    for (const int64_t end = p + 4 < k ? p + 4 : k; p < end; p += 2) {
      for (int64_t j = 0; j < columns; ++j) {
        const int b0 = Stored(b[p * ldb + j]);
        const int b1 = p + 1 < k ? Stored(b[(p + 1) * ldb + j]) : 0;
        const int positive = (b0 > 0 ? b0 : 0) + (b1 > 0 ? b1 : 0);
        const int negative = (b0 < 0 ? b0 : 0) + (b1 < 0 ? b1 : 0);
        unsafe |= static_cast<int>(positive > kLargest) | static_cast<int>(negative < -kLargest);
      }
    }
    return unsafe == 0;
  }

  template <class Weight>
  static void Pack(const Weight* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
    auto* panel = static_cast<int8_t*>(packed);
    for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
      PackPanel(b + n0, ldb, n - n0 < kColumns ? n - n0 : kColumns, k, panel);
      panel += PanelBytes(k);
    }
  }

 private:
  static int64_t Aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

  // Lists the pair-safe quads and then the others, both in the order of k; how many are pair-safe.
  template <class Weight>
  static int64_t ListQuads(const Weight* b, int64_t ldb, int64_t columns, int64_t k,
                           uint16_t* list) {
    int64_t fours = 0;
    int64_t others = Quads(k);  // from the end on, backwards at first
    for (int64_t quad = 0; quad < Quads(k); ++quad) {
      const bool safe = PairSafe(b, ldb, columns, 4 * quad, k);
      list[safe ? fours++ : --others] = static_cast<uint16_t>(quad);
    }
    for (int64_t i = fours, j = Quads(k) - 1; i < j; ++i, --j) {
      const uint16_t quad = list[i];
      list[i] = list[j];
      list[j] = quad;
    }
    return fours;
  }

  template <class Weight>
  static void PackPanel(const Weight* b, int64_t ldb, int64_t columns, int64_t k, int8_t* panel) {
    __builtin_memset(panel, 0, static_cast<size_t>(PanelBytes(k)));
    auto* header = reinterpret_cast<Header*>(panel);
    auto* list = reinterpret_cast<uint16_t*>(panel + kListOffset);
    const int64_t fours = kSorted ? ListQuads(b, ldb, columns, k, list) : Quads(k);
    header->fours = static_cast<int32_t>(fours);
    int8_t* to = panel + QuadOffset(k);
    for (int64_t at = 0; at < Quads(k); ++at, to += kQuadBytes) {
      const int64_t group = at < fours ? 4 : 2;
      const int64_t p0 = 4 * (kSorted ? list[at] : at);
      for (int64_t i = 0; i < 4 && p0 + i < k; ++i) {
        const Weight* row = b + (p0 + i) * ldb;
        int8_t* column = to + i / group * kColumns * group + i % group;
        for (int64_t j = 0; j < columns; ++j) {
          column[j * group] = Stored(row[j]);
          if (group == 4) header->column_sum[j] += Stored(row[j]);
        }
      }
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_
