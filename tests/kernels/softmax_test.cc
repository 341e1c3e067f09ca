#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(softmax_f32);

namespace octet::kernels {
namespace {

std::vector<float> Softmax(const KernelTable& table, const std::vector<float>& x, int64_t rows) {
  std::vector<float> y(x.size());
  table.softmax_f32(x.data(), y.data(), rows, static_cast<int64_t>(x.size()) / rows);
  return y;
}

TEST_CASE("softmax has the same bits on every ISA, inside its operands and in place") {
  constexpr uint32_t kSeed = 11;
  CAPTURE(kSeed);
  constexpr int64_t kRows = 6;  // kernels take four rows at once
  for (const int64_t cols : kRowSizes) {
    for (const float scale : {0.1f, 3.0f, 60.0f}) {
      const std::vector<float> x = RandomNormal(static_cast<size_t>(kRows * cols),
                                                kSeed + static_cast<uint32_t>(cols), scale);
      const std::vector<float> expected = Softmax(IsaTables()[0].table, x, kRows);
      for (const IsaTable& isa : IsasWith(&KernelTable::softmax_f32)) {
        for (const GuardSide side : {GuardSide::kStart, GuardSide::kEnd}) {
          CAPTURE(isa.name);
          CAPTURE(cols);
          const GuardBuffer<float> in(x, side);
          GuardBuffer<float> out(x.size(), side);
          isa.table.softmax_f32(in.data(), out.data(), kRows, cols);
          CHECK(FirstDifference(out, expected) == -1);
          GuardBuffer<float> both(x, side);
          isa.table.softmax_f32(both.data(), both.data(), kRows, cols);
          CHECK(FirstDifference(both, expected) == -1);
        }
      }
    }
  }
}

TEST_CASE("softmax is close to the exact result") {
  for (const int64_t cols : kRowSizes) {
    const std::vector<float> x = RandomNormal(static_cast<size_t>(cols), 12, 4.0f);
    const std::vector<float> y = Softmax(IsaTables().back().table, x, 1);
    double max = -kInf;
    for (const float value : x) max = std::max<double>(max, value);
    double sum = 0.0;
    for (const float value : x) sum += std::exp(value - max);
    double total = 0.0;
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = std::exp(x[i] - max) / sum;
      // x - max is rounded once. After exp this is a relative error of |x - max| * 2^-24.
      CHECK(std::fabs(y[i] - exact) <= exact * (8 + max - x[i]) * 0x1p-23);
      total += y[i];
    }
    CHECK(total == doctest::Approx(1.0).epsilon(1e-5));
  }
}

TEST_CASE("softmax of special values") {
  for (const IsaTable& isa : IsasWith(&KernelTable::softmax_f32)) {
    CAPTURE(isa.name);
    for (const int64_t cols : {1, 5, 16, 21, 40}) {
      CAPTURE(cols);
      const size_t size = static_cast<size_t>(cols);
      // Equal values of any size give a uniform result.
      for (const float value : {0.0f, -0.0f, 3e38f, -3e38f, kDenormal}) {
        for (const float y : Softmax(isa.table, std::vector<float>(size, value), 1)) {
          CHECK(y == 1.0f / static_cast<float>(cols));
        }
      }
      // If any value is NaN or +inf, or all are -inf, the result is all NaN.
      for (const float value : {kNan, kInf}) {
        std::vector<float> x(size, 1.0f);
        x[size / 2] = value;
        for (const float y : Softmax(isa.table, x, 1)) CHECK(std::isnan(y));
      }
      for (const float y : Softmax(isa.table, std::vector<float>(size, -kInf), 1)) {
        CHECK(std::isnan(y));
      }
    }
    CHECK(Softmax(isa.table, {-kInf, 2.0f, -kInf}, 1) == std::vector<float>{0.0f, 1.0f, 0.0f});
    isa.table.softmax_f32(nullptr, nullptr, 0, 8);
    isa.table.softmax_f32(nullptr, nullptr, 3, 0);
  }
}

}  // namespace
}  // namespace octet::kernels
