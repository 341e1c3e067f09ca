#include <bit>

#include "bench/inputs.h"
#include "bench/measure.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

// The kernel finds the range of each row in x, or gets it from the kernel that computed x.
void BenchQuantizeRows(benchmark::State& state, const KernelTable& table, const RowsShape& shape,
                       bool with_range) {
  const AlignedVector<float> x = Gaussian(shape.size());
  AlignedVector<uint8_t> q(x.size());
  AlignedVector<float> scale(static_cast<size_t>(shape.rows));
  AlignedVector<int32_t> zero_point(scale.size());
  kernels::RowRange range = {};
  range.hi[0] = std::bit_cast<int32_t>(4.0f);
  range.lo[0] = std::bit_cast<uint32_t>(-4.0f);
  const AlignedVector<kernels::RowRange> ranges(static_cast<size_t>(shape.rows), range);
  const kernels::QuantizeRowsArgs args = {.x = x.data(),
                                          .ldx = shape.cols,
                                          .q = q.data(),
                                          .ldq = shape.cols,
                                          .scale = scale.data(),
                                          .zero_point = zero_point.data(),
                                          .rows = shape.rows,
                                          .cols = shape.cols,
                                          .range = with_range ? ranges.data() : nullptr};
  Measure(state, RowsWork(shape, sizeof(float) + sizeof(uint8_t)),
          [&](int64_t) { table.quantize_rows(args); });
}

void BenchDequantize(benchmark::State& state, const KernelTable& table, const RowsShape& shape) {
  const AlignedVector<int32_t> acc(static_cast<size_t>(shape.size()), 12345);
  const AlignedVector<float> a_scale(static_cast<size_t>(shape.rows), 0.01f);
  const AlignedVector<int32_t> a_zero_point(a_scale.size(), 128);
  const AlignedVector<int32_t> column_sum(static_cast<size_t>(shape.cols), 100);
  const AlignedVector<float> b_scale(column_sum.size(), 0.01f);
  const AlignedVector<float> bias = Gaussian(shape.cols);
  AlignedVector<float> c(acc.size());
  const kernels::DequantizeArgs args = {.acc = acc.data(),
                                        .ld_acc = shape.cols,
                                        .a_scale = a_scale.data(),
                                        .a_zero_point = a_zero_point.data(),
                                        .column_sum = column_sum.data(),
                                        .b_scale = b_scale.data(),
                                        .bias = bias.data(),
                                        .c = c.data(),
                                        .ldc = shape.cols,
                                        .m = shape.rows,
                                        .n = shape.cols};
  Measure(state, RowsWork(shape, sizeof(int32_t) + sizeof(float)),
          [&](int64_t) { table.dequantize(args); });
}

}  // namespace

template <>
void RegisterBenches<&KernelTable::quantize_rows>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const bool with_range : {false, true}) {
    for (const RowsShape& shape : TokenRows()) {
      AddBench(
          BenchName("quantize_rows", isa) + (with_range ? "/range/" : "/plain/") + shape.text(),
          [&table, shape, with_range](benchmark::State& state) {
            BenchQuantizeRows(state, table, shape, with_range);
          });
    }
  }
}

template <>
void RegisterBenches<&KernelTable::dequantize>(const IsaTable& isa) {
  const KernelTable& table = isa.table;
  for (const RowsShape& shape : TokenRows()) {
    AddBench(BenchName("dequantize", isa) + "/" + shape.text(),
             [&table, shape](benchmark::State& state) { BenchDequantize(state, table, shape); });
  }
}

}  // namespace octet::bench
