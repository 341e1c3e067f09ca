// Every int8 GEMM of this CPU gives the bytes of a plain 64-bit loop, for every kind of operand and
// for weights that use each of its loops, and touches nothing outside its arrays.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(gemm_u8s8);

namespace octet::kernels {
namespace {

constexpr uint64_t kSeed = 20240611;

// Whether the weights have zero points.
enum class Kind { kSymmetric, kAffine };
constexpr Kind kKinds[] = {Kind::kSymmetric, Kind::kAffine};

// kSafe: in [-64, 64], which does not saturate a pair; kMixed: the quads of k have different
// bounds, so that all runs of quad_runs-inl.h occur side by side.
enum class Weights { kAny, kSafe, kMixed };
constexpr Weights kWeights[] = {Weights::kAny, Weights::kSafe, Weights::kMixed};

// One layer with its expected output. Every array ends at a guard page.
struct Case {
  int64_t m, n, k, lda, ldb, ldc;
  Kind kind;
  GuardBuffer<uint8_t> a;
  GuardBuffer<int8_t> b;
  GuardBuffer<float> a_scale, b_scale, bias;
  GuardBuffer<int32_t> a_zero_point, b_zero_point, a_row_sum;
  std::vector<float> expected;  // [m, n]

  // Rows of a, b and c are `gap` elements further apart than they need to be.
  Case(int64_t rows, int64_t columns, int64_t depth, int64_t gap, Kind weights = Kind::kSymmetric)
      : m(rows),
        n(columns),
        k(depth),
        lda((depth + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup + gap),
        ldb(columns + gap),
        ldc(columns + gap),
        kind(weights),
        a(Elements(rows, lda, lda - gap)),
        b(Elements(depth, ldb, columns)),
        a_scale(rows),
        b_scale(columns),
        bias(columns),
        a_zero_point(rows),
        b_zero_point(columns),
        a_row_sum(rows) {}

  static size_t Elements(int64_t rows, int64_t stride, int64_t last) {
    return rows == 0 ? 0 : static_cast<size_t>((rows - 1) * stride + last);
  }

  void Fill(std::mt19937_64& random, Weights weights = Weights::kAny) {
    std::generate(a.begin(), a.end(), [&] { return static_cast<uint8_t>(random()); });
    std::generate(b.begin(), b.end(), [&] { return static_cast<int8_t>(random()); });
    constexpr int kBounds[] = {16, 32, 64, 128};
    for (int64_t p0 = 0; p0 < k; p0 += 4) {
      const int bound = weights == Weights::kAny    ? 128
                        : weights == Weights::kSafe ? 64
                                                    : kBounds[random() % 4];
      if (bound == 128) continue;
      for (int64_t p = p0; p < std::min(k, p0 + 4); ++p) {
        for (int64_t j = 0; j < n; ++j) {
          const int value = (b[p * ldb + j] + 128) % (2 * bound + 1) - bound;
          b[p * ldb + j] = static_cast<int8_t>(value);
        }
      }
    }
    for (int32_t& z : a_zero_point) z = ZeroPoint(random);
    for (int32_t& z : b_zero_point) z = kind == Kind::kAffine ? ZeroPoint(random) - 128 : 0;
    std::uniform_real_distribution<float> scale(1e-4f, 1e-1f);
    std::uniform_real_distribution<float> offset(-10.0f, 10.0f);
    for (float& x : a_scale) x = scale(random);
    for (float& x : b_scale) x = scale(random);
    for (float& x : bias) x = offset(random);
  }

  // Often one of the ends or the middle.
  static int32_t ZeroPoint(std::mt19937_64& random) {
    constexpr int32_t kSpecial[] = {0, 1, 127, 128, 255};
    return random() % 2 == 0 ? kSpecial[random() % 5] : int32_t(random() % 256);
  }

  void Expect(bool with_bias) {
    expected.resize(static_cast<size_t>(m * n));
    std::vector<int64_t> sum(static_cast<size_t>(n));
    for (int64_t i = 0; i < m; ++i) {
      std::fill(sum.begin(), sum.end(), 0);
      int64_t row_sum = 0;
      for (int64_t p = 0; p < k; ++p) {
        row_sum += a[i * lda + p];
        const int64_t value = a[i * lda + p] - a_zero_point[i];
        for (int64_t j = 0; j < n; ++j) sum[j] += value * (b[p * ldb + j] - b_zero_point[j]);
      }
      a_row_sum[i] = static_cast<int32_t>(row_sum);
      for (int64_t j = 0; j < n; ++j) {
        expected[i * n + j] = std::fma(static_cast<float>(sum[j]), a_scale[i] * b_scale[j],
                                       with_bias ? bias[j] : 0.0f);
      }
    }
  }
};

bool SameBits(float x, float y) {
  return std::memcmp(&x, &y, sizeof(x)) == 0 || (std::isnan(x) && std::isnan(y));
}

struct Range {
  int64_t begin, end;
};

// Runs `gemm` over rows x columns and compares: the range has the expected values, everything else
// in c is unchanged.
void CheckRange(const GemmU8S8& gemm, const Case& layer, const void* packed, bool with_bias,
                Range rows, Range columns) {
  constexpr float kUntouched = -12345.0f;
  GuardBuffer<float> c(Case::Elements(layer.m, layer.ldc, layer.n));
  std::fill(c.begin(), c.end(), kUntouched);
  const bool affine = layer.kind == Kind::kAffine;
  const GemmU8S8Args args = {layer.a.data(),
                             layer.lda,
                             layer.a_scale.data(),
                             layer.a_zero_point.data(),
                             packed,
                             layer.b_scale.data(),
                             with_bias ? layer.bias.data() : nullptr,
                             layer.n,
                             layer.k,
                             c.data(),
                             layer.ldc,
                             affine ? layer.b_zero_point.data() : nullptr,
                             affine ? layer.a_row_sum.data() : nullptr};
  gemm.run(args, rows.begin, rows.end, columns.begin, columns.end);
  int64_t wrong = 0;
  for (int64_t at = 0; at < static_cast<int64_t>(c.size()); ++at) {
    const int64_t i = at / layer.ldc;
    const int64_t j = at % layer.ldc;
    const bool inside = i >= rows.begin && i < rows.end && j >= columns.begin && j < columns.end;
    wrong += !SameBits(c[at], inside ? layer.expected[i * layer.n + j] : kUntouched);
  }
  CHECK_MESSAGE(wrong == 0, gemm.name, ": ", wrong, " wrong of ", c.size(), ", m ", layer.m, " n ",
                layer.n, " k ", layer.k, " rows ", rows.begin, "..", rows.end, " columns ",
                columns.begin, "..", columns.end, " bias ", with_bias, " affine ", affine);
}

// Calls body(gemm, packed weights) for every instruction set.
void ForEachGemm(const Case& layer, const std::function<void(const GemmU8S8&, const void*)>& body) {
  for (const IsaTable& isa : IsasWith(&KernelTable::gemm_u8s8)) {
    const GemmU8S8& gemm = *isa.table.gemm_u8s8;
    // 64-byte aligned because its size is a multiple of 64.
    const size_t bytes = gemm.packed_bytes(layer.n, layer.k);
    GuardBuffer<char> exact(bytes);
    GuardBuffer<char> rounded((bytes + 63) / 64 * 64);
    GuardBuffer<char>& packed = bytes % 64 == 0 ? exact : rounded;
    gemm.pack(layer.b.data(), layer.ldb, layer.n, layer.k, packed.data());
    body(gemm, packed.data());
  }
}

void CheckWhole(Case& layer, bool with_bias) {
  layer.Expect(with_bias);
  ForEachGemm(layer, [&](const GemmU8S8& gemm, const void* packed) {
    CheckRange(gemm, layer, packed, with_bias, {0, layer.m}, {0, layer.n});
  });
}

TEST_CASE("gemm_u8s8 equals the 64-bit reference over small shapes") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  int index = 0;
  for (const int64_t m : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 31, 33}) {
    for (const int64_t n : {1, 2, 3, 8, 15, 16, 17, 63, 64, 65, 129}) {
      for (const int64_t k : {0, 1, 2, 3, 4, 5, 8, 31, 63, 64, 65}) {
        // There are 6 combinations of kind and weights. 11 columns and 11 depths do not share a
        // factor with 6, so each column and each depth gets all of them.
        ++index;
        Case layer(m, n, k, (m + n + k) % 3 == 0 ? 5 : 0, kKinds[index % 2]);
        layer.Fill(random, kWeights[index / 2 % 3]);
        CheckWhole(layer, (m + n + k) % 2 == 0);
      }
    }
  }
}

TEST_CASE("gemm_u8s8 equals the 64-bit reference over large shapes, each kind of operand") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  const int64_t shapes[][3] = {{128, 768, 768}, {7, 3073, 768}, {33, 768, 3072}, {3, 3073, 3072},
                               {128, 17, 3072}, {6, 64, 3073},  {14, 130, 7000}, {200, 65, 129}};
  int index = 0;
  for (const auto& [m, n, k] : shapes) {
    for (int trial = 0; trial < 3; ++trial, ++index) {
      Case layer(m, n, k, 3, kKinds[trial == 0 ? 0 : index % 2]);
      layer.Fill(random, kWeights[trial]);
      CheckWhole(layer, true);
    }
  }
}

