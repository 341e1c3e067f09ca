// The packed form of an int8 weight matrix for a four-way dot product of bytes
// (vpdpbusd): panels of kColumns columns, each
//   int32 column_sum[kColumns], then int8 b[quads][kColumns][4]
// A quad is 4 consecutive k of one column, which one lane multiplies at once. Columns past n and k
// past the end are 0, so kernels run whole panels and whole quads, or whole groups of kGroup quads
// where they read so many at once. A panel is a multiple of 64 bytes.
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

static_assert(kGemmU8S8KGroup == 4);

// The number of quads of k values; the last may be filled up with zeros.
inline int64_t Quads(int64_t k) { return (k + 3) / 4; }

template <int64_t kColumns, int64_t kGroup = 1>
struct PackedU8S8 {
  static_assert(kColumns % 16 == 0);

  static constexpr int64_t kQuadBytes = 4 * kColumns;
  // From the beginning of a panel to its first quad.
  static constexpr int64_t kQuadOffset = kColumns * int64_t{sizeof(int32_t)};
  static int64_t PanelBytes(int64_t k) { return kQuadOffset + Groups(k) * kGroup * kQuadBytes; }

  // The number of groups of quads; the last may be filled up with zeros.
  static int64_t Groups(int64_t k) { return (Quads(k) + kGroup - 1) / kGroup; }

  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>((n + kColumns - 1) / kColumns * PanelBytes(k));
  }

  static void Pack(const int8_t* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
    __builtin_memset(packed, 0, Bytes(n, k));
    auto* panel = static_cast<int8_t*>(packed);
    for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
      PackPanel(b + n0, ldb, n - n0 < kColumns ? n - n0 : kColumns, k, panel);
      panel += PanelBytes(k);
    }
  }

 private:
  static void PackPanel(const int8_t* b, int64_t ldb, int64_t columns, int64_t k, int8_t* panel) {
    auto* column_sum = reinterpret_cast<int32_t*>(panel);
    for (int64_t p = 0; p < k; ++p) {
      int8_t* to = panel + kQuadOffset + p / 4 * kQuadBytes + p % 4;
      for (int64_t j = 0; j < columns; ++j) {
        to[4 * j] = b[p * ldb + j];
        column_sum[j] += to[4 * j];
      }
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_
