// The packed form of an int8 weight matrix: panels of kColumns columns, each
//   int32 column_sum[kColumns], int8 b[ceil(k / kGroup)][kColumns][kGroup],
// where kGroup consecutive k of one column are the bytes that one lane of a dot-product instruction
// multiplies. Columns past n and k past the end are 0, so kernels run whole panels and whole
// groups. Panels are a multiple of 64 bytes.
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

template <int64_t kColumns, int64_t kGroup>
struct PackedU8S8 {
  static constexpr int64_t kColumnSumBytes = kColumns * int64_t{sizeof(int32_t)};

  static int64_t PaddedK(int64_t k) {
    return (k + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup;
  }

  static int64_t PanelBytes(int64_t k) {
    constexpr int64_t kAlign = 64;
    const int64_t bytes = kColumnSumBytes + PaddedK(k) * kColumns;
    return (bytes + kAlign - 1) / kAlign * kAlign;
  }

  static size_t Bytes(int64_t n, int64_t k) {
    return static_cast<size_t>((n + kColumns - 1) / kColumns * PanelBytes(k));
  }

  static void Pack(const int8_t* b, int64_t ldb, int64_t n, int64_t k, void* packed) {
    auto* panel = static_cast<int8_t*>(packed);
    for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
      const int64_t columns = n - n0 < kColumns ? n - n0 : kColumns;
      __builtin_memset(panel, 0, static_cast<size_t>(PanelBytes(k)));
      int32_t column_sum[kColumns] = {};
      for (int64_t p = 0; p < k; ++p) {
        const int8_t* row = b + p * ldb + n0;
        int8_t* group = panel + kColumnSumBytes + p / kGroup * kColumns * kGroup + p % kGroup;
        for (int64_t j = 0; j < columns; ++j) {
          group[j * kGroup] = row[j];
          column_sum[j] += row[j];
        }
      }
      __builtin_memcpy(panel, column_sum, sizeof(column_sum));
      panel += PanelBytes(k);
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_PACK_U8S8_INL_H_