TEST_CASE("gemm_u8s8 equals the 64-bit reference over a sample of shapes, kinds and weights") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  const auto pick = [&](const auto& values) { return values[random() % std::size(values)]; };
  const int64_t rows[] = {0, 1, 2, 3, 7, 8, 9, 31, 33, 128};
  const int64_t columns[] = {1, 2, 3, 8, 15, 16, 17, 63, 768, 3073};
  const int64_t depths[] = {0, 1, 2, 3, 4, 5, 31, 63, 64, 65, 768, 3072};
  constexpr int64_t kMostProducts = int64_t{1} << 23;  // the reference takes 0.01 s for so many
  for (int sample = 0; sample < 200; ++sample) {
    const int64_t m = pick(rows);
    const int64_t n = pick(columns);
    const int64_t k = pick(depths);
    if (m * n * k > kMostProducts) continue;
    Case layer(m, n, k, static_cast<int64_t>(random() % 70), pick(kKinds));
    layer.Fill(random, pick(kWeights));
    CheckWhole(layer, random() % 2 == 0);
  }
}

TEST_CASE("gemm_u8s8 never saturates") {
  std::mt19937_64 random(kSeed);
  struct Extreme {
    Kind kind;
    int a;
    int b;
    int32_t a_zero_point;
    int32_t b_zero_point = 0;
  };
  constexpr Kind kSymmetric = Kind::kSymmetric;
  constexpr Kind kAffine = Kind::kAffine;
  for (const Extreme& extreme :
       {Extreme{kSymmetric, 255, -128, 0}, Extreme{kSymmetric, 255, 127, 0},
        Extreme{kSymmetric, 0, -128, 255}, Extreme{kSymmetric, 0, 127, 255},
        Extreme{kSymmetric, 255, -128, 1}, Extreme{kSymmetric, 255, -128, 127},
        Extreme{kSymmetric, 255, -128, 128}, Extreme{kSymmetric, 255, 127, 255},
        Extreme{kSymmetric, 255, 64, 0}, Extreme{kSymmetric, 255, -64, 0},
        Extreme{kSymmetric, 255, 65, 0}, Extreme{kSymmetric, 255, -65, 0},
        // The largest possible magnitudes, 255 * 255 * k.
        Extreme{kAffine, 255, 127, 0, -128}, Extreme{kAffine, 255, -128, 0, 127},
        Extreme{kAffine, 0, 127, 255, -128}, Extreme{kAffine, 0, -128, 255, 127},
        Extreme{kAffine, 255, 64, 0, -128}}) {
    for (const int64_t k : {int64_t{3072}, kGemmU8S8MaxK}) {
      Case layer(7, 17, k, 0, extreme.kind);
      layer.Fill(random);
      std::fill(layer.a.begin(), layer.a.end(), static_cast<uint8_t>(extreme.a));
      std::fill(layer.b.begin(), layer.b.end(), static_cast<int8_t>(extreme.b));
      std::fill(layer.a_zero_point.begin(), layer.a_zero_point.end(), extreme.a_zero_point);
      std::fill(layer.b_zero_point.begin(), layer.b_zero_point.end(), extreme.b_zero_point);
      CheckWhole(layer, true);
    }
  }
}

