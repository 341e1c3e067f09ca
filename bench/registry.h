// Every kernel has benchmarks: each row of kernels.inc declares the function that registers them,
// and octet_bench calls it for each instruction set that has the kernel. So a row without its
// function does not link.
#ifndef OCTET_BENCH_REGISTRY_H_
#define OCTET_BENCH_REGISTRY_H_

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "kernels/testing/isa_tables.h"

namespace octet::bench {

using kernels::IsaTable;
using kernels::KernelTable;

// Registers the benchmarks of the kernel `kField`. isa.own must have the kernel, and `isa` must
// outlive the benchmarks.
template <auto kField>
void RegisterBenches(const IsaTable& isa);

#define OCTET_KERNEL(type, field, contract, test) \
  template <>                                     \
  void RegisterBenches<&KernelTable::field>(const IsaTable& isa);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL

// Registers the products of all peers.
void RegisterPeerBenches();

inline void AddBench(const std::string& name, std::function<void(benchmark::State&)> bench) {
  benchmark::RegisterBenchmark(name.c_str(), std::move(bench));
}

// The reference is not written to be fast: large shapes would take seconds.
inline bool IsReference(const IsaTable& isa) { return isa.isa == kernels::Isa::kReference; }

// The beginning of the name of every benchmark of a kernel.
inline std::string BenchName(const char* kernel, const IsaTable& isa) {
  return std::string(kernel) + "/" + isa.name;
}

}  // namespace octet::bench

#endif  // OCTET_BENCH_REGISTRY_H_
