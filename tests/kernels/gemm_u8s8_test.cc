// Every int8 GEMM of this CPU gives the bytes of a plain 64-bit loop, for every kind of operand and
// weights that take each of its loops, and touches nothing outside its arrays.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "tests/kernels/isa_tables.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {
namespace {

constexpr uint64_t kSeed = 20240611;

// What the bytes of the operands mean, and which weights have zero points.
struct Kind {
  bool a_signed = false;
  bool b_unsigned = false;
  bool b_affine = false;  // always, where b is unsigned
};
constexpr Kind kKinds[] = {{},
                           {.b_affine = true},
                           {.b_unsigned = true, .b_affine = true},
                           {.a_signed = true},
                           {.a_signed = true, .b_affine = true},
                           {.a_signed = true, .b_unsigned = true, .b_affine = true}};

// kSafe: in [-64, 64], none of which saturates a pair; kMixed: each quad of k within other bounds,
// so that all runs of quad_runs-inl.h occur side by side.
enum class Weights { kAny, kSafe, kMixed };
constexpr Weights kWeights[] = {Weights::kAny, Weights::kSafe, Weights::kMixed};

// One layer with its expected output. Every array ends at a guard page.
struct Case {
  int64_t m, n, k, lda, ldb, ldc;
  Kind kind;
  GuardBuffer<uint8_t> a;
  GuardBuffer<uint8_t> b;
  GuardBuffer<float> a_scale, b_scale, bias;
  // In the operands' own terms: [0, 255] where they are u8, [-128, 127] where s8.
  GuardBuffer<int32_t> a_zero_point, b_zero_point;
  GuardBuffer<int32_t> a_row_sum, b_zero_point_s8;  // what run takes
  std::vector<float> expected;                      // [m, n]

