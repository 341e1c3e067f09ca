// Benchmarks of every kernel on every instruction set of this CPU, and of other libraries' matrix
// products:
//   octet_bench [--benchmark_filter=gemm_u8s8/avx512_vnni/bias/m:1024/...]
#include <benchmark/benchmark.h>

#include <cstdio>

#include "bench/registry.h"

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  using octet::bench::KernelTable;
  for (const octet::bench::IsaTable& isa : octet::kernels::IsaTables()) {
#define OCTET_KERNEL(type, field, contract, test) \
  if (isa.own.field != nullptr) octet::bench::RegisterBenches<&KernelTable::field>(isa);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
  }
  octet::bench::RegisterPeerBenches();
  const size_t count = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return count == 0 ? 1 : 0;
}
