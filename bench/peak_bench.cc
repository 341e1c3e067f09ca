// Benchmarks of the peaks. Their share of the peak that Measure finds says how steady the machine
// is.
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

void Register(const char* kernel, const IsaTable& isa, kernels::PeakFn peak) {
  AddBench(BenchName(kernel, isa), [peak](benchmark::State& state) {
    constexpr int64_t kRounds = 10000;
    Measure(state, {.macs = peak(kRounds), .peak = peak}, [peak](int64_t) { peak(kRounds); });
  });
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::peak_u8s8>(const IsaTable& isa) {
  Register("peak_u8s8", isa, isa.table.peak_u8s8);
}

template <>
void RegisterBenches<&KernelTable::peak_f32>(const IsaTable& isa) {
  Register("peak_f32", isa, isa.table.peak_f32);
}

}  // namespace octet::bench
