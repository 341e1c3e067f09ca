#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

// The heads of one sentence in turn, in the layout of a fused product for query, key and value.
void BenchAttention(benchmark::State& state, const KernelTable& table, int64_t sentence,
                    int64_t head_dim) {
  constexpr int64_t kHeadCount = 12;
  const int64_t width = kHeadCount * head_dim;
  const AlignedVector<float> qkv = Gaussian(sentence * 3 * width);
  AlignedVector<float> out(static_cast<size_t>(sentence * width));
  AlignedVector<float> scratch(table.attention_f32_scratch(sentence, head_dim));
  const Work work = {.macs = 2.0 * static_cast<double>(sentence * sentence * head_dim),
                     .bytes = 4.0 * sizeof(float) * static_cast<double>(sentence * head_dim),
                     .peak = table.peak_f32};
  Measure(state, work, [&](int64_t iteration) {
    const float* q = qkv.data() + iteration % kHeadCount * head_dim;
    table.attention_f32({.q = q,
                         .ldq = 3 * width,
                         .k = q + width,
                         .ldk = 3 * width,
                         .v = q + 2 * width,
                         .ldv = 3 * width,
                         .out = out.data() + iteration % kHeadCount * head_dim,
                         .ldo = width,
                         .queries = sentence,
                         .keys = sentence,
                         .head_dim = head_dim,
                         .scale = 0.125f,
                         .mask = nullptr,
                         .mask_row_stride = 0,
                         .scratch = scratch.data()});
  });
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::attention_f32>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const int64_t head_dim : kHeads) {
    for (const int64_t sentence : kSentences) {
      AddBench("attention_f32/" + isa.name + "/head:" + std::to_string(head_dim) +
                   "/seq:" + std::to_string(sentence),
               [&table, sentence, head_dim](benchmark::State& state) {
                 BenchAttention(state, table, sentence, head_dim);
               });
    }
  }
}

// A size, not work.
template <>
void RegisterBenches<&KernelTable::attention_f32_scratch>(const IsaTable&) {}

}  // namespace octet::bench
