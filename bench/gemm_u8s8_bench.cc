#include "bench/measure.h"
#include "bench/octet_gemm.h"
#include "bench/registry.h"

namespace octet::bench {

template <>
void RegisterBenches<&KernelTable::gemm_u8s8>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const Epilogue epilogue : kEpilogues) {
    for (const int64_t width : kWidths) {
      for (const int64_t m : kTokens) {
        if (IsReference(isa) && m > 1) continue;
        for (const GemmShape& shape : LayerShapes(m, width)) {
          AddBench(BenchName("gemm_u8s8", isa) + "/" + EpilogueName(epilogue) + "/" + shape.text(),
                   [&table, epilogue, shape](benchmark::State& state) {
                     const GemmU8S8Inputs inputs = MakeGemmU8S8Inputs(shape);
                     Measure(state, GemmWork(shape, 1, table.peak_u8s8),
                             OctetGemmU8S8(table, inputs, epilogue).run);
                     state.SetLabel(table.gemm_u8s8->name);
                   });
        }
      }
    }
  }
}

}  // namespace octet::bench
