#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

// What the kernel does besides the normalization.
struct Extras {
  const char* name;
  bool residual;
  bool range;
};

constexpr Extras kExtras[] = {
    {"plain", false, false}, {"residual", true, false}, {"range", false, true}};

void BenchLayerNorm(benchmark::State& state, const KernelTable& table, const RowsShape& shape,
                    const Extras& extras) {
  const AlignedVector<float> x = Gaussian(shape.size());
  const AlignedVector<float> residual = x;
  const AlignedVector<float> gamma = Gaussian(shape.cols);
  AlignedVector<float> y(x.size());
  AlignedVector<kernels::RowRange> ranges(static_cast<size_t>(shape.rows));
  const kernels::LayerNormArgs args = {.x = x.data(),
                                       .residual = extras.residual ? residual.data() : nullptr,
                                       .gamma = gamma.data(),
                                       .beta = gamma.data(),
                                       .epsilon = 1e-12f,
                                       .y = y.data(),
                                       .rows = shape.rows,
                                       .cols = shape.cols,
                                       .range = extras.range ? ranges.data() : nullptr};
  Measure(state, RowsWork(shape, (extras.residual ? 3 : 2) * sizeof(float)),
          [&](int64_t) { table.layer_norm_f32(args); });
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::layer_norm_f32>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const Extras& extras : kExtras) {
    for (const RowsShape& shape : TokenRows()) {
      AddBench(BenchName("layer_norm_f32", isa) + "/" + extras.name + "/" + shape.text(),
               [&table, shape, &extras](benchmark::State& state) {
                 BenchLayerNorm(state, table, shape, extras);
               });
    }
  }
}

}  // namespace octet::bench
