#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

void Register(const char* kernel, const IsaTable& isa, kernels::UnaryF32Fn function) {
  for (const RowsShape& shape : TokenRows()) {
    AddBench(BenchName(kernel, isa) + "/" + shape.text(),
             [function, shape](benchmark::State& state) {
               const AlignedVector<float> x = Gaussian(shape.size());
               AlignedVector<float> y(x.size());
               Measure(state, RowsWork(shape, 2 * sizeof(float)),
                       [&](int64_t) { function(x.data(), y.data(), shape.size()); });
             });
  }
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::exp_f32>(const IsaTable& isa) {
  Register("exp_f32", isa, isa.table.exp_f32);
}

template <>
void RegisterBenches<&KernelTable::erf_f32>(const IsaTable& isa) {
  Register("erf_f32", isa, isa.table.erf_f32);
}

template <>
void RegisterBenches<&KernelTable::tanh_f32>(const IsaTable& isa) {
  Register("tanh_f32", isa, isa.table.tanh_f32);
}

template <>
void RegisterBenches<&KernelTable::gelu_f32>(const IsaTable& isa) {
  Register("gelu_f32", isa, isa.table.gelu_f32);
}

}  // namespace octet::bench
