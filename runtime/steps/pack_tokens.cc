// Gathers the rows of the tokens that are kept.
#include <cstring>

#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

class PackTokensStep final : public Step {
 public:
  Status Run(const StepRun& run) const override {
    const std::vector<int64_t>& dims = run.input_dims(0);
    const int64_t tokens = run.output_dims()[0];
    const int64_t count = run.outputs[0].num_elements();
    if (count == 0) return {};
    const int64_t row_bytes =
        count / tokens * static_cast<int64_t>(ir::DTypeSize(run.inputs[0].dtype));
    // Rows of one sentence stand for those of every sentence.
    const int64_t rows = dims[0] * dims[1];
    const bool shared = dims[0] == 1;
    const int64_t* index = run.input<int64_t>(1);
    for (int64_t i = 0; i < tokens; ++i) {
      if (index[i] < 0 || (!shared && index[i] >= rows) || rows == 0) {
        return InvalidArgument("token " + std::to_string(index[i]) + " of " + std::to_string(rows));
      }
    }
    const auto* x = run.input<std::byte>(0);
    auto* y = run.output<std::byte>();
    run.pool.ParallelFor(tokens, [&](int64_t begin, int64_t end, int) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = shared ? index[i] % rows : index[i];
        std::memcpy(y + i * row_bytes, x + row * row_bytes, static_cast<size_t>(row_bytes));
      }
    });
    return {};
  }

  std::string kernel() const override { return {}; }
};

}  // namespace

Result<MadeStep> MakePackTokens(const ir::Op& op, CompileContext&) {
  return MadeStep{std::make_unique<PackTokensStep>(), AllOperands(op)};
}

}  // namespace octet::runtime
