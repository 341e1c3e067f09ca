// The reference quantizer does what kernel_table.h says, and the others give the same bytes.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(quantize_rows);
OCTET_TESTS_KERNEL(dequantize);

namespace octet::kernels {
namespace {

constexpr uint64_t kSeed = 777;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kMax = std::numeric_limits<float>::max();
constexpr float kDenormal = std::numeric_limits<float>::denorm_min();
constexpr float kMinNormal = std::numeric_limits<float>::min();

struct Quantized {
  float scale = 0.0f;
  int32_t zero_point = 0;
  std::vector<uint8_t> q;
};

int64_t Padded(int64_t cols) {
  return (cols + kGemmU8S8KGroup - 1) / kGemmU8S8KGroup * kGemmU8S8KGroup;
}

// Quantizes one row that ends at a guard page; fails if the padding is not zero.
Quantized QuantizeRow(const KernelTable& table, const std::vector<float>& row) {
  const auto cols = static_cast<int64_t>(row.size());
  GuardBuffer<float> x(row.size());
  std::copy(row.begin(), row.end(), x.begin());
  GuardBuffer<uint8_t> q(static_cast<size_t>(Padded(cols)));
  std::fill(q.begin(), q.end(), uint8_t{0xee});
  GuardBuffer<float> scale(1);
  GuardBuffer<int32_t> zero_point(1);
  table.quantize_rows(
      {x.data(), cols, q.data(), Padded(cols), scale.data(), zero_point.data(), 1, cols});
  for (int64_t j = cols; j < Padded(cols); ++j) REQUIRE(q[j] == 0);
  return {scale[0], zero_point[0], {q.begin(), q.begin() + cols}};
}

const KernelTable& Reference() { return IsaTables().front().table; }

void CheckAllSame(const std::vector<float>& row) {
  const Quantized expected = QuantizeRow(Reference(), row);
  for (const IsaTable& isa : IsasWith(&KernelTable::quantize_rows)) {
    const Quantized actual = QuantizeRow(isa.table, row);
    INFO(isa.name, " ", row.size(), " columns");
    CHECK(std::isnan(actual.scale) == std::isnan(expected.scale));
    if (!std::isnan(expected.scale)) {
      CHECK(std::memcmp(&actual.scale, &expected.scale, sizeof(float)) == 0);
    }
    CHECK(actual.zero_point == expected.zero_point);
    CHECK(actual.q == expected.q);
  }
}

TEST_CASE("quantize_rows: known rows") {
  struct Known {
    std::vector<float> row;
    float scale;
    int32_t zero_point;
    std::vector<uint8_t> q;
  };
  const Known known[] = {
      // Scale 1: ties go to even.
      {{0.0f, 0.5f, 1.5f, 2.5f, 254.5f, 255.0f}, 1.0f, 0, {0, 0, 2, 2, 254, 255}},
      // The range includes 0 even if the row does not.
      {{51.0f, 255.0f}, 1.0f, 0, {51, 255}},
      {{-255.0f, -254.0f}, 1.0f, 255, {0, 1}},
      {{-127.0f, 0.0f, 128.0f}, 1.0f, 127, {0, 127, 255}},
      {{0.0f, -0.0f, 0.0f}, 1.0f, 0, {0, 0, 0}},
      {{-0.0f}, 1.0f, 0, {0}},
      // The scale would be too small to divide by.
      {{kDenormal, -kDenormal}, 1.0f, 0, {0, 0}},
      {{kMinNormal * 100.0f}, 1.0f, 0, {0}},
  };
  for (const Known& k : known) {
    for (const IsaTable& isa : IsasWith(&KernelTable::quantize_rows)) {
      const Quantized actual = QuantizeRow(isa.table, k.row);
      INFO(isa.name);
      CHECK(actual.scale == k.scale);
      CHECK(actual.zero_point == k.zero_point);
      CHECK(actual.q == k.q);
    }
  }
}

TEST_CASE("quantize_rows: a row that is not finite gives scale NaN and zeros") {
  for (const float bad : {kNan, -kNan, kInf, -kInf}) {
    for (const size_t cols : {1, 7, 8, 16, 33, 70, 129}) {
      for (size_t at = 0; at < cols; ++at) {
        std::vector<float> row(cols, 3.0f);
        row[at] = bad;
        for (const IsaTable& isa : IsasWith(&KernelTable::quantize_rows)) {
          const Quantized actual = QuantizeRow(isa.table, row);
          REQUIRE(std::isnan(actual.scale));
          REQUIRE(actual.zero_point == 0);
          REQUIRE(std::count(actual.q.begin(), actual.q.end(), 0) == static_cast<int64_t>(cols));
        }
      }
    }
  }
}

TEST_CASE("quantize_rows: the same bytes on every instruction set") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  std::normal_distribution<float> normal;
  for (int trial = 0; trial < 3000; ++trial) {
    std::vector<float> row(random() % 150);
    // Magnitudes from denormals to the largest floats.
    const float magnitude = std::ldexp(1.0f, static_cast<int>(random() % 276) - 149);
    const float shift = trial % 3 == 0 ? normal(random) * magnitude : 0.0f;
    for (float& x : row) {
      x = std::clamp(normal(random) * magnitude + shift, -kMax, kMax);
    }
    CheckAllSame(row);
  }
  CheckAllSame({kMax, -kMax});
  CheckAllSame({3e38f, -3e38f, 1.0f, 0.0f});
  CheckAllSame({kMinNormal * 255.0f, 0.0f});
  CheckAllSame({kMinNormal * 254.0f, -kMinNormal});
}

TEST_CASE("quantize_rows: error at most half a step, monotone, zero exact, extremes reached") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  std::normal_distribution<float> normal;
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<float> row(1 + random() % 200);
    const float magnitude = std::ldexp(1.0f, static_cast<int>(random() % 200) - 100);
    for (float& x : row) x = normal(random) * magnitude;
    row.push_back(0.0f);
    std::sort(row.begin(), row.end());
    const Quantized out = QuantizeRow(IsaTables().back().table, row);
    const double scale = out.scale;
    // The zero point is rounded too, so clamping an extreme may cost half a step more.
    for (size_t j = 0; j < row.size(); ++j) {
      const double value = (out.q[j] - out.zero_point) * scale;
      const bool extreme = out.q[j] == 0 || out.q[j] == 255;
      REQUIRE(std::abs(value - row[j]) <= (extreme ? 1.0 : 0.5) * scale * (1 + 1e-4));
      if (row[j] == 0.0f) REQUIRE(out.q[j] == out.zero_point);
      if (j > 0) REQUIRE(out.q[j] >= out.q[j - 1]);
    }
    REQUIRE(out.q.back() - out.q.front() >= 254);
  }
}

