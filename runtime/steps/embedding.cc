// Sums of table rows: the word, position and segment embeddings of a token in one pass.
#include <cstring>

#include "runtime/compile_context.h"
#include "runtime/steps/broadcast.h"
#include "runtime/steps/indices.h"

namespace octet::runtime {
namespace {

// At most as many as ops.def admits operands: four pairs of ids and table.
constexpr size_t kMaxTables = 4;

struct Table {
  const float* rows;
  const ir::TensorView* ids;
  Broadcast ids_at;

  const float* Row(int64_t token, int64_t width) const {
    return rows + IndexAt(*ids, ids_at.Offset(token)) * width;
  }
};

class EmbeddingStep final : public Step {
 public:
  explicit EmbeddingStep(std::vector<std::string> ids_names) : ids_names_(std::move(ids_names)) {}

  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& dims = run.output_dims();
    const int64_t width = dims.back();
    const int64_t count = run.outputs[0].num_elements();
    if (count == 0) return {};
    const auto tokens = std::span(dims).first(dims.size() - 1);
    std::array<std::optional<Table>, kMaxTables> tables;
    const size_t num_tables = ids_names_.size();
    for (size_t i = 0; i < num_tables; ++i) {
      const ir::TensorView& ids = run.inputs[2 * i];
      const ir::TensorView& table = run.inputs[2 * i + 1];
      OCTET_RETURN_IF_ERROR(CheckIndices(ids_names_[i], ids, 0, table.dims[0]));
      tables[i].emplace(Table{table.as<float>(), &ids, Broadcast(ids.dims, tokens)});
    }
    float* out = run.output<float>();
    run.pool.ParallelFor(count / width, [&](int64_t begin, int64_t end, int) {
      for (int64_t token = begin; token < end; ++token) {
        float* y = out + token * width;
        std::memcpy(y, tables[0]->Row(token, width), static_cast<size_t>(width) * sizeof(float));
        for (size_t i = 1; i < num_tables; ++i) {
          const float* row = tables[i]->Row(token, width);
          for (int64_t j = 0; j < width; ++j) y[j] += row[j];
        }
      }
    });
    return {};
  }

  std::string kernel() const override { return {}; }

 private:
  std::vector<std::string> ids_names_;  // for errors
};

}  // namespace

Result<MadeStep> MakeEmbedding(const ir::Op& op, CompileContext&) {
  if (op.result()->rank() > kMaxBroadcastRank || op.num_operands() > 2 * int{kMaxTables}) {
    return Unsupported("an embedding of more than 8 axes or 4 tables");
  }
  std::vector<std::string> names;
  const ir::EmbeddingOp embedding(op);
  for (int i = 0; i < embedding.num_ids(); ++i) {
    const std::string& name = embedding.ids(i)->name();
    names.push_back(name.empty() ? "ids" : name);
  }
  return MadeStep{std::make_unique<EmbeddingStep>(std::move(names)), AllOperands(op)};
}

}  // namespace octet::runtime
