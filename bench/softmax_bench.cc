#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {

template <>
void RegisterBenches<&KernelTable::softmax_f32>(const IsaTable& isa) {
  const kernels::SoftmaxFn softmax = isa.table.softmax_f32;
  for (const int64_t sentence : kSentences) {
    const RowsShape shape = {128, sentence};
    AddBench(BenchName("softmax_f32", isa) + "/" + shape.text(),
             [softmax, shape](benchmark::State& state) {
               const AlignedVector<float> x = Gaussian(shape.size());
               AlignedVector<float> y(x.size());
               Measure(state, RowsWork(shape, 2 * sizeof(float)),
                       [&](int64_t) { softmax(x.data(), y.data(), shape.rows, shape.cols); });
             });
  }
}

}  // namespace octet::bench