TEST_CASE("quantize_rows: rows are independent and strides are kept") {
  constexpr int64_t kRows = 3;
  constexpr int64_t kCols = 21;
  constexpr int64_t kLdx = 25;
  constexpr int64_t kLdq = 40;
  std::mt19937_64 random(kSeed);
  std::normal_distribution<float> normal;
  std::vector<float> x(kRows * kLdx);
  for (float& value : x) value = normal(random);
  x[kLdx + 5] = kNan;
  for (const IsaTable& isa : IsasWith(&KernelTable::quantize_rows)) {
    std::vector<uint8_t> q(kRows * kLdq, 0xee);
    float scale[kRows];
    int32_t zero_point[kRows];
    isa.table.quantize_rows({x.data(), kLdx, q.data(), kLdq, scale, zero_point, kRows, kCols});
    for (int64_t i = 0; i < kRows; ++i) {
      const auto row = x.begin() + i * kLdx;
      const Quantized expected = QuantizeRow(Reference(), {row, row + kCols});
      CHECK(std::isnan(scale[i]) == (i == 1));
      CHECK(std::equal(expected.q.begin(), expected.q.end(), q.begin() + i * kLdq));
      for (int64_t j = kCols; j < kLdq; ++j) {
        CHECK(q[i * kLdq + j] == (j < Padded(kCols) ? 0 : 0xee));
      }
    }
  }
}

TEST_CASE("dequantize computes the epilogue's formula, and writes only inside its range") {
  std::mt19937_64 random(kSeed);
  INFO("seed ", kSeed);
  std::normal_distribution<float> normal;
  constexpr float kUntouched = -54321.0f;
  constexpr int64_t kGap = 3;
  for (const int64_t m : {0, 1, 3}) {
    for (const int64_t n : {1, 7, 8, 9, 16, 31, 32, 33, 100}) {
      const int64_t ld = n + kGap;
      const auto cells = static_cast<size_t>(m == 0 ? 0 : (m - 1) * ld + n);
      GuardBuffer<int32_t> acc(cells), zero_point(m), column_sum(n);
      GuardBuffer<float> a_scale(m), b_scale(n), bias(n);
      for (int32_t& x : acc) x = static_cast<int32_t>(random() % (1u << 30));
      for (int32_t& x : zero_point) x = static_cast<int32_t>(random() % 256);
      for (int32_t& x : column_sum) x = static_cast<int32_t>(random() % 400000) - 200000;
      for (float& x : a_scale) x = normal(random);
      for (float& x : b_scale) x = normal(random);
      for (float& x : bias) x = normal(random) * 1e6f;
      if (m > 1) a_scale[1] = kNan;
      for (const IsaTable& isa : IsasWith(&KernelTable::dequantize)) {
        for (const bool with_bias : {true, false}) {
          GuardBuffer<float> c(cells);
          std::fill(c.begin(), c.end(), kUntouched);
          isa.table.dequantize({acc.data(), ld, a_scale.data(), zero_point.data(),
                                column_sum.data(), b_scale.data(),
                                with_bias ? bias.data() : nullptr, c.data(), ld, m, n});
          for (int64_t at = 0; at < static_cast<int64_t>(cells); ++at) {
            const int64_t i = at / ld;
            const int64_t j = at % ld;
            float expected = kUntouched;
            if (j < n) {
              const int64_t centred = acc[at] - int64_t{zero_point[i]} * column_sum[j];
              expected = std::fma(static_cast<float>(centred), a_scale[i] * b_scale[j],
                                  with_bias ? bias[j] : 0.0f);
            }
            INFO(isa.name, " ", m, " x ", n, " at ", i, ", ", j);
            if (std::isnan(expected)) {
              CHECK(std::isnan(c[at]));
            } else {
              REQUIRE(std::memcmp(&c[at], &expected, sizeof(float)) == 0);
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace octet::kernels