TEST_CASE("gemm_u8s8 is exact below and above the limit of two products in 16 bits") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  // Pairs of consecutive weights, in every place of a group; the last pair is one weight.
  const int pairs[][2] = {{64, 64},    {127, 1},    {1, 127},   {127, 2},    {65, 64},
                          {-64, -64},  {-128, 0},   {0, -128},  {-128, -1},  {-1, -128},
                          {-128, 127}, {127, -128}, {127, 127}, {-128, -128}};
  for (const auto& [first, second] : pairs) {
    for (int64_t p = 0; p < 9; p += 2) {
      Case layer(7, 33, 9, 0);
      layer.Fill(random, Weights::kSafe);
      std::fill(layer.a.begin(), layer.a.end(), uint8_t{255});
      std::fill(layer.b.begin(), layer.b.end(), int8_t{0});
      const int64_t column = static_cast<int64_t>(random() % 33);
      layer.b[p * layer.ldb + column] = static_cast<int8_t>(first);
      if (p + 1 < layer.k) layer.b[(p + 1) * layer.ldb + column] = static_cast<int8_t>(second);
      CheckWhole(layer, false);
    }
  }
}

TEST_CASE("gemm_u8s8 is exact below and above the limit of two quads in 16 bits") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  constexpr int kValues[] = {0, 0, 1, 31, 32, 33, 63, 64, 65, 127, -1, -32, -33, -64, -65, -128};
  for (int trial = 0; trial < 200; ++trial) {
    Case layer(3, trial % 2 == 0 ? 1 : 17, 4 * static_cast<int64_t>(1 + random() % 6), 0);
    layer.Fill(random);
    for (uint8_t& a : layer.a) a = random() % 4 == 0 ? 0 : 255;
    for (int8_t& b : layer.b) {
      b = static_cast<int8_t>(random() % 2 == 0 ? 0 : kValues[random() % std::size(kValues)]);
    }
    CheckWhole(layer, false);
  }
}

