#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

void BenchLayerNorm(benchmark::State& state, const KernelTable& table, const RowsShape& shape,
                    bool with_residual) {
  const AlignedVector<float> x = Gaussian(shape.size());
  const AlignedVector<float> residual = x;
  const AlignedVector<float> gamma = Gaussian(shape.cols);
  AlignedVector<float> y(x.size());
  const kernels::LayerNormArgs args = {.x = x.data(),
                                       .residual = with_residual ? residual.data() : nullptr,
                                       .gamma = gamma.data(),
                                       .beta = gamma.data(),
                                       .epsilon = 1e-12f,
                                       .y = y.data(),
                                       .rows = shape.rows,
                                       .cols = shape.cols};
  Measure(state, RowsWork(shape, (with_residual ? 3 : 2) * sizeof(float)),
          [&](int64_t) { table.layer_norm_f32(args); });
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::layer_norm_f32>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const bool with_residual : {false, true}) {
    for (const RowsShape& shape : TokenRows()) {
      AddBench(
          "layer_norm_f32/" + isa.name + (with_residual ? "/residual/" : "/plain/") + shape.text(),
          [&table, shape, with_residual](benchmark::State& state) {
            BenchLayerNorm(state, table, shape, with_residual);
          });
    }
  }
}

}  // namespace octet::bench
