// The packed form of int8 weights: which quads are pair-safe, and where the bytes lie.
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/generic/pack_u8s8-inl.h"

namespace octet::kernels {
namespace {

constexpr int64_t kColumns = 16;
using Packed = PackedU8S8<kColumns, true>;

bool PairSafe(const std::vector<int8_t>& column) {
  return Packed::PairSafe(column.data(), 1, 1, 0, static_cast<int64_t>(column.size()));
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
  // Of the quad alone.
  CHECK(PairSafe({0, 0, 0, 0, 127, 127}));
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

// Packs b[k, n], and reads every byte back from where its panel's list says it is. The quads of
// each panel that are in groups of 4.
template <class Weight>
std::vector<std::vector<int>> FoursOf(const std::vector<Weight>& b, int64_t n, int64_t k) {
  std::vector<int8_t> bytes(Packed::Bytes(n, k) + 64);
  auto* packed = bytes.data() + (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  Packed::Pack(b.data(), n, n, k, packed);
  std::vector<std::vector<int>> fours_of_panels;
  for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
    const int8_t* panel = packed + n0 / kColumns * Packed::PanelBytes(k);
    const auto& header = *reinterpret_cast<const Packed::Header*>(panel);
    const auto* list = reinterpret_cast<const uint16_t*>(panel + Packed::kListOffset);
    std::vector<int32_t> sums(kColumns);
    for (int64_t at = 0; at < Packed::Quads(k); ++at) {
      const int64_t group = at < header.fours ? 4 : 2;
      for (int64_t j = 0; j < kColumns; ++j) {
        for (int64_t i = 0; i < 4; ++i) {
          const int64_t p = 4 * list[at] + i;
          const int8_t expected = p < k && n0 + j < n ? Packed::Stored(b[p * n + n0 + j]) : 0;
          const int8_t* from = panel + Packed::QuadOffset(k) + at * Packed::kQuadBytes +
                               (i / group * kColumns + j) * group + i % group;
          if (*from != expected) FAIL("column ", n0 + j, " k ", p);
          if (group == 4) sums[static_cast<size_t>(j)] += expected;
        }
      }
    }
    CHECK(std::equal(sums.begin(), sums.end(), header.column_sum));
    // All quads, each part in the order of k.
    std::vector<int> quads(list, list + Packed::Quads(k));
    CHECK(std::is_sorted(quads.begin(), quads.begin() + header.fours));
    CHECK(std::is_sorted(quads.begin() + header.fours, quads.end()));
    fours_of_panels.emplace_back(quads.begin(), quads.begin() + header.fours);
    std::sort(quads.begin(), quads.end());
    for (size_t i = 0; i < quads.size(); ++i) CHECK(quads[i] == static_cast<int>(i));
  }
  return fours_of_panels;
}

TEST_CASE("each quad of a panel is packed in fours where it is pair-safe, in twos elsewhere") {
  constexpr uint64_t kSeed = 7;
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  for (const int64_t k : {1, 2, 3, 4, 5, 14, 31}) {
    constexpr int64_t kN = 3 * kColumns - 5;
    std::vector<int8_t> b(k * kN);
    for (int8_t& x : b) x = static_cast<int8_t>(static_cast<int>(random() % 129) - 64);
    std::vector<int> all(Packed::Quads(k));
    std::iota(all.begin(), all.end(), 0);
    CHECK(FoursOf(b, kN, k) == std::vector{all, all, all});
    if (k < 2) continue;
    // Column 20, in the second panel: the last whole pair.
    const int64_t p = k / 2 * 2 - 2;
    b[p * kN + 20] = 65;
    b[(p + 1) * kN + 20] = 64;
    std::vector<int> others = all;
    std::erase(others, static_cast<int>(p / 4));
    CHECK(FoursOf(b, kN, k) == std::vector{all, others, all});
    std::vector<uint8_t> b_u8(b.size());
    std::transform(b.begin(), b.end(), b_u8.begin(), [](int8_t x) { return uint8_t(x + 128); });
    CHECK(FoursOf(b_u8, kN, k) == std::vector{all, others, all});
  }
}

}  // namespace
}  // namespace octet::kernels
