#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(layer_norm_f32);

namespace octet::kernels {
namespace {

struct Case {
  int64_t rows;
  int64_t cols;
  std::vector<float> x;
  std::vector<float> residual;  // or empty
  std::vector<float> gamma;
  std::vector<float> beta;  // or empty
};

Case RandomCase(int64_t rows, int64_t cols, bool with_residual, bool with_beta, uint32_t seed) {
  const size_t size = static_cast<size_t>(rows * cols);
  const size_t width = static_cast<size_t>(cols);
  Case result = {rows, cols, RandomNormal(size, seed, 2.0f), {}, RandomNormal(width, seed + 2), {}};
  for (float& value : result.x) value += 0.7f;
  if (with_residual) result.residual = RandomNormal(size, seed + 1);
  if (with_beta) result.beta = RandomNormal(width, seed + 3);
  return result;
}

LayerNormArgs Args(const Case& c, const float* x, const float* residual, const float* gamma,
                   const float* beta, float* y, RowRange* range = nullptr) {
  return {x, residual, gamma, beta, 1e-5f, y, c.rows, c.cols, range};
}

std::vector<float> Run(const KernelTable& table, const Case& c, RowRange* range = nullptr) {
  std::vector<float> y(c.x.size());
  table.layer_norm_f32(Args(c, c.x.data(), c.residual.empty() ? nullptr : c.residual.data(),
                            c.gamma.data(), c.beta.empty() ? nullptr : c.beta.data(), y.data(),
                            range));
  return y;
}

bool Same(const RowRange& a, const RowRange& b) {
  return std::ranges::equal(a.hi, b.hi) && std::ranges::equal(a.lo, b.lo);
}

TEST_CASE("layer norm has the same bits on every ISA, inside its operands and in place") {
  constexpr uint32_t kSeed = 21;
  CAPTURE(kSeed);
  for (const int64_t cols : kRowSizes) {
    for (const int64_t rows : {1, 2, 4, 9}) {
      for (const bool with_residual : {false, true}) {
        const bool with_beta = rows != 2;
        const Case c = RandomCase(rows, cols, with_residual, with_beta, kSeed);
        std::vector<RowRange> expected_range(static_cast<size_t>(rows));
        const std::vector<float> expected = Run(IsaTables()[0].table, c, expected_range.data());
        for (const IsaTable& isa : IsasWith(&KernelTable::layer_norm_f32)) {
          CAPTURE(isa.name);
          CAPTURE(cols);
          CAPTURE(rows);
          CAPTURE(with_residual);
          GuardBuffer<float> x(c.x);
          GuardBuffer<float> residual(c.residual);
          const GuardBuffer<float> gamma(c.gamma);
          const GuardBuffer<float> beta(c.beta);
          GuardBuffer<float> y(c.x.size());
          const float* residual_or_null = with_residual ? residual.data() : nullptr;
          const float* beta_or_null = with_beta ? beta.data() : nullptr;
          isa.table.layer_norm_f32(
              Args(c, x.data(), residual_or_null, gamma.data(), beta_or_null, y.data()));
          CHECK(FirstDifference(y, expected) == -1);
          if (with_residual) {
            GuardBuffer<float> copy(c.residual);
            GuardBuffer<RowRange> range(expected_range.size());
            isa.table.layer_norm_f32(Args(c, x.data(), copy.data(), gamma.data(), beta_or_null,
                                          copy.data(), range.data()));
            CHECK(FirstDifference(copy, expected) == -1);
            CHECK(std::equal(range.begin(), range.end(), expected_range.begin(), Same));
          }
          GuardBuffer<RowRange> range(expected_range.size());
          isa.table.layer_norm_f32(Args(c, x.data(), residual_or_null, gamma.data(), beta_or_null,
                                        x.data(), range.data()));
          CHECK(FirstDifference(x, expected) == -1);
          CHECK(std::equal(range.begin(), range.end(), expected_range.begin(), Same));
        }
      }
    }
  }
}

TEST_CASE("layer norm is close to the exact result") {
  for (const int64_t cols : {7, 384, 768, 3072}) {
    const Case c = RandomCase(2, cols, true, true, 22);
    const std::vector<float> y = Run(IsaTables().back().table, c);
    for (int64_t row = 0; row < c.rows; ++row) {
      const auto value = [&](int64_t i) {
        const size_t at = static_cast<size_t>(row * cols + i);
        return static_cast<double>(c.x[at]) + c.residual[at];
      };
      double mean = 0.0;
      for (int64_t i = 0; i < cols; ++i) mean += value(i) / static_cast<double>(cols);
      double variance = 0.0;
      for (int64_t i = 0; i < cols; ++i) {
        variance += (value(i) - mean) * (value(i) - mean) / static_cast<double>(cols);
      }
      for (int64_t i = 0; i < cols; ++i) {
        const size_t at = static_cast<size_t>(i);
        const double exact =
            (value(i) - mean) / std::sqrt(variance + 1e-5) * c.gamma[at] + c.beta[at];
        CHECK(std::fabs(y[static_cast<size_t>(row * cols + i)] - exact) <
              2e-6 * (1 + std::fabs(exact)));
      }
    }
  }
}

TEST_CASE("layer norm of special values") {
  for (const IsaTable& isa : IsasWith(&KernelTable::layer_norm_f32)) {
    CAPTURE(isa.name);
    Case c = RandomCase(1, 37, false, true, 23);
    // The variance of a constant row is 0, so the result is beta.
    c.x.assign(37, 2.0f);
    CHECK(Run(isa.table, c) == c.beta);
    c.x.assign(37, -0.0f);
    CHECK(Run(isa.table, c) == c.beta);
    for (const float value : {kNan, kInf, -kInf}) {
      c.x.assign(37, 1.0f);
      c.x[36] = value;
      for (const float y : Run(isa.table, c)) CHECK(std::isnan(y));
    }
    c.x.assign(37, kDenormal);
    c.x[3] = -kDenormal;
    CHECK(FirstDifference(Run(isa.table, c), Run(IsaTables()[0].table, c)) == -1);
    c.x.assign(37, 3e38f);  // the sum overflows
    for (const float y : Run(isa.table, c)) CHECK(std::isnan(y));
  }
}

}  // namespace
}  // namespace octet::kernels
