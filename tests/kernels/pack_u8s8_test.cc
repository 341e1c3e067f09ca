// The packed form of int8 weights: which panels are pair-safe, and where the bytes lie.
#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "kernels/generic/pack_u8s8-inl.h"

namespace octet::kernels {
namespace {

constexpr int64_t kColumns = 16;
using Packed = PackedU8S8<kColumns, 2>;

bool PairSafe(const std::vector<int8_t>& column) {
  return Packed::PairSafe(column.data(), 1, 1, static_cast<int64_t>(column.size()));
}

TEST_CASE("a pair is safe up to a positive sum of 128 and a negative one of -128") {
  CHECK(PairSafe({}));
  CHECK(PairSafe({64, 64}));
  CHECK(PairSafe({127, 1}));
  CHECK_FALSE(PairSafe({65, 64}));
  CHECK_FALSE(PairSafe({2, 127}));
  CHECK(PairSafe({-64, -64}));
  CHECK(PairSafe({-128, 0}));
  CHECK_FALSE(PairSafe({-128, -1}));
  CHECK_FALSE(PairSafe({-65, -64}));
  // Signs apart: each alone can be all that a leaves.
  CHECK(PairSafe({127, -128}));
  // Pairs begin at even k; the last may have no second.
  CHECK(PairSafe({0, 127, 127, 0}));
  CHECK_FALSE(PairSafe({0, 0, 127, 127}));
  CHECK(PairSafe({0, 0, 127}));
}

TEST_CASE("pair-safe means that no activations take vpmaddubsw out of 16 bits") {
  for (int b0 = -128; b0 <= 127; ++b0) {
    for (int b1 = -128; b1 <= 127; ++b1) {
      const int most = 255 * (std::max(b0, 0) + std::max(b1, 0));
      const int least = 255 * (std::min(b0, 0) + std::min(b1, 0));
      const bool fits = most <= 32767 && least >= -32768;
      if (PairSafe({static_cast<int8_t>(b0), static_cast<int8_t>(b1)}) != fits) {
        FAIL(b0, " ", b1);
      }
    }
  }
}

// Packs b[k, n], and reads every byte back from where its panel's group says it is.
template <class Weight>
std::vector<int32_t> GroupsOf(const std::vector<Weight>& b, int64_t n, int64_t k) {
  std::vector<int8_t> bytes(Packed::Bytes(n, k) + 64);
  auto* packed = bytes.data() + (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  Packed::Pack(b.data(), n, n, k, packed);
  std::vector<int32_t> groups;
  for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
    const int8_t* panel = packed + n0 / kColumns * Packed::PanelBytes(k);
    const auto& header = *reinterpret_cast<const Packed::Header*>(panel);
    const int64_t group = header.group;
    groups.push_back(header.group);
    for (int64_t j = 0; j < kColumns; ++j) {
      int32_t sum = 0;
      for (int64_t p = 0; p < Packed::PaddedK(k); ++p) {
        const int8_t expected = p < k && n0 + j < n ? Packed::Stored(b[p * n + n0 + j]) : 0;
        const int8_t* at =
            panel + Packed::kHeaderBytes + (p / group * kColumns + j) * group + p % group;
        if (*at != expected) FAIL("column ", n0 + j, " k ", p);
        sum += expected;
      }
      CHECK(header.column_sum[j] == sum);
    }
  }
  return groups;
}

TEST_CASE("each panel is packed in fours where it is pair-safe, in twos elsewhere") {
  constexpr uint64_t kSeed = 7;
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  for (const int64_t k : {1, 2, 3, 4, 5, 30, 31}) {
    constexpr int64_t kN = 3 * kColumns - 5;
    std::vector<int8_t> b(k * kN);
    for (int8_t& x : b) x = static_cast<int8_t>(static_cast<int>(random() % 129) - 64);
    CHECK(GroupsOf(b, kN, k) == std::vector<int32_t>{4, 4, 4});
    if (k < 2) continue;
    b[20] = 65;
    b[kN + 20] = 64;
    CHECK(GroupsOf(b, kN, k) == std::vector<int32_t>{4, 2, 4});
    std::vector<uint8_t> b_u8(b.size());
    std::transform(b.begin(), b.end(), b_u8.begin(), [](int8_t x) { return uint8_t(x + 128); });
    CHECK(GroupsOf(b_u8, kN, k) == std::vector<int32_t>{4, 2, 4});
  }
}

}  // namespace
}  // namespace octet::kernels
