// Benchmarks of the kernels on every instruction set of this CPU:
//   octet_bench [--benchmark_filter=gemm_u8s8/avx512_vnni/...] [--benchmark_repetitions=N]
// GMAC/s counts a multiply and an add as one; "peak" is its share of the calibrated peak.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/calibration.h"
#include "tests/kernels/isa_tables.h"

namespace octet::bench {
namespace {

using kernels::IsaTable;
using kernels::IsaTables;

struct Free {
  void operator()(void* p) const { std::free(p); }
};
using Bytes = std::unique_ptr<char, Free>;

Bytes AlignedBytes(size_t bytes) {
  constexpr size_t kAlign = 64;
  return Bytes(static_cast<char*>(std::aligned_alloc(kAlign, (bytes / kAlign + 1) * kAlign)));
}

// As many different weight matrices as a BERT-base has layers, so that they are not found in L2.
constexpr int kMatrices = 12;

struct Shape {
  int64_t m, k, n;
};

std::vector<Shape> BertShapes() {
  std::vector<Shape> shapes;
  // k x n of the linear layers of MiniLM and of BERT-base.
  for (const auto& [k, n] : {std::pair{384, 384},
                             {384, 1536},
                             {1536, 384},
                             {768, 768},
                             {768, 2304},
                             {768, 3072},
                             {3072, 768}}) {
    for (const int64_t m : {1, 8, 32, 128, 1024}) shapes.push_back({m, k, n});
  }
  return shapes;
}

std::string Name(const char* kernel, const std::string& isa, const Shape& s) {
  return std::string(kernel) + "/" + isa + "/m:" + std::to_string(s.m) +
         "/k:" + std::to_string(s.k) + "/n:" + std::to_string(s.n);
}

// Times run(i), i counting iterations, against the peak before and after.
template <class Run>
void Measure(benchmark::State& state, double macs, kernels::PeakFn peak_fn, const Run& run) {
  run(0);
  const double before = MeasurePeak(peak_fn);
  int64_t iteration = 0;
  const double start = ThreadSeconds();
  for (auto _ : state) {
    run(iteration++);
    benchmark::ClobberMemory();
  }
  const double rate = macs * static_cast<double>(iteration) / (ThreadSeconds() - start);
  const double peak = std::max(before, MeasurePeak(peak_fn));
  state.counters["GMAC/s"] = rate * 1e-9;
  if (peak > 0.0) state.counters["peak"] = rate / peak;
}

// Weights of `weight_bits` bits: with 7, every panel is pair-safe
// (kernels/generic/pack_u8s8-inl.h).
void BenchGemmU8S8(benchmark::State& state, const kernels::KernelTable& table, const Shape& s,
                   int weight_bits) {
  const kernels::GemmU8S8& gemm = *table.gemm_u8s8;
  std::mt19937 random(1);
  std::vector<uint8_t> a(static_cast<size_t>(s.m * s.k));
  std::vector<int8_t> b(static_cast<size_t>(s.k * s.n));
  for (uint8_t& x : a) x = static_cast<uint8_t>(random());
  for (int8_t& x : b) x = static_cast<int8_t>(static_cast<int8_t>(random()) >> (8 - weight_bits));
  const std::vector<float> a_scale(static_cast<size_t>(s.m), 0.01f);
  const std::vector<int32_t> zero_point(static_cast<size_t>(s.m), 128);
  const std::vector<float> b_scale(static_cast<size_t>(s.n), 0.01f);
  const std::vector<float> bias(static_cast<size_t>(s.n), 1.0f);
  std::vector<float> c(static_cast<size_t>(s.m * s.n));
  std::vector<Bytes> packed;
  for (int i = 0; i < kMatrices; ++i) {
    packed.push_back(AlignedBytes(gemm.packed_bytes(s.n, s.k)));
    gemm.pack(b.data(), s.n, s.n, s.k, packed.back().get());
  }
  Measure(state, static_cast<double>(s.m * s.k * s.n), table.peak_u8s8, [&](int64_t i) {
    gemm.run({a.data(), s.k, a_scale.data(), zero_point.data(), packed[i % kMatrices].get(),
              b_scale.data(), bias.data(), s.n, s.k, c.data(), s.n},
             0, s.m, 0, s.n);
  });
  state.SetLabel(gemm.name);
}

void BenchGemmF32(benchmark::State& state, const kernels::KernelTable& table, const Shape& s) {
  const kernels::GemmF32& gemm = *table.gemm_f32;
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> a(static_cast<size_t>(s.m * s.k));
  std::vector<float> b(static_cast<size_t>(s.k * s.n));
  for (float& x : a) x = normal(random);
  for (float& x : b) x = normal(random);
  const std::vector<float> bias(static_cast<size_t>(s.n), 1.0f);
  std::vector<float> c(static_cast<size_t>(s.m * s.n));
  std::vector<Bytes> packed;
  for (int i = 0; i < kMatrices; ++i) {
    packed.push_back(AlignedBytes(gemm.packed_bytes(s.n, s.k)));
    gemm.pack(b.data(), s.n, 1, s.n, s.k, packed.back().get());
  }
  Measure(state, static_cast<double>(s.m * s.k * s.n), table.peak_f32, [&](int64_t i) {
    gemm.run({a.data(), s.k, packed[i % kMatrices].get(), bias.data(), s.n, s.k, c.data(), s.n}, 0,
             s.m, 0, s.n);
  });
  state.SetLabel(gemm.name);
}

void BenchQuantizeRows(benchmark::State& state, const kernels::KernelTable& table, int64_t rows,
                       int64_t cols) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> x(static_cast<size_t>(rows * cols));
  for (float& value : x) value = normal(random);
  std::vector<uint8_t> q(x.size());
  std::vector<float> scale(static_cast<size_t>(rows));
  std::vector<int32_t> zero_point(static_cast<size_t>(rows));
  for (auto _ : state) {
    table.quantize_rows(
        {x.data(), cols, q.data(), cols, scale.data(), zero_point.data(), rows, cols});
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * rows * cols);
}

void RegisterAll() {
  for (const IsaTable& isa : IsaTables()) {
    const kernels::KernelTable& table = isa.table;
    for (const Shape& shape : BertShapes()) {
      // The reference takes seconds on large shapes and is not there to be fast.
      if (table.peak_u8s8 == nullptr && shape.m > 8) continue;
      if (table.gemm_u8s8 != nullptr) {
        for (const auto& [name, weight_bits] : {std::pair{"gemm_u8s8", 8}, {"gemm_u8s7", 7}}) {
          benchmark::RegisterBenchmark(Name(name, isa.name, shape).c_str(),
                                       [&table, shape, bits = weight_bits](auto& state) {
                                         BenchGemmU8S8(state, table, shape, bits);
                                       });
        }
      }
      if (table.gemm_f32 != nullptr) {
        benchmark::RegisterBenchmark(
            Name("gemm_f32", isa.name, shape).c_str(),
            [&table, shape](benchmark::State& state) { BenchGemmF32(state, table, shape); });
      }
    }
    for (const int64_t cols : {384, 768, 3072}) {
      constexpr int64_t kRows = 64;  // a block that stays in L2
      benchmark::RegisterBenchmark(
          ("quantize_rows/" + isa.name + "/rows:64/cols:" + std::to_string(cols)).c_str(),
          [&table, cols](benchmark::State& state) {
            BenchQuantizeRows(state, table, kRows, cols);
          });
    }
  }
}

}  // namespace
}  // namespace octet::bench

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  octet::bench::RegisterAll();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
