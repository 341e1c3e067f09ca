// The reference is the float kernel on the same numbers: the error of bfloat16 is bounded, the
// padding must not matter, and no byte outside of the operands is touched.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "tests/kernels/float_test.h"
#include "tests/kernels/isa_tables.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {
namespace {

struct Kernel {
  AttentionScratchFn scratch;
  AttentionF32Fn run;
};

// Null where the CPU has none.
Kernel Bf16() {
  const KernelTable& table = IsaTables().back().table;
  return {table.attention_bf16_scratch, table.attention_bf16};
}

std::vector<float> Run(const Kernel& kernel, int64_t queries, int64_t keys, int64_t head_dim,
                       const std::vector<float>& mask) {
  const auto random = [&](int64_t rows, uint32_t seed) {
    return GuardBuffer<float>(RandomNormal(static_cast<size_t>(rows * head_dim), seed));
  };
  const GuardBuffer<float> q = random(queries, 51);
  const GuardBuffer<float> k = random(keys, 52);
  const GuardBuffer<float> v = random(keys, 53);
  const GuardBuffer<float> mask_buffer(mask);
  GuardBuffer<float> out(static_cast<size_t>(queries * head_dim));
  GuardBuffer<float> scratch((kernel.scratch(keys, head_dim) + 15) / 16 * 16);
  std::fill_n(scratch.data(), scratch.size(), kNan);
  AttentionF32Args args = {};
  args.q = q.data();
  args.k = k.data();
  args.v = v.data();
  args.out = out.data();
  args.ldq = args.ldk = args.ldv = args.ldo = head_dim;
  args.queries = queries;
  args.keys = keys;
  args.head_dim = head_dim;
  args.scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  args.mask = mask.empty() ? nullptr : mask_buffer.data();
  args.mask_row_stride = static_cast<int64_t>(mask.size()) > keys ? keys : 0;
  args.scratch = scratch.data();
  kernel.run(args);
  return {out.data(), out.data() + out.size()};
}

TEST_CASE("attention on bfloat16 numbers is close to the float one, inside its operands") {
  const Kernel bf16 = Bf16();
  if (bf16.run == nullptr) {
    std::printf("SKIPPED: this CPU has no AVX512_BF16\n");
    return;
  }
  const KernelTable& reference = IsaTables()[0].table;
  const Kernel f32 = {reference.attention_f32_scratch, reference.attention_f32};
  double largest = 0.0;
  double total_error = 0.0;
  double total_size = 0.0;
  int64_t queries = 1;
  for (const int64_t keys :
       {1, 2, 3, 8, 15, 16, 17, 31, 33, 48, 53, 64, 65, 100, 127, 128, 130, 512}) {
    for (const int64_t head_dim : {16, 32, 48, 64, 80}) {
      for (int kind = 0; kind < 3; ++kind) {  // no mask, one row, a row for each query
        queries = queries % 13 + 1;
        const int64_t mask_rows = kind == 2 ? queries : kind;
        CAPTURE(queries);
        CAPTURE(keys);
        CAPTURE(head_dim);
        CAPTURE(mask_rows);
        const std::vector<float> mask = RandomNormal(static_cast<size_t>(mask_rows * keys), 54);
        const std::vector<float> got = Run(bf16, queries, keys, head_dim, mask);
        const std::vector<float> want = Run(f32, queries, keys, head_dim, mask);
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
  CHECK(relative > 1e-3);  // below what bfloat16 can do: the float kernel ran
}

TEST_CASE("bfloat16 attention to a padded sentence has the bits of the sentence alone") {
  const Kernel bf16 = Bf16();
  if (bf16.run == nullptr) return;
  for (const int64_t length : {1, 6, 16, 40, 63, 64, 65}) {
    CAPTURE(length);
    std::vector<float> mask(70, -kInf);
    std::fill_n(mask.begin(), length, 0.0f);
    CHECK(FirstDifference(Run(bf16, 7, 70, 32, mask), Run(bf16, 7, length, 32, {})) == -1);
  }
}

}  // namespace
}  // namespace octet::kernels
