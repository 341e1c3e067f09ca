#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/attention_case.h"
#include "tests/kernels/kernel_rows.h"

OCTET_TESTS_KERNEL(attention_f32);

namespace octet::kernels {
namespace {

std::vector<float> Run(const KernelTable& table, const AttentionCase& c, int64_t gap) {
  return RunAttention(*table.attention_f32, c, gap);
}

TEST_CASE("attention has the same bits on every instruction set, and stays inside its operands") {
  constexpr uint32_t kSeed = 41;
  CAPTURE(kSeed);
  const auto check = [](int64_t queries, int64_t keys, int64_t head_dim, Mask mask) {
    const AttentionCase c = RandomAttention(queries, keys, head_dim, mask, kSeed);
    const std::vector<float> expected = Run(IsaTables()[0].table, c, 0);
    for (const IsaTable& isa : IsasWith(&KernelTable::attention_f32)) {
      CAPTURE(isa.name);
      CAPTURE(queries);
      CAPTURE(keys);
      CAPTURE(head_dim);
      CHECK(FirstDifference(Run(isa.table, c, queries % 4), expected) == -1);
    }
  };
  // Sizes around strips and tiles of queries, and around panels and vectors of keys and head_dim.
  int64_t queries = 1;
  const auto check_keys = [&](int64_t keys) {
    for (const int64_t head_dim : {1, 16, 32, 64, 80}) {
      for (const Mask mask : {Mask::kNone, Mask::kShared, Mask::kPerQuery}) {
        check(queries, keys, head_dim, mask);
        queries = queries % 13 + 1;
      }
    }
  };
  for (int64_t keys = 1; keys <= 20; ++keys) check_keys(keys);
  for (int64_t keys = 31; keys <= 66; ++keys) check_keys(keys);
  for (const int64_t keys : {79, 81, 96, 100, 127, 128, 129, 130}) check_keys(keys);
  for (int64_t n = 1; n <= 25; ++n) check(n, 53, 32, Mask::kPerQuery);
  for (const int64_t head_dim : {1, 4, 5, 8, 15, 16, 17, 24, 48, 63, 80, 96, 128}) {
    check(5, 21, head_dim, Mask::kShared);
    check(1, 33, head_dim, Mask::kNone);
  }
  // With so many queries, a v of several panels is copied.
  for (const int64_t head_dim : {17, 32, 64, 80, 128}) {
    for (const int64_t many : {63, 64, 65}) check(many, 35, head_dim, Mask::kPerQuery);
  }
  check(130, 600, 64, Mask::kShared);
}

TEST_CASE("attention is close to the exact result") {
  const AttentionCase c = RandomAttention(10, 50, 64, Mask::kPerQuery, 42);
  const std::vector<float> out = Run(IsaTables().back().table, c, 0);
  const auto at = [](int64_t i, int64_t j, int64_t cols) {
    return static_cast<size_t>(i * cols + j);
  };
  for (int64_t i = 0; i < c.queries; ++i) {
    std::vector<double> weight(50);
    double sum = 0.0;
    for (int64_t j = 0; j < c.keys; ++j) {
      double score = 0.0;
      for (int64_t d = 0; d < 64; ++d) {
        score += static_cast<double>(c.q[at(i, d, 64)]) * c.k[at(j, d, 64)];
      }
      weight[at(0, j, 0)] = std::exp(score * c.scale + c.mask[at(i, j, 50)]);
      sum += weight[at(0, j, 0)];
    }
    for (int64_t d = 0; d < 64; ++d) {
      double exact = 0.0;
      for (int64_t j = 0; j < c.keys; ++j) exact += weight[at(0, j, 0)] / sum * c.v[at(j, d, 64)];
      CHECK(out[at(i, d, 64)] == doctest::Approx(exact).epsilon(2e-5));
    }
  }
}

TEST_CASE("attention gives the same bits for a sentence with and without padding") {
  for (const IsaTable& isa : IsasWith(&KernelTable::attention_f32)) {
    for (const int64_t length : {1, 6, 16, 40, 63, 64, 65}) {
      for (const float masked : {-10000.0f, std::numeric_limits<float>::lowest(), -kInf}) {
        CAPTURE(isa.name);
        CAPTURE(length);
        CAPTURE(masked);
        AttentionCase padded = RandomAttention(length, 70, 32, Mask::kNone, 43);
        padded.mask.assign(70, masked);
        std::fill_n(padded.mask.begin(), length, 0.0f);
        AttentionCase alone = padded;
        alone.Shorten(length);
        CHECK(FirstDifference(Run(isa.table, padded, 0), Run(isa.table, alone, 0)) == -1);
      }
    }
  }
}

TEST_CASE("attention of special values") {
  for (const IsaTable& isa : IsasWith(&KernelTable::attention_f32)) {
    CAPTURE(isa.name);
    AttentionCase c = RandomAttention(9, 19, 8, Mask::kPerQuery, 44);
    // The output of a query with NaN, infinity, or -inf for every key is NaN; no other output is.
    c.q[1 * 8 + 7] = kNan;
    c.q[4 * 8] = kInf;
    std::fill_n(c.mask.begin() + 6 * 19, 19, -kInf);
    const std::vector<float> out = Run(isa.table, c, 0);
    for (size_t i = 0; i < out.size(); ++i) {
      const size_t query = i / 8;
      CHECK(std::isnan(out[i]) == (query == 1 || query == 4 || query == 6));
    }
    // A NaN in v makes its column NaN for every query.
    c = RandomAttention(9, 19, 8, Mask::kNone, 45);
    c.v[18 * 8 + 3] = kNan;
    const std::vector<float> with_nan_value = Run(isa.table, c, 0);
    for (size_t i = 0; i < with_nan_value.size(); ++i) {
      CHECK(std::isnan(with_nan_value[i]) == (i % 8 == 3));
    }
    c.queries = 0;
    c.q.clear();
    CHECK(Run(isa.table, c, 0).empty());
  }
}

}  // namespace
}  // namespace octet::kernels