TEST_CASE("gemm_u8s8 computes the range it is given and no more") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  Case layer(29, 333, 70, 4, Kind::kAffine);
  layer.Fill(random, Weights::kMixed);
  layer.Expect(true);
  ForEachGemm(layer, [&](const GemmU8S8& gemm, const void* packed) {
    const int64_t tiles = (layer.n + gemm.tile_n - 1) / gemm.tile_n;
    for (int trial = 0; trial < 60; ++trial) {
      const auto pick = [&](int64_t below) { return static_cast<int64_t>(random() % below); };
      Range rows = {pick(layer.m + 1), pick(layer.m + 1)};
      Range columns = {pick(tiles + 1) * gemm.tile_n, pick(tiles + 1) * gemm.tile_n};
      if (rows.begin > rows.end) std::swap(rows.begin, rows.end);
      if (columns.begin > columns.end) std::swap(columns.begin, columns.end);
      columns.end = std::min(columns.end, layer.n);
      columns.begin = std::min(columns.begin, columns.end);
      CheckRange(gemm, layer, packed, true, rows, columns);
    }
  });
}

TEST_CASE("gemm_u8s8 takes operands at any address") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  for (const Weights weights : kWeights) {
    Case layer(9, 67, 21, 0, Kind::kAffine);
    layer.Fill(random, weights);
    layer.Expect(true);
    ForEachGemm(layer, [&](const GemmU8S8& gemm, const void* packed) {
      for (size_t shift = 0; shift < 64; ++shift) {
        const size_t words = shift % 16;
        const auto shifted = [](const auto& from, size_t by) {
          std::vector<std::remove_cvref_t<decltype(from[0])>> to(from.size() + by);
          std::copy(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(by));
          return to;
        };
        const auto a = shifted(layer.a, shift);
        const auto b_scale = shifted(layer.b_scale, words);
        const auto bias = shifted(layer.bias, words);
        const auto b_zero_point = shifted(layer.b_zero_point, words);
        std::vector<float> c(layer.expected.size() + words);
        gemm.run({a.data() + shift, layer.lda, layer.a_scale.data(), layer.a_zero_point.data(),
                  packed, b_scale.data() + words, bias.data() + words, layer.n, layer.k,
                  c.data() + words, layer.ldc, b_zero_point.data() + words, layer.a_row_sum.data()},
                 0, layer.m, 0, layer.n);
        CHECK_MESSAGE(std::memcmp(c.data() + words, layer.expected.data(),
                                  layer.expected.size() * sizeof(float)) == 0,
                      gemm.name, " shift ", shift);
      }
    });
  }
}

TEST_CASE("gemm_u8s8 gives NaN for a row whose scale is NaN, and for no other row") {
  std::mt19937_64 random(kSeed);
  Case layer(8, 20, 12, 0);
  layer.Fill(random);
  layer.a_scale[3] = std::numeric_limits<float>::quiet_NaN();
  CheckWhole(layer, true);
  for (int64_t i = 0; i < layer.m; ++i) {
    for (int64_t j = 0; j < layer.n; ++j) {
      CHECK(std::isnan(layer.expected[i * layer.n + j]) == (i == 3));
    }
  }
}

TEST_CASE("the families of gemm_u8s8 have different names") {
  std::vector<std::string> names;
  for (const IsaTable& isa : IsasWith(&KernelTable::gemm_u8s8)) {
    REQUIRE(isa.table.gemm_u8s8 != nullptr);
    names.emplace_back(isa.table.gemm_u8s8->name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace octet::kernels
