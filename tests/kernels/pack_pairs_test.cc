// The packed form of int8 weights for vpmaddubsw: the run of each quad, where its sums must fit 16
// bits for all activations, and the place of each byte.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/x86/pack_pairs-inl.h"

namespace octet::kernels {
namespace {

constexpr int64_t kTileColumns = 16;

// Whether the sum of a * b over `weights` fits s16 for all a in [0, 255].
bool Fits16(const std::vector<int>& weights) {
  int most = 0;
  int least = 0;
  for (const int b : weights) (b > 0 ? most : least) += 255 * b;
  return most <= 32767 && least >= -32768;
}

// How many quads each run of a packed matrix has.
struct Runs {
  int64_t quads[kNumRuns] = {};
  friend bool operator==(const Runs&, const Runs&) = default;
};

// Whether the sums of `count` quads fit 16 bits, for each pair and column.
template <int64_t kColumns>
bool PairsFit16(const int8_t* quads, int64_t count) {
  for (int64_t j = 0; j < kColumns; ++j) {
    for (int64_t pair = 0; pair < 2; ++pair) {
      std::vector<int> weights;
      for (int64_t i = 0; i < count; ++i) {
        const int8_t* b = quads + (i * kColumns + j) * 4 + 2 * pair;
        weights.insert(weights.end(), {b[0], b[1]});
      }
      if (!Fits16(weights)) return false;
    }
  }
  return true;
}

// Packs b[k, n] in parts of kColumns, and checks each byte of it.
template <int64_t kColumns>
Runs CheckPacked(const std::vector<int8_t>& b, int64_t n, int64_t k) {
  using Packed = PackedPairs<kColumns, kTileColumns>;
  std::vector<int8_t> bytes(Packed::Bytes(n, k) + 64);
  auto* packed = bytes.data() + (64 - reinterpret_cast<uintptr_t>(bytes.data()) % 64) % 64;
  Packed::Pack(b.data(), n, n, k, packed);
  Runs runs;
  for (int64_t n0 = 0; n0 < n; n0 += kColumns) {
    const int8_t* part = packed + n0 / kColumns * Packed::ColumnBytes(k);
    const auto& first = *reinterpret_cast<const typename Packed::Header*>(part);
    std::vector<int32_t> sums(kColumns);
    std::vector<int32_t> start(kColumns);
    for (int64_t p0 = 0; p0 < k; p0 += kPairsKBlock) {
      const int64_t count = std::min(kPairsKBlock, k - p0);
      const auto& steps = reinterpret_cast<const typename Packed::Header*>(part)->steps;
      const auto* list = reinterpret_cast<const uint16_t*>(part + Packed::kListOffset);
      const int8_t* quads = part + Packed::QuadOffset(count);
      const int64_t doubles = 2 * steps[kDouble];
      const int64_t bytes_end = doubles + steps[kSingle];
      REQUIRE(bytes_end + steps[kWide] == Quads(count));
      std::vector<int> listed;
      for (int64_t at = 0; at < Quads(count); ++at) {
        const bool wide = at >= bytes_end;
        const bool flipped = list[at] % kFormBytes == kFlippedForm;
        listed.push_back(list[at] / kFormBytes);
        REQUIRE(list[at] == listed.back() * kFormBytes + (flipped ? kFlippedForm : 0));
        CHECK_FALSE((wide && flipped));
        bool fits = true;
        bool fits_flipped = true;
        for (int64_t j = 0; j < kColumns; ++j) {
          int quad[4];
          for (int64_t i = 0; i < 4; ++i) {
            const int64_t p = p0 + 4 * listed.back() + i;
            quad[i] = p < k && n0 + j < n ? b[p * n + n0 + j] : 0;
            const bool negated = flipped && i % 2 == 1;
            const int8_t* from = quads + at * Packed::kQuadBytes +
                                 (wide ? (i % 2 * kColumns + j) * 2 + i / 2 : j * 4 + i);
            if (*from != (negated ? -quad[i] : quad[i])) FAIL("column ", n0 + j, " k ", p);
            sums[static_cast<size_t>(j)] += quad[i];
            if (negated) start[static_cast<size_t>(j)] += 255 * quad[i];
          }
          for (int pair = 0; pair < 4; pair += 2) {
            fits = fits && Fits16({quad[pair], quad[pair + 1]});
            fits_flipped =
                fits_flipped && quad[pair + 1] != -128 && Fits16({quad[pair], -quad[pair + 1]});
          }
        }
        // A quad is wide only if it does not fit a faster run.
        CHECK(wide == (!fits && !fits_flipped));
      }
      for (int64_t at = 0; at < doubles; at += 2) {
        CHECK(PairsFit16<kColumns>(quads + at * Packed::kQuadBytes, 2));
      }
      for (int64_t at = doubles; at < bytes_end; ++at) {
        CHECK(PairsFit16<kColumns>(quads + at * Packed::kQuadBytes, 1));
      }
      std::sort(listed.begin(), listed.end());
      for (size_t i = 0; i < listed.size(); ++i) CHECK(listed[i] == static_cast<int>(i));
      runs.quads[kDouble] += doubles;
      runs.quads[kSingle] += steps[kSingle];
      runs.quads[kWide] += steps[kWide];
      part += Packed::PartBytes(count);
    }
    CHECK(std::equal(sums.begin(), sums.end(), first.column_sum));
    CHECK(std::equal(start.begin(), start.end(), first.start));
  }
  return runs;
}

// The runs of the matrix with these columns.
Runs RunsOf(const std::vector<std::vector<int>>& columns) {
  const auto n = static_cast<int64_t>(columns.size());
  const auto k = static_cast<int64_t>(columns[0].size());
  std::vector<int8_t> b;
  for (int64_t p = 0; p < k; ++p) {
    for (const auto& column : columns) b.push_back(static_cast<int8_t>(column[p]));
  }
  return CheckPacked<8>(b, n, k);
}

constexpr Runs kTwoDouble = {{2, 0, 0}};
constexpr Runs kOneSingle = {{0, 1, 0}};
constexpr Runs kOneWide = {{0, 0, 1}};

TEST_CASE("a quad is single if its pairs fit 16 bits in one form, and wide if not") {
  CHECK(RunsOf({{64, 64}}) == kOneSingle);
  CHECK(RunsOf({{127, 1, -128, 0}}) == kOneSingle);
  // With the second weight of each pair negated.
  CHECK(RunsOf({{127, 127}}) == kOneSingle);
  CHECK(RunsOf({{-65, -64, -127, -127}}) == kOneSingle);
  CHECK(RunsOf({{-128, -127}}) == kOneSingle);
  // 128 is not an s8.
  CHECK(RunsOf({{-128, -128}}) == kOneWide);
  CHECK(RunsOf({{0, 0, -1, -128}}) == kOneWide);
  // Both pairs and all columns must have the same form.
  CHECK(RunsOf({{127, 127, 127, -127}}) == kOneWide);
  CHECK(RunsOf({{127, 127}, {127, -127}}) == kOneWide);
  CHECK(RunsOf({{127, 127}, {1, 127}}) == kOneSingle);
  // Pairs begin at even k.
  CHECK(RunsOf({{0, 127, 127, 0}}) == kOneSingle);
}

TEST_CASE("two quads are double if the sums of their pairs fit 16 bits") {
  CHECK(RunsOf({{32, 32, 0, 0, 32, 32}}) == kTwoDouble);
  CHECK(RunsOf({{32, 32, 0, 0, 0, 0, 100, 28}}) == kTwoDouble);
  CHECK(RunsOf({{65, 0, 0, 0, 64, 0, 0, 0}}) == Runs{{0, 2, 0}});
  // The forms may differ: 65 + 64 does not fit, but it does if one of the quads is flipped.
  CHECK(RunsOf({{0, 65, 0, 0, 0, 64}}) == kTwoDouble);
  CHECK(RunsOf({{0, 65, 0, 0, 0, 64}, {0, 65, 0, 0, 0, -64}}) == Runs{{0, 2, 0}});
  // Quads that are not neighbours: the first and the last, the second and the third.
  CHECK(RunsOf({{100, 0, 0, 0, 80, 0, 0, 0, 48, 0, 0, 0, 28, 0, 0, 0}}) == Runs{{4, 0, 0}});
}

TEST_CASE("each of the 65536 pairs is in a run that is exact for it") {
  for (int b0 = -128; b0 <= 127; ++b0) {
    for (int b1 = -128; b1 <= 127; ++b1) RunsOf({{b0, b1}});
  }
}

TEST_CASE("packed weights hold each quad once, in a run that is exact for it") {
  constexpr uint64_t kSeed = 7;
  INFO("seed ", kSeed);
  std::mt19937_64 random(kSeed);
  std::normal_distribution<double> normal;
  for (const double deviation : {10.0, 40.0, 200.0}) {
    for (const int64_t k : {1, 2, 3, 4, 5, 14, 31, 500, 1024, 1027, 2100}) {
      for (const int64_t n : {1, 8, 15, 33}) {
        CAPTURE(deviation);
        CAPTURE(k);
        CAPTURE(n);
        std::vector<int8_t> b(k * n);
        for (int8_t& x : b) {
          x = static_cast<int8_t>(std::clamp(std::rint(normal(random) * deviation), -128.0, 127.0));
        }
        CheckPacked<8>(b, n, k);
        CheckPacked<16>(b, n, k);
        // Weights in [-64, 64] never need the wide run.
        for (int8_t& x : b) x = static_cast<int8_t>(std::clamp<int>(x, -64, 64));
        CHECK(CheckPacked<8>(b, n, k).quads[kWide] == 0);
      }
    }
  }
}

}  // namespace
}  // namespace octet::kernels
