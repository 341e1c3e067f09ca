// Compares with the float kernel on the same numbers: the error of bfloat16 is bounded, padding
// must not matter, and no byte outside of the operands is touched.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/attention_case.h"
#include "tests/kernels/kernel_rows.h"

OCTET_TESTS_KERNEL(attention_bf16);

namespace octet::kernels {
namespace {

// Null if the CPU does not have AVX512_BF16.
const Attention* Bf16() { return IsaTables().back().table.attention_bf16; }

TEST_CASE("attention in bfloat16 is close to attention in float, and stays inside its operands") {
  const Attention* bf16 = Bf16();
  if (bf16 == nullptr) {
    std::printf("SKIPPED: this CPU does not have AVX512_BF16\n");
    return;
  }
  const Attention& f32 = *IsaTables().front().table.attention_f32;
  double largest = 0.0;
  double total_error = 0.0;
  double total_size = 0.0;
  int64_t queries = 1;
  for (const int64_t keys :
       {1, 2, 3, 8, 15, 16, 17, 31, 33, 48, 53, 64, 65, 100, 127, 128, 130, 512}) {
    for (const int64_t head_dim : {16, 32, 48, 64, 80}) {
      REQUIRE(head_dim % bf16->head_dim_multiple == 0);
      for (const Mask mask : {Mask::kNone, Mask::kShared, Mask::kPerQuery}) {
        queries = queries % 13 + 1;
        CAPTURE(queries);
        CAPTURE(keys);
        CAPTURE(head_dim);
        CAPTURE(mask);
        const AttentionCase c = RandomAttention(queries, keys, head_dim, mask, 51, 1.0f);
        const std::vector<float> got = RunAttention(*bf16, c, queries % 4);
        const std::vector<float> want = RunAttention(f32, c, 0);
        double error = 0.0;
        double size = 0.0;
        for (size_t i = 0; i < got.size(); ++i) {
          error += (got[i] - want[i]) * static_cast<double>(got[i] - want[i]);
          size += static_cast<double>(want[i]) * want[i];
        }
        largest = std::max(largest, std::sqrt(error / size));
        total_error += error;
        total_size += size;
      }
    }
  }
  const double relative = std::sqrt(total_error / total_size);
  MESSAGE("relative rms error ", relative, ", of the worst shape ", largest);
  CHECK(largest < 1e-2);
  CHECK(relative < 4e-3);
  CHECK(relative > 1e-3);  // bfloat16 cannot be that exact: a smaller error means that float ran
}

TEST_CASE("bfloat16 attention gives the same bits for a sentence with and without padding") {
  const Attention* bf16 = Bf16();
  if (bf16 == nullptr) return;
  for (const int64_t length : {1, 6, 16, 40, 63, 64, 65}) {
    CAPTURE(length);
    AttentionCase padded = RandomAttention(7, 70, 32, Mask::kNone, 55);
    padded.mask.assign(70, -kInf);
    std::fill_n(padded.mask.begin(), length, 0.0f);
    const std::vector<float> masked = RunAttention(*bf16, padded, 0);
    padded.Shorten(length);
    CHECK(FirstDifference(masked, RunAttention(*bf16, padded, 0)) == -1);
  }
}

}  // namespace
}  // namespace octet::kernels
