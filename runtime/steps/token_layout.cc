#include "runtime/steps/token_layout.h"

#include "runtime/compile_context.h"

namespace octet::runtime {
namespace {

// The tokens that a sentence with mask[0 .. length) keeps: all of them when `dense`.
struct Sentence {
  int64_t kept;
  bool dense;
};

template <typename T>
Sentence ReadSentence(const T* mask, int64_t length) {
  int64_t ones = 0;
  bool binary = true;
  for (int64_t i = 0; i < length; ++i) {
    ones += mask[i] == T{1};
    binary &= mask[i] == T{0} || mask[i] == T{1};
  }
  const bool dense = !binary || (length > 0 && mask[0] == T{0});
  return {dense ? length : ones, dense};
}

// Calls fn with the mask's elements as a typed pointer.
template <typename Fn>
auto WithElements(const ir::TensorView& mask, const Fn& fn) {
  switch (mask.dtype) {
    case ir::DType::kI64:
      return fn(mask.as<int64_t>());
    case ir::DType::kI32:
      return fn(mask.as<int32_t>());
    case ir::DType::kF32:
      return fn(mask.as<float>());
    default:  // bool: shape inference admits nothing else
      return fn(mask.as<uint8_t>());
  }
}

class TokenLayoutStep final : public Step {
 public:
  Status Run(const StepRun& run) const override {
    WithElements(run.inputs[0], [&](const auto* mask) {
      const int64_t batch = run.input_dims(0)[0];
      const int64_t length = run.input_dims(0)[1];
      auto* index = run.output<int64_t>(0);
      int64_t next = 0;
      for (int64_t i = 0; i < batch; ++i) {
        const auto* row = mask + i * length;
        const Sentence sentence = ReadSentence(row, length);
        run.output<int64_t>(1)[i] = next;
        run.output<int64_t>(2)[i] = sentence.kept;
        for (int64_t j = 0; j < length; ++j) {
          if (sentence.dense || row[j] != 0) index[next++] = i * length + j;
        }
      }
    });
    return {};
  }

  std::string kernel() const override { return {}; }
};

}  // namespace

int64_t CountKeptTokens(const ir::TensorView& mask) {
  if (mask.num_elements() == 0) return 0;
  return WithElements(mask, [&](const auto* elements) {
    const int64_t length = mask.dims[1];
    int64_t kept = 0;
    for (int64_t i = 0; i < mask.dims[0]; ++i) {
      kept += ReadSentence(elements + i * length, length).kept;
    }
    return kept;
  });
}

Result<MadeStep> MakeTokenLayout(const ir::Op& op, CompileContext&) {
  return MadeStep{std::make_unique<TokenLayoutStep>(), AllOperands(op)};
}

}  // namespace octet::runtime
