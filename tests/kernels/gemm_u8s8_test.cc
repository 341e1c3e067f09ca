// Every int8 GEMM of this CPU gives the bytes of a plain 64-bit loop, and touches nothing outside
// its arrays.
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

// One layer with its expected output. Every array ends at a guard page.
struct Case {
  int64_t m, n, k, lda, ldb, ldc;
  GuardBuffer<uint8_t> a;
  GuardBuffer<int8_t> b;
  GuardBuffer<float> a_scale, b_scale, bias;
  GuardBuffer<int32_t> a_zero_point;
  std::vector<float> expected;  // [m, n]

  // Rows of a, b and c are `gap` elements further apart than they need to be.
  Case(int64_t rows, int64_t columns, int64_t depth, int64_t gap)
      : m(rows),
        n(columns),
        k(depth),
        lda((depth + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup + gap),
        ldb(columns + gap),
        ldc(columns + gap),
        a(Elements(rows, lda, lda - gap)),
        b(Elements(depth, ldb, columns)),
        a_scale(rows),
        b_scale(columns),
        bias(columns),
        a_zero_point(rows) {}

  static size_t Elements(int64_t rows, int64_t stride, int64_t last) {
    return rows == 0 ? 0 : static_cast<size_t>((rows - 1) * stride + last);
  }

  void Fill(std::mt19937_64& random) {
    std::generate(a.begin(), a.end(), [&] { return static_cast<uint8_t>(random()); });
    std::generate(b.begin(), b.end(), [&] { return static_cast<int8_t>(random()); });
    std::generate(a_zero_point.begin(), a_zero_point.end(),
                  [&] { return static_cast<int32_t>(random() % 256); });
    std::uniform_real_distribution<float> scale(1e-4f, 1e-1f);
    std::uniform_real_distribution<float> offset(-10.0f, 10.0f);
    for (float& x : a_scale) x = scale(random);
    for (float& x : b_scale) x = scale(random);
    for (float& x : bias) x = offset(random);
  }

  void Expect(bool with_bias) {
    expected.resize(static_cast<size_t>(m * n));
    std::vector<int64_t> sum(static_cast<size_t>(n));
    for (int64_t i = 0; i < m; ++i) {
      std::fill(sum.begin(), sum.end(), 0);
      for (int64_t p = 0; p < k; ++p) {
        const int64_t value = int64_t{a[i * lda + p]} - a_zero_point[i];
        for (int64_t j = 0; j < n; ++j) sum[j] += value * b[p * ldb + j];
      }
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
                             layer.ldc};
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
                columns.begin, "..", columns.end, " bias ", with_bias);
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
  for (const int64_t m : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 31, 33}) {
    for (const int64_t n : {1, 2, 3, 8, 15, 16, 17, 63, 64, 65, 129}) {
      for (const int64_t k : {0, 1, 2, 3, 4, 5, 31, 63, 64, 65}) {
        Case layer(m, n, k, (m + n + k) % 3 == 0 ? 5 : 0);
        layer.Fill(random);
        CheckWhole(layer, (m + n + k) % 2 == 0);
      }
    }
  }
}

TEST_CASE("gemm_u8s8 equals the 64-bit reference over large shapes") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  const int64_t shapes[][3] = {{128, 768, 768}, {7, 3073, 768}, {33, 768, 3072}, {3, 3073, 3072},
                               {128, 17, 3072}, {6, 64, 3073},  {14, 130, 7000}, {200, 65, 129}};
  for (const auto& [m, n, k] : shapes) {
    Case layer(m, n, k, 3);
    layer.Fill(random);
    CheckWhole(layer, true);
  }
}

TEST_CASE("gemm_u8s8 never saturates") {
  std::mt19937_64 random(kSeed);
  struct Extreme {
    uint8_t a;
    int8_t b;
    int32_t zero_point;
  };
  for (const auto& [a, b, zero_point] :
       {Extreme{255, -128, 0}, Extreme{255, 127, 0}, Extreme{0, -128, 255}, Extreme{0, 127, 255},
        Extreme{255, -128, 1}, Extreme{255, -128, 127}, Extreme{255, -128, 128},
        Extreme{255, 127, 255}}) {
    for (const int64_t k : {int64_t{3072}, kGemmU8S8MaxK}) {
      Case layer(7, 17, k, 0);
      layer.Fill(random);
      std::fill(layer.a.begin(), layer.a.end(), a);
      std::fill(layer.b.begin(), layer.b.end(), b);
      std::fill(layer.a_zero_point.begin(), layer.a_zero_point.end(), zero_point);
      CheckWhole(layer, true);
    }
  }
}

TEST_CASE("gemm_u8s8 computes the range it is given and no more") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  Case layer(29, 333, 70, 4);
  layer.Fill(random);
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
  Case layer(9, 67, 21, 0);
  layer.Fill(random);
  layer.Expect(true);
  ForEachGemm(layer, [&](const GemmU8S8& gemm, const void* packed) {
    for (size_t shift = 0; shift < 64; ++shift) {
      const size_t floats = shift % 16;
      std::vector<uint8_t> a(layer.a.size() + shift);
      std::vector<float> b_scale(layer.b_scale.size() + floats);
      std::vector<float> bias(layer.bias.size() + floats);
      std::vector<float> c(layer.expected.size() + floats);
      std::copy(layer.a.begin(), layer.a.end(), a.begin() + shift);
      std::copy(layer.b_scale.begin(), layer.b_scale.end(), b_scale.begin() + floats);
      std::copy(layer.bias.begin(), layer.bias.end(), bias.begin() + floats);
      gemm.run({a.data() + shift, layer.lda, layer.a_scale.data(), layer.a_zero_point.data(),
                packed, b_scale.data() + floats, bias.data() + floats, layer.n, layer.k,
                c.data() + floats, layer.ldc},
               0, layer.m, 0, layer.n);
      CHECK_MESSAGE(std::memcmp(c.data() + floats, layer.expected.data(),
                                layer.expected.size() * sizeof(float)) == 0,
                    gemm.name, " shift ", shift);
    }
  });
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
