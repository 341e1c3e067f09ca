#include "bench/measure.h"
#include "bench/octet_gemm.h"
#include "bench/registry.h"

namespace octet::bench {

template <>
void RegisterBenches<&KernelTable::gemm_f32>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const int64_t width : kWidths) {
    for (const int64_t m : kTokens) {
      if (IsReference(isa) && m > 1) continue;
      for (const GemmShape& shape : LayerShapes(m, width)) {
        AddBench(BenchName("gemm_f32", isa) + "/" + shape.text(),
                 [&table, shape](benchmark::State& state) {
                   const GemmF32Inputs inputs = MakeGemmF32Inputs(shape);
                   Measure(state, GemmWork(shape, sizeof(float), table.peak_f32),
                           OctetGemmF32(table, inputs).run);
                   state.SetLabel(table.gemm_f32->name);
                 });
      }
    }
  }
}

}  // namespace octet::bench
