#include "tools/bench_runner.h"

#include <algorithm>
#include <chrono>
#include <numeric>

#include "bert/batch.h"
#include "ir/op_views.h"

namespace octet::tools {
namespace {

using Clock = std::chrono::steady_clock;

// Long enough to measure the current clock rate, short compared with a run of a model.
constexpr std::chrono::milliseconds kPeakWindow(10);
constexpr int64_t kPeakIterations = 20000;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Texts of these lengths. The words make no difference.
std::vector<text::Encoding> MakeEncodings(const BenchShape& shape) {
  std::vector<text::Encoding> encodings;
  for (const int64_t length : shape.lengths) {
    text::Encoding encoding;
    for (int64_t i = 0; i < length; ++i) {
      encoding.ids.push_back(static_cast<int32_t>(1 + i % 100));
      encoding.type_ids.push_back(0);
    }
    encodings.push_back(std::move(encoding));
  }
  return encodings;
}

Result<std::vector<ir::Tensor>> MakeInputs(const runtime::Program& program,
                                           const BenchShape& shape) {
  std::vector<std::string> names;
  std::vector<ir::Type> types;
  for (int i = 0; i < program.num_arguments; ++i) {
    names.push_back(program.values[static_cast<size_t>(i)].name);
    types.push_back(program.values[static_cast<size_t>(i)].type);
  }
  OCTET_ASSIGN_OR_RETURN(const auto specs, bert::MatchInputs(names, types));
  bert::Batch batch;
  batch.Fill(MakeEncodings(shape), specs, /*pad_id=*/0, shape.seq);
  std::vector<ir::Tensor> inputs;
  for (const ir::TensorView& view : batch.views()) {
    OCTET_ASSIGN_OR_RETURN(const int64_t size, ir::CheckedByteSize(view.dims, view.dtype));
    const std::span bytes(static_cast<const std::byte*>(view.data), static_cast<size_t>(size));
    OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, ir::Tensor::FromBytes(view.dtype, view.dims, bytes));
    inputs.push_back(std::move(tensor));
  }
  return inputs;
}

}  // namespace

Result<BenchRunner> BenchRunner::Create(const bert::Engine& engine, bert::Precision precision,
                                        std::shared_ptr<runtime::ThreadPool> pool,
                                        const BenchShape& shape, double linear_macs) {
  BenchRunner runner;
  OCTET_ASSIGN_OR_RETURN(const runtime::KernelSelection kernels,
                         runtime::SelectKernels(engine.isa));
  runner.peak_ =
      precision == bert::Precision::kInt8 ? kernels.table.peak_u8s8 : kernels.table.peak_f32;
  OCTET_ASSIGN_OR_RETURN(runner.inputs_, MakeInputs(*engine.program, shape));
  runner.session_ = std::make_unique<runtime::Session>(engine.program, pool);
  runner.pool_ = std::move(pool);
  runner.linear_macs_ = linear_macs;
  // The first run of a shape plans and allocates; it is not timed.
  OCTET_RETURN_IF_ERROR(runner.RunOnce());
  runner.seconds_.clear();
  return runner;
}

double BenchRunner::MeasurePeak() const {
  if (peak_ == nullptr) return 0;
  std::vector<double> rates(static_cast<size_t>(pool_->size()));
  pool_->Run([&](int worker) {
    const auto start = Clock::now();
    double macs = 0;
    while (Clock::now() - start < kPeakWindow) macs += peak_(kPeakIterations);
    rates[static_cast<size_t>(worker)] = macs / SecondsSince(start);
  });
  return std::accumulate(rates.begin(), rates.end(), 0.0) / 1e9;
}

Status BenchRunner::RunOnce() {
  peak_gmacs_ = std::max(peak_gmacs_, MeasurePeak());
  std::vector<ir::TensorView> views;
  for (const ir::Tensor& tensor : inputs_) views.push_back(tensor.view());
  const auto start = Clock::now();
  OCTET_RETURN_IF_ERROR(session_->Run(views).status());
  seconds_.push_back(SecondsSince(start));
  return {};
}

BenchResult BenchRunner::result() const {
  std::vector<double> sorted = seconds_;
  std::ranges::sort(sorted);
  BenchResult result;
  result.best_ms = sorted.front() * 1e3;
  result.median_ms = sorted[sorted.size() / 2] * 1e3;
  result.iterations = static_cast<int64_t>(sorted.size());
  result.peak_gmacs = peak_gmacs_;
  result.achieved_gmacs = linear_macs_ / sorted.front() / 1e9;
  return result;
}

Result<double> LinearMacs(const ir::Module& core, const BenchShape& shape) {
  const int64_t tokens = std::accumulate(shape.lengths.begin(), shape.lengths.end(), int64_t{0});
  ir::SymbolBinding binding;
  for (const auto& argument : core.arguments()) {
    const ir::Shape& dims = argument->shape();
    if (dims.size() != 2 || !dims[0].is_symbol() || !dims[1].is_symbol()) continue;
    binding[std::string(dims[0].symbols()[0])] = shape.batch();
    binding[std::string(dims[1].symbols()[0])] = shape.seq;
  }
  for (const auto& op : core.ops()) {
    if (op->kind() == ir::OpKind::kTokenLayout) binding[op->string_attr("symbol")] = tokens;
  }
  double macs = 0;
  for (const auto& op : core.ops()) {
    if (op->kind() != ir::OpKind::kLinear) continue;
    OCTET_ASSIGN_OR_RETURN(const auto dims, ir::EvaluateShape(op->result()->shape(), binding));
    double elements = 1;
    for (const int64_t dim : dims) elements *= static_cast<double>(dim);
    const ir::Shape& weight = ir::LinearOp(*op).weight()->shape();
    macs += elements * static_cast<double>(weight[0].constant());
  }
  return macs;
}

}  // namespace octet::tools
