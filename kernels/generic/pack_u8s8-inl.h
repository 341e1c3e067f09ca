// The packed form of an int8 weight matrix: panels of kColumns columns, each
//   PanelHeader, int8 b[ceil(k / group)][kColumns][group],
// where `group` consecutive k of one column are the bytes that one lane of a multiply-add
// instruction reads. Columns past n and k past the end are 0, so kernels run whole panels and whole
// groups. Panels are a multiple of 64 bytes.
//
// The group is 4 for vpdpbusd and vpmaddubsw, 2 for vpmaddwd on widened bytes. vpmaddubsw is twice
// as fast, but adds two products in 16 bits, saturating: a0 * b0 + a1 * b1 with any a in [0, 255]
// fits exactly when the positive b of the pair sum to at most 128 (255 * 128 = 32640 <= 32767) and
// the negative ones to at least -128. A panel all of whose pairs do is pair-safe; weights in
// [-64, 64] always are. Each panel is packed for the fastest loop that is exact on it.
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
  int32_t column_sum[kColumns];
  int32_t group;
};

// kGroup: the group of panels that are not pair-safe.
template <int64_t kColumns, int64_t kGroup>
struct PackedU8S8 {
  using Header = PanelHeader<kColumns>;
  static constexpr int64_t kHeaderBytes = sizeof(Header);
  static_assert(kGemmU8S8KGroup == 4);

  static int64_t PaddedK(int64_t k) {
    return (k + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup;
  }

  static int64_t PanelBytes(int64_t k) {
    constexpr int64_t kAlign = 64;
    return kHeaderBytes + (PaddedK(k) * kColumns + kAlign - 1) / kAlign * kAlign;
  }

  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>((n + kColumns - 1) / kColumns * PanelBytes(k));
  }

  // Weight as s8: one of u8 is stored less 128.
  static int8_t Stored(int8_t weight) { return weight; }
  static int8_t Stored(uint8_t weight) { return static_cast<int8_t>(weight - 128); }

  // Whether columns [0, columns) of b[k, ...] are pair-safe.
  template <class Weight>
  static bool PairSafe(const Weight* b, int64_t ldb, int64_t columns, int64_t k) {
    constexpr int kLargest = 128;
    int unsafe = 0;
    for (int64_t p = 0; p < k; p += 2) {
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
      const int64_t columns = n - n0 < kColumns ? n - n0 : kColumns;
      __builtin_memset(panel, 0, static_cast<size_t>(PanelBytes(k)));
      auto* header = reinterpret_cast<Header*>(panel);
      const bool in_fours = kGroup == 4 || PairSafe(b + n0, ldb, columns, k);
      const int64_t group = in_fours ? 4 : kGroup;
      header->group = static_cast<int32_t>(group);
      for (int64_t p = 0; p < k; ++p) {
        const Weight* row = b + p * ldb + n0;
        int8_t* to = panel + kHeaderBytes + p / group * kColumns * group + p % group;
        for (int64_t j = 0; j < columns; ++j) {
          to[j * group] = Stored(row[j]);
          header->column_sum[j] += Stored(row[j]);
        }
      }
      panel += PanelBytes(k);
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_
