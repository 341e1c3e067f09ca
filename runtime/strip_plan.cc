#include "runtime/strip_plan.h"

#include <algorithm>
#include <array>
#include <map>

#include "runtime/cache_size.h"
#include "runtime/steps/gemm_blocks.h"

namespace octet::runtime {
namespace {

// Minimum rows per block, even if L2 suggests fewer and no step asks for more: each block reads all
// weights of the strip, at one multiply-add a row for each weight.
constexpr int64_t kMinBlockRows = 64;
// Maximum rows per block: more gain nothing measurable.
constexpr int64_t kMaxBlockRows = 192;

class StripPlanner {
 public:
  StripPlanner(const Program& program, const Strip& strip, int64_t rows,
               std::span<const StepViews> views)
      : program_(program), strip_(strip), rows_(rows), views_(views) {}

  Result<StripPlan> Plan(int threads) {
    StripPlan plan;
    plan.first = strip_.first;
    const BlockRows best = BestBlockRows();
    OCTET_ASSIGN_OR_RETURN(const int64_t wanted, WantedRows(best.least));
    plan.blocks = RowBlocks(rows_, best.tile, threads, wanted);
    // Never more than there are: what is cut from values of a known size then has a size that fits.
    const int64_t block_rows = plan.blocks.max_rows();
    plan.steps.resize(static_cast<size_t>(strip_.end - strip_.first));
    OCTET_ASSIGN_OR_RETURN(const MemoryPlan memory, PlanLocal(block_rows));
    plan.worker_bytes = memory.total_bytes;
    std::vector<StepViews> block_views;
    for (size_t i = 0; i < plan.steps.size(); ++i) {
      const ProgramStep& step = StepAt(i);
      StripStep& strip_step = plan.steps[i];
      for (size_t j = 0; j < step.inputs.size(); ++j) {
        strip_step.inputs.push_back(Operand(step.inputs[j], step.is_row_input(j), memory));
      }
      for (const int id : step.outputs) strip_step.outputs.push_back(Operand(id, true, memory));
      strip_step.input_ranges_offset = RangesOffset(step.takes_ranges, memory);
      strip_step.output_ranges_offset = RangesOffset(step.gives_ranges, memory);
      strip_step.scratch_offset =
          memory.offsets[strip_.local_buffers.size() + strip_.row_ranges.size() + i];
      block_views.push_back(BlockViews(i, block_rows));
    }
    plan.workers.assign(static_cast<size_t>(threads), block_views);
    return plan;
  }

 private:
  const ProgramStep& StepAt(size_t i) const {
    return program_.steps[static_cast<size_t>(strip_.first) + i];
  }
  const StepViews& ViewsAt(size_t i) const { return views_[static_cast<size_t>(strip_.first) + i]; }

  // The views of step i when there are `rows` rows, without data.
  StepViews BlockViews(size_t i, int64_t rows) const {
    StepViews views = ViewsAt(i);
    const size_t rank = views.outputs[0].dims.size();
    for (size_t j = 0; j < views.inputs.size(); ++j) {
      if (StepAt(i).is_row_input(j)) CutRows(rows, rank, &views.inputs[j].dims);
    }
    for (ir::MutableTensorView& view : views.outputs) CutRows(rows, rank, &view.dims);
    return views;
  }

  // Makes the dims of rows_ rows those of `rows` rows: [rows, row], or [rows] for a value with one
  // number a row, which has fewer axes than `rank`, those of output 0 (Step::runs_by_rows).
  void CutRows(int64_t rows, size_t rank, std::vector<int64_t>* dims) const {
    const bool one_number = dims->size() < rank;
    int64_t elements = 1;
    for (const int64_t dim : *dims) elements *= dim;
    dims->assign(1, rows);
    if (!one_number) dims->push_back(elements / rows_);
  }

  int64_t RowBytes(int value) const { return value_bytes_.at(value) / rows_; }

  // Fills value_bytes_ with the sizes of all values that the strip touches.
  void MeasureValues() {
    const auto measure = [&](int id, const auto& view) {
      value_bytes_[id] = view.num_elements() * static_cast<int64_t>(ir::DTypeSize(view.dtype));
    };
    for (size_t i = 0; i < static_cast<size_t>(strip_.end - strip_.first); ++i) {
      const ProgramStep& step = StepAt(i);
      for (size_t j = 0; j < step.inputs.size(); ++j) measure(step.inputs[j], ViewsAt(i).inputs[j]);
      for (size_t j = 0; j < step.outputs.size(); ++j) {
        measure(step.outputs[j], ViewsAt(i).outputs[j]);
      }
    }
  }

