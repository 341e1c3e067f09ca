// Random operands of attention, and a run of a kernel that detects accesses outside of them.
#ifndef OCTET_TESTS_KERNELS_ATTENTION_CASE_H_
#define OCTET_TESTS_KERNELS_ATTENTION_CASE_H_

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/kernel_table.h"
#include "tests/kernels/float_test.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {

enum class Mask { kNone, kShared, kPerQuery };

struct AttentionCase {
  int64_t queries;
  int64_t keys;
  int64_t head_dim;
  std::vector<float> q;     // [queries, head_dim]
  std::vector<float> k;     // [keys, head_dim]
  std::vector<float> v;     // [keys, head_dim]
  std::vector<float> mask;  // [queries or 1, keys], or empty
  float scale;

  // Keeps only the first keys, without a mask.
  void Shorten(int64_t length) {
    keys = length;
    k.resize(static_cast<size_t>(length * head_dim));
    v.resize(static_cast<size_t>(length * head_dim));
    mask.clear();
  }
};

// q and k have the standard deviation `deviation`, v and the mask 1.
inline AttentionCase RandomAttention(int64_t queries, int64_t keys, int64_t head_dim, Mask mask,
                                     uint32_t seed, float deviation = 2.0f) {
  AttentionCase c;
  c.queries = queries;
  c.keys = keys;
  c.head_dim = head_dim;
  c.q = RandomNormal(static_cast<size_t>(queries * head_dim), seed, deviation);
  c.k = RandomNormal(static_cast<size_t>(keys * head_dim), seed + 1, deviation);
  c.v = RandomNormal(static_cast<size_t>(keys * head_dim), seed + 2);
  const int64_t mask_rows = mask == Mask::kNone ? 0 : mask == Mask::kShared ? 1 : queries;
  c.mask = RandomNormal(static_cast<size_t>(mask_rows * keys), seed + 3);
  c.scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  return c;
}

// The rows of an operand, `gap` elements apart; the last row ends at the guard page.
inline GuardBuffer<float> Spread(const std::vector<float>& dense, int64_t cols, int64_t gap) {
  const int64_t rows = cols == 0 ? 0 : static_cast<int64_t>(dense.size()) / cols;
  const int64_t stride = cols + gap;
  std::vector<float> spread(static_cast<size_t>(std::max<int64_t>(0, rows * stride - gap)), kNan);
  for (int64_t i = 0; i < rows; ++i) {
    std::copy_n(dense.begin() + i * cols, cols, spread.begin() + i * stride);
  }
  return GuardBuffer<float>(spread);
}

// Runs attention on operands whose rows lie `gap` elements apart. Returns the output without gaps.
inline std::vector<float> RunAttention(const Attention& attention, const AttentionCase& c,
                                       int64_t gap) {
  const GuardBuffer<float> q = Spread(c.q, c.head_dim, gap);
  const GuardBuffer<float> k = Spread(c.k, c.head_dim, gap);
  const GuardBuffer<float> v = Spread(c.v, c.head_dim, gap);
  const GuardBuffer<float> mask(c.mask);
  GuardBuffer<float> out = Spread(std::vector<float>(c.q.size(), kNan), c.head_dim, gap);
  // The size is rounded up to keep the start aligned. NaN shows that the content does not matter.
  const size_t scratch_bytes = attention.scratch_bytes(c.keys, c.head_dim);
  GuardBuffer<float> scratch((scratch_bytes + 63) / 64 * 16);
  for (size_t i = 0; i < scratch.size(); ++i) scratch[i] = kNan;

  const int64_t stride = c.head_dim + gap;
  AttentionArgs args = {};
  args.q = q.data();
  args.ldq = stride;
  args.k = k.data();
  args.ldk = stride;
  args.v = v.data();
  args.ldv = stride;
  args.out = out.data();
  args.ldo = stride;
  args.queries = c.queries;
  args.keys = c.keys;
  args.head_dim = c.head_dim;
  args.scale = c.scale;
  args.mask = c.mask.empty() ? nullptr : mask.data();
  args.mask_row_stride = static_cast<int64_t>(c.mask.size()) > c.keys ? c.keys : 0;
  args.scratch = scratch.data();
  attention.run(args);

  std::vector<float> dense;
  for (int64_t i = 0; i < c.queries; ++i) {
    const float* row = out.data() + i * stride;
    dense.insert(dense.end(), row, row + c.head_dim);
    if (i + 1 == c.queries) break;
    for (int64_t d = c.head_dim; d < stride; ++d) CHECK(std::isnan(row[d]));
  }
  return dense;
}

}  // namespace octet::kernels

#endif  // OCTET_TESTS_KERNELS_ATTENTION_CASE_H_