  // Rows of a, b and c are `gap` elements further apart than they need to be.
  Case(int64_t rows, int64_t columns, int64_t depth, int64_t gap, Kind operands = {})
      : m(rows),
        n(columns),
        k(depth),
        lda((depth + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup + gap),
        ldb(columns + gap),
        ldc(columns + gap),
        kind(operands),
        a(Elements(rows, lda, lda - gap)),
        b(Elements(depth, ldb, columns)),
        a_scale(rows),
        b_scale(columns),
        bias(columns),
        a_zero_point(rows),
        b_zero_point(columns),
        a_row_sum(rows),
        b_zero_point_s8(columns) {}

  int64_t A(int64_t i, int64_t p) const { return Value(a[i * lda + p], kind.a_signed); }
  int64_t B(int64_t p, int64_t j) const { return Value(b[p * ldb + j], !kind.b_unsigned); }
  static int64_t Value(uint8_t byte, bool is_signed) {
    return is_signed ? int64_t{static_cast<int8_t>(byte)} : int64_t{byte};
  }

  static size_t Elements(int64_t rows, int64_t stride, int64_t last) {
    return rows == 0 ? 0 : static_cast<size_t>((rows - 1) * stride + last);
  }

  void Fill(std::mt19937_64& random, Weights weights = Weights::kAny) {
    std::generate(a.begin(), a.end(), [&] { return static_cast<uint8_t>(random()); });
    std::generate(b.begin(), b.end(), [&] { return static_cast<uint8_t>(random()); });
    constexpr int kBounds[] = {16, 32, 64, 128};
    for (int64_t p0 = 0; p0 < k; p0 += 4) {
      const int bound = weights == Weights::kAny    ? 128
                        : weights == Weights::kSafe ? 64
                                                    : kBounds[random() % 4];
      if (bound == 128) continue;
      for (int64_t p = p0; p < std::min(k, p0 + 4); ++p) {
        for (int64_t j = 0; j < n; ++j) {
          const int value = static_cast<int>(b[p * ldb + j] % (2 * bound + 1)) - bound;
          b[p * ldb + j] = static_cast<uint8_t>(kind.b_unsigned ? value + 128 : value);
        }
      }
    }
    for (int32_t& z : a_zero_point) z = ZeroPoint(random, kind.a_signed);
    for (int32_t& z : b_zero_point) z = kind.b_affine ? ZeroPoint(random, !kind.b_unsigned) : 0;
    std::uniform_real_distribution<float> scale(1e-4f, 1e-1f);
    std::uniform_real_distribution<float> offset(-10.0f, 10.0f);
    for (float& x : a_scale) x = scale(random);
    for (float& x : b_scale) x = scale(random);
    for (float& x : bias) x = offset(random);
  }

  // Often one of the ends or the middle.
  static int32_t ZeroPoint(std::mt19937_64& random, bool is_signed) {
    constexpr int32_t kSpecial[] = {0, 1, 127, 128, 255};
    const auto value = random() % 2 == 0 ? kSpecial[random() % 5] : int32_t(random() % 256);
    return is_signed ? value - 128 : value;
  }

  void Expect(bool with_bias) {
    expected.resize(static_cast<size_t>(m * n));
    std::vector<int64_t> sum(static_cast<size_t>(n));
    for (int64_t j = 0; j < n; ++j) {
      b_zero_point_s8[j] = b_zero_point[j] - (kind.b_unsigned ? 128 : 0);
    }
    for (int64_t i = 0; i < m; ++i) {
      std::fill(sum.begin(), sum.end(), 0);
      int64_t row_sum = 0;
      for (int64_t p = 0; p < k; ++p) {
        row_sum += A(i, p);
        const int64_t value = A(i, p) - a_zero_point[i];
        for (int64_t j = 0; j < n; ++j) sum[j] += value * (B(p, j) - b_zero_point[j]);
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
// in c is as it was.
void CheckRange(const GemmU8S8& gemm, const Case& layer, const void* packed, bool with_bias,
                Range rows, Range columns) {
  constexpr float kUntouched = -12345.0f;
  GuardBuffer<float> c(Case::Elements(layer.m, layer.ldc, layer.n));
  std::fill(c.begin(), c.end(), kUntouched);
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
                             layer.kind.b_affine ? layer.b_zero_point_s8.data() : nullptr,
                             layer.kind.b_affine ? layer.a_row_sum.data() : nullptr,
                             layer.kind.a_signed};
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
                columns.begin, "..", columns.end, " bias ", with_bias, " signed a ",
                layer.kind.a_signed, " unsigned b ", layer.kind.b_unsigned, " affine b ",
                layer.kind.b_affine);
}

// Calls body(gemm, packed weights) for every instruction set.
void ForEachGemm(const Case& layer, const std::function<void(const GemmU8S8&, const void*)>& body) {
  for (const IsaTable& isa : IsaTables()) {
    const GemmU8S8& gemm = *isa.table.gemm_u8s8;
    // 64-byte aligned because its size is a multiple of 64.
    const size_t bytes = gemm.packed_bytes(layer.n, layer.k);
    GuardBuffer<char> exact(bytes);
    GuardBuffer<char> rounded((bytes + 63) / 64 * 64);
    GuardBuffer<char>& packed = bytes % 64 == 0 ? exact : rounded;
    if (layer.kind.b_unsigned) {
      gemm.pack_u8(layer.b.data(), layer.ldb, layer.n, layer.k, packed.data());
    } else {
      gemm.pack(reinterpret_cast<const int8_t*>(layer.b.data()), layer.ldb, layer.n, layer.k,
                packed.data());
    }
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
        // 18 combinations; 11 columns and 11 depths share no factor with them.
        ++index;
        Case layer(m, n, k, (m + n + k) % 3 == 0 ? 5 : 0, kKinds[index % 6]);
        layer.Fill(random, kWeights[index / 6 % 3]);
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
      Case layer(m, n, k, 3, kKinds[trial == 0 ? 0 : index % 6]);
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
  constexpr int64_t kMostProducts = int64_t{1} << 23;  // a hundredth of a second of the reference
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
  constexpr Kind kAffine = {.b_affine = true};
  constexpr Kind kUnsigned = {.b_unsigned = true, .b_affine = true};
  constexpr Kind kSigned = {.a_signed = true};
  constexpr Kind kSignedAffine = {.a_signed = true, .b_affine = true};
  for (const Extreme& extreme :
       {Extreme{{}, 255, -128, 0}, Extreme{{}, 255, 127, 0}, Extreme{{}, 0, -128, 255},
        Extreme{{}, 0, 127, 255}, Extreme{{}, 255, -128, 1}, Extreme{{}, 255, -128, 127},
        Extreme{{}, 255, -128, 128}, Extreme{{}, 255, 127, 255}, Extreme{{}, 255, 64, 0},
        Extreme{{}, 255, -64, 0}, Extreme{{}, 255, 65, 0}, Extreme{{}, 255, -65, 0},
        // The largest magnitudes there are, 255 * 255 * k.
        Extreme{kAffine, 255, 127, 0, -128}, Extreme{kAffine, 255, -128, 0, 127},
        Extreme{kAffine, 0, 127, 255, -128}, Extreme{kAffine, 0, -128, 255, 127},
        Extreme{kAffine, 255, 64, 0, -128}, Extreme{kUnsigned, 255, 255, 0, 0},
        Extreme{kUnsigned, 255, 0, 0, 255}, Extreme{kSigned, -128, -128, 127},
        Extreme{kSigned, 127, 127, -128}, Extreme{kSigned, 127, 64, -128},
        Extreme{kSignedAffine, -128, -128, 127, 127},
        Extreme{kSignedAffine, 127, 127, -128, -128}}) {
    for (const int64_t k : {int64_t{3072}, kGemmU8S8MaxK}) {
      Case layer(7, 17, k, 0, extreme.kind);
      layer.Fill(random);
      std::fill(layer.a.begin(), layer.a.end(), static_cast<uint8_t>(extreme.a));
      std::fill(layer.b.begin(), layer.b.end(), static_cast<uint8_t>(extreme.b));
      std::fill(layer.a_zero_point.begin(), layer.a_zero_point.end(), extreme.a_zero_point);
      std::fill(layer.b_zero_point.begin(), layer.b_zero_point.end(), extreme.b_zero_point);
      CheckWhole(layer, true);
    }
  }
}

TEST_CASE("gemm_u8s8 is exact on both sides of what two products in 16 bits can hold") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  // Pairs of consecutive weights, in every place of a group; the last pair has no second.
  const int pairs[][2] = {{64, 64},    {127, 1},    {1, 127},   {127, 2},    {65, 64},
                          {-64, -64},  {-128, 0},   {0, -128},  {-128, -1},  {-1, -128},
                          {-128, 127}, {127, -128}, {127, 127}, {-128, -128}};
  for (const auto& [first, second] : pairs) {
    for (int64_t p = 0; p < 9; p += 2) {
      Case layer(7, 33, 9, 0);
      layer.Fill(random, Weights::kSafe);
      std::fill(layer.a.begin(), layer.a.end(), uint8_t{255});
      std::fill(layer.b.begin(), layer.b.end(), uint8_t{0});
      const int64_t column = static_cast<int64_t>(random() % 33);
      layer.b[p * layer.ldb + column] = static_cast<uint8_t>(first);
      if (p + 1 < layer.k) layer.b[(p + 1) * layer.ldb + column] = static_cast<uint8_t>(second);
      CheckWhole(layer, false);
    }
  }
}

TEST_CASE("gemm_u8s8 is exact on both sides of what two quads in 16 bits can hold") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  constexpr int kValues[] = {0, 0, 1, 31, 32, 33, 63, 64, 65, 127, -1, -32, -33, -64, -65, -128};
  for (int trial = 0; trial < 200; ++trial) {
    Case layer(3, trial % 2 == 0 ? 1 : 17, 4 * static_cast<int64_t>(1 + random() % 6), 0);
    layer.Fill(random);
    for (uint8_t& a : layer.a) a = random() % 4 == 0 ? 0 : 255;
    for (uint8_t& b : layer.b) {
      b = static_cast<uint8_t>(random() % 2 == 0 ? 0 : kValues[random() % std::size(kValues)]);
    }
    CheckWhole(layer, false);
  }
}

TEST_CASE("gemm_u8s8 computes the range it is given and no more") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  Case layer(29, 333, 70, 4, {.b_affine = true});
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
    Case layer(9, 67, 21, 0, {.b_affine = true});
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
        const auto b_zero_point = shifted(layer.b_zero_point_s8, words);
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

TEST_CASE("gemm_u8s8 gives NaN for a row whose scale is NaN, and only for it") {
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

TEST_CASE("gemm_u8s8 names its families apart") {
  std::vector<std::string> names;
  for (const IsaTable& isa : IsaTables()) {
    REQUIRE(isa.table.gemm_u8s8 != nullptr);
    names.emplace_back(isa.table.gemm_u8s8->name);
  }
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}

}  // namespace
}  // namespace octet::kernels