  // The memory of one worker for blocks of this many rows: the local buffers, then the ranges of
  // rows, then the scratch of the steps.
  Result<MemoryPlan> PlanLocal(int64_t block_rows) {
    if (value_bytes_.empty()) MeasureValues();
    std::vector<BufferRequest> requests;
    for (const int index : strip_.local_buffers) {
      const ProgramBuffer& buffer = program_.buffers[static_cast<size_t>(index)];
      requests.push_back({buffer.lifetime, RowBytes(buffer.value) * block_rows});
    }
    // Larger than the rows themselves, where these are short.
    const std::array<int64_t, 2> ranges = {block_rows, sizeof(kernels::RowRange)};
    OCTET_ASSIGN_OR_RETURN(const int64_t range_bytes, ir::CheckedByteSize(ranges, ir::DType::kU8));
    for (const Lifetime& lifetime : strip_.row_ranges) requests.push_back({lifetime, range_bytes});
    for (int i = strip_.first; i < strip_.end; ++i) {
      const auto at = static_cast<size_t>(i - strip_.first);
      const StepViews views = BlockViews(at, block_rows);
      requests.push_back({{i, i}, ScratchBytes(*StepAt(at).step, views, /*threads=*/1)});
    }
    return PlanMemory(requests);
  }

  // For the step with the largest tiles and the one that needs most rows.
  BlockRows BestBlockRows() const {
    BlockRows best = {.least = kMinBlockRows};
    for (int i = strip_.first; i < strip_.end; ++i) {
      const BlockRows wanted = program_.steps[static_cast<size_t>(i)].step->block_rows();
      best.tile = std::max(best.tile, wanted.tile);
      best.least = std::max(best.least, wanted.least);
    }
    return best;
  }

  // As many rows a block as fill three quarters of the L2 cache, but not fewer than `least`; the
  // rest of the cache is for the weights that stream by.
  Result<int64_t> WantedRows(int64_t least) {
    if (program_.strip_block_rows > 0) return program_.strip_block_rows;
    const int64_t sample_rows = std::min(kMinBlockRows, rows_);
    OCTET_ASSIGN_OR_RETURN(const MemoryPlan sample, PlanLocal(sample_rows));
    const int64_t row_bytes = std::max<int64_t>(1, sample.total_bytes / sample_rows);
    return std::max(least, std::min(L2CacheBytes() * 3 / 4 / row_bytes, kMaxBlockRows));
  }

  StripOperand Operand(int id, bool is_rows, const MemoryPlan& memory) const {
    if (!is_rows) return {StripOperand::Kind::kWhole};
    const ProgramValue& value = program_.values[static_cast<size_t>(id)];
    const auto found = std::ranges::lower_bound(strip_.local_buffers, value.index);
    const bool is_local = found != strip_.local_buffers.end() && *found == value.index;
    if (value.storage == StorageKind::kBuffer && is_local) {
      const auto local = static_cast<size_t>(found - strip_.local_buffers.begin());
      return {StripOperand::Kind::kLocal, 0, memory.offsets[local]};
    }
    return {StripOperand::Kind::kRows, RowBytes(id), 0};
  }

  // Of ranges of the strip, -1 for none.
  int64_t RangesOffset(int ranges, const MemoryPlan& memory) const {
    if (ranges < 0) return -1;
    return memory.offsets[strip_.local_buffers.size() + static_cast<size_t>(ranges)];
  }

  const Program& program_;
  const Strip& strip_;
  int64_t rows_;
  std::span<const StepViews> views_;
  std::map<int, int64_t> value_bytes_;
};

}  // namespace

bool RunsByBlocks(int64_t rows, int threads) {
  return rows > 0 && (threads == 1 || rows >= kFewRows * threads);
}

Result<StripPlan> MakeStripPlan(const Program& program, const Strip& strip, int64_t rows,
                                std::span<const StepViews> views, int threads) {
  return StripPlanner(program, strip, rows, views).Plan(threads);
}

}  // namespace octet::runtime
