#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

using kernels::Attention;

// Runs the heads of one sentence in turn, in the layout of a fused product for query, key and
// value. `peak` is that of float products, also for bfloat16, so that the shares of both can be
// compared.
void BenchAttention(benchmark::State& state, const Attention& attention, kernels::PeakFn peak,
                    int64_t sentence, int64_t head_dim) {
  constexpr int64_t kHeadCount = 12;
  const int64_t width = kHeadCount * head_dim;
  const AlignedVector<float> qkv = Gaussian(sentence * 3 * width);
  AlignedVector<float> out(static_cast<size_t>(sentence * width));
  AlignedVector<std::byte> scratch(attention.scratch_bytes(sentence, head_dim));
  const Work work = {.macs = 2.0 * static_cast<double>(sentence * sentence * head_dim),
                     .bytes = 4.0 * sizeof(float) * static_cast<double>(sentence * head_dim),
                     .peak = peak};
  Measure(state, work, [&](int64_t iteration) {
    const float* q = qkv.data() + iteration % kHeadCount * head_dim;
    attention.run({.q = q,
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

void RegisterAttention(const char* kernel, const IsaTable& isa, const Attention& attention) {
  for (const int64_t head_dim : kHeads) {
    for (const int64_t sentence : kSentences) {
      AddBench(BenchName(kernel, isa) + "/head:" + std::to_string(head_dim) +
                   "/seq:" + std::to_string(sentence),
               [=, &attention, peak = isa.table.peak_f32](benchmark::State& state) {
                 BenchAttention(state, attention, peak, sentence, head_dim);
                 state.SetLabel(attention.name);
               });
    }
  }
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::attention_f32>(const IsaTable& isa) {
  RegisterAttention("attention_f32", isa, *isa.own.attention_f32);
}

template <>
void RegisterBenches<&KernelTable::attention_bf16>(const IsaTable& isa) {
  RegisterAttention("attention_bf16", isa, *isa.own.attention_bf16);
}

}  // namespace octet::bench
