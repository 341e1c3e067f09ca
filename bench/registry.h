// Every kernel has benchmarks: each row of kernels.inc declares the function that registers them,
// and octet_bench calls all of them, so a row without its function does not link.
#ifndef OCTET_BENCH_REGISTRY_H_
#define OCTET_BENCH_REGISTRY_H_

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "tests/kernels/isa_tables.h"

namespace octet::bench {

using kernels::IsaTable;
using kernels::KernelTable;

// Registers the benchmarks of field kField of isa.table, which outlives them.
template <auto kField>
void RegisterBenches(const IsaTable& isa);

#define OCTET_KERNEL(type, field) \
  template <>                     \
  void RegisterBenches<&KernelTable::field>(const IsaTable& isa);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL

// Registers the products of all peers.
void RegisterPeerBenches();

inline void AddBench(const std::string& name, std::function<void(benchmark::State&)> bench) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(bench));
}

// The reference is there to be right: large shapes would take it seconds.
inline bool IsReference(const IsaTable& isa) { return isa.name == "reference"; }

}  // namespace octet::bench

#endif  // OCTET_BENCH_REGISTRY_H_
