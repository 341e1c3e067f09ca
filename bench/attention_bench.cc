// Attention of one layer: every head of every sentence, on q, k and v of [tokens, hidden].
#include "bench/attention_bench.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "bench/calibration.h"
#include "tests/kernels/isa_tables.h"

namespace octet::bench {
namespace {

using kernels::IsaTable;
using kernels::IsaTables;
using kernels::KernelTable;

constexpr int64_t kHeads = 12;

struct AttentionCase {
  const char* name;
  std::vector<int64_t> lengths;  // of the sentences
  int64_t head_dim;
  bool pooled;  // one query a sentence, as in a last layer
};

const AttentionCase kAttentionCases[] = {
    {"8x128", std::vector<int64_t>(8, 128), 64, false},
    {"8x128/pooled", std::vector<int64_t>(8, 128), 64, true},
    {"1x512", {512}, 64, false},
    {"8x20to80", {20, 80, 53, 47, 61, 35, 58, 70}, 32, false},  // 53 on average
};

void BenchAttention(benchmark::State& state, const KernelTable& table, const AttentionCase& c) {
  const int64_t hidden = kHeads * c.head_dim;
  int64_t tokens = 0;
  int64_t longest = 0;
  double macs = 0.0;
  for (const int64_t length : c.lengths) {
    tokens += length;
    longest = std::max(longest, length);
    macs += static_cast<double>(2 * length * (c.pooled ? 1 : length) * hidden);
  }
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> qkv(static_cast<size_t>(3 * tokens * hidden));
  for (float& x : qkv) x = normal(random);
  std::vector<float> out(static_cast<size_t>(tokens * hidden));
  struct alignas(64) Line {
    float floats[16];
  };
  std::vector<Line> scratch(table.attention_f32_scratch(longest, c.head_dim) / 16 + 1);

  const double before = MeasurePeak(table.peak_f32);
  const double start = ThreadSeconds();
  for (auto _ : state) {
    int64_t first = 0;
    for (const int64_t length : c.lengths) {
      for (int64_t head = 0; head < kHeads; ++head) {
        const int64_t at = first * hidden + head * c.head_dim;
        kernels::AttentionF32Args args = {};
        args.q = qkv.data() + at;
        args.k = args.q + tokens * hidden;
        args.v = args.k + tokens * hidden;
        args.out = out.data() + at;
        args.ldq = args.ldk = args.ldv = args.ldo = hidden;
        args.queries = c.pooled ? 1 : length;
        args.keys = length;
        args.head_dim = c.head_dim;
        args.scale = 1.0f / std::sqrt(static_cast<float>(c.head_dim));
        args.scratch = scratch[0].floats;
        table.attention_f32(args);
      }
      first += length;
    }
    benchmark::ClobberMemory();
  }
  const double rate = macs * static_cast<double>(state.iterations()) / (ThreadSeconds() - start);
  const double peak = std::max(before, MeasurePeak(table.peak_f32));
  state.counters["GMAC/s"] = rate * 1e-9;
  if (peak > 0.0) state.counters["peak"] = rate / peak;
}

}  // namespace

void RegisterAttentionBenches() {
  for (const IsaTable& isa : IsaTables()) {
    for (const AttentionCase& c : kAttentionCases) {
      const std::string name =
          "attention_f32/" + isa.name + "/" + c.name + "/head_dim:" + std::to_string(c.head_dim);
      benchmark::RegisterBenchmark(name.c_str(), [&isa, &c](benchmark::State& state) {
        BenchAttention(state, isa.table, c);
      });
    }
  }
}

}  // namespace octet::bench
