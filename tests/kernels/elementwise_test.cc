#include <doctest/doctest.h>

#include <functional>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(exp_f32);
OCTET_TESTS_KERNEL(erf_f32);
OCTET_TESTS_KERNEL(tanh_f32);
OCTET_TESTS_KERNEL(gelu_f32);

namespace octet::kernels {
namespace {

struct Function {
  const char* name;
  UnaryF32Fn KernelTable::*kernel;
  std::function<double(double)> exact;
};

const std::vector<Function> kFunctions = {
    {"exp", &KernelTable::exp_f32, [](double x) { return std::exp(x); }},
    {"erf", &KernelTable::erf_f32, [](double x) { return std::erf(x); }},
    {"tanh", &KernelTable::tanh_f32, [](double x) { return std::tanh(x); }},
    {"gelu", &KernelTable::gelu_f32,
     [](double x) { return x * 0.5 * std::erfc(-x * std::sqrt(0.5)); }},
};

// Every 2039th bit pattern: 2.1 million floats of all exponents and signs, NaN and denormals.
const std::vector<float>& Sample() {
  static const std::vector<float> sample = [] {
    std::vector<float> values = {0.0f, -0.0f, kInf, -kInf, kNan, kDenormal, -kDenormal};
    for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 2039) {
      values.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    }
    return values;
  }();
  return sample;
}

std::vector<float> Apply(const KernelTable& table, const Function& function,
                         const std::vector<float>& x) {
  std::vector<float> y(x.size());
  (table.*function.kernel)(x.data(), y.data(), static_cast<int64_t>(x.size()));
  return y;
}

float Apply(const KernelTable& table, UnaryF32Fn KernelTable::*kernel, float x) {
  float y = 0.0f;
  (table.*kernel)(&x, &y, 1);
  return y;
}

TEST_CASE("elementwise functions have the same bits on every instruction set") {
  for (const Function& function : kFunctions) {
    const std::vector<float> expected = Apply(IsaTables()[0].table, function, Sample());
    for (const IsaTable& isa : IsasWith(function.kernel)) {
      CAPTURE(isa.name);
      CAPTURE(function.name);
      CHECK(FirstDifference(Apply(isa.table, function, Sample()), expected) == -1);
    }
  }
}

TEST_CASE("elementwise functions stay inside their operands and work in place") {
  for (const Function& function : kFunctions) {
    for (const int64_t n : kRowSizes) {
      const std::vector<float> x = RandomNormal(static_cast<size_t>(n), 1, 3.0f);
      const std::vector<float> expected = Apply(IsaTables()[0].table, function, x);
      for (const IsaTable& isa : IsasWith(function.kernel)) {
        for (const GuardSide side : {GuardSide::kStart, GuardSide::kEnd}) {
          CAPTURE(isa.name);
          CAPTURE(function.name);
          CAPTURE(n);
          const GuardBuffer<float> in(x, side);
          GuardBuffer<float> out(x.size(), side);
          (isa.table.*function.kernel)(in.data(), out.data(), n);
          CHECK(FirstDifference(out, expected) == -1);
          GuardBuffer<float> both(x, side);
          (isa.table.*function.kernel)(both.data(), both.data(), n);
          CHECK(FirstDifference(both, expected) == -1);
        }
      }
    }
    for (const IsaTable& isa : IsasWith(function.kernel))
      (isa.table.*function.kernel)(nullptr, nullptr, 0);
  }
}

double LargestError(const Function& function, double (*error)(float value, double exact)) {
  const std::vector<float> y = Apply(IsaTables().back().table, function, Sample());
  double largest = 0.0;
  for (size_t i = 0; i < y.size(); ++i) {
    const float x = Sample()[i];
    if (!std::isfinite(x)) continue;
    largest = std::max(largest, error(y[i], function.exact(x)));
  }
  return largest;
}

// The bounds that docs/numerics.md states.
TEST_CASE("exp, erf and tanh are within 1.35 units in the last place") {
  CHECK(LargestError(kFunctions[0], UlpError) < 1.0);
  CHECK(LargestError(kFunctions[1], UlpError) < 1.25);
  CHECK(LargestError(kFunctions[2], UlpError) < 1.35);
}

TEST_CASE("gelu is within 4e-7 or one unit in the last place") {
  const auto error = [](float value, double exact) {
    return std::min(std::fabs(value - exact) / 4e-7, UlpError(value, exact));
  };
  CHECK(LargestError(kFunctions[3], error) <= 1.0);
}

TEST_CASE("special values") {
  for (const IsaTable& isa : IsaTables()) {
    CAPTURE(isa.name);
    const KernelTable& table = isa.table;
    for (const Function& function : kFunctions) {
      CHECK(std::isnan(Apply(table, function.kernel, kNan)));
      CHECK(std::isnan(Apply(table, function.kernel, -kNan)));
    }
    CHECK(SameBits(Apply(table, &KernelTable::exp_f32, -kInf), 0.0f));
    CHECK(SameBits(Apply(table, &KernelTable::exp_f32, -104.0f), 0.0f));
    CHECK(SameBits(Apply(table, &KernelTable::exp_f32, -3e38f), 0.0f));
    CHECK(SameBits(Apply(table, &KernelTable::exp_f32, -0.0f), 1.0f));
    CHECK(SameBits(Apply(table, &KernelTable::exp_f32, -103.5f), kDenormal));
    CHECK(Apply(table, &KernelTable::exp_f32, 88.7228f) < kInf);
    CHECK(Apply(table, &KernelTable::exp_f32, 88.73f) == kInf);
    CHECK(Apply(table, &KernelTable::exp_f32, kInf) == kInf);
    for (const auto kernel : {&KernelTable::erf_f32, &KernelTable::tanh_f32}) {
      for (const float sign : {1.0f, -1.0f}) {
        CHECK(SameBits(Apply(table, kernel, sign * 0.0f), sign * 0.0f));
        CHECK(SameBits(Apply(table, kernel, sign * 10.0f), sign));
        CHECK(SameBits(Apply(table, kernel, sign * kInf), sign));
      }
    }
    CHECK(Apply(table, &KernelTable::gelu_f32, 0.0f) == 0.0f);
    CHECK(Apply(table, &KernelTable::gelu_f32, -0.0f) == 0.0f);
    CHECK(Apply(table, &KernelTable::gelu_f32, 100.0f) == 100.0f);
    CHECK(Apply(table, &KernelTable::gelu_f32, -3e38f) == 0.0f);
    CHECK(Apply(table, &KernelTable::gelu_f32, kInf) == kInf);
    // x * Phi(x) is -inf * 0 here, as in every engine that evaluates the formula.
    CHECK(std::isnan(Apply(table, &KernelTable::gelu_f32, -kInf)));
  }
}

}  // namespace
}  // namespace octet::kernels
