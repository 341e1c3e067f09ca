// Implements octet::Model, octet::Threads and octet::Context with the engine.
#include <atomic>

#include "base/out_of_memory.h"
#include "bert/api/engine_options.h"
#include "bert/encoder.h"
#include "octet/octet.h"
#include "runtime/busy_flag.h"
#include "runtime/float_environment.h"
#include "runtime/session.h"

namespace octet {
namespace {

static_assert(static_cast<int>(ElementType::kBool) == static_cast<int>(ir::DType::kBool) &&
              static_cast<int>(ElementType::kInt64) == static_cast<int>(ir::DType::kI64));

ElementType ToElementType(ir::DType dtype) { return static_cast<ElementType>(dtype); }
ir::DType ToDType(ElementType type) { return static_cast<ir::DType>(type); }

// A caller may make an enum of any number.
template <typename Enum>
bool IsEnumerator(Enum value, Enum last) {
  return static_cast<int>(value) <= static_cast<int>(last);
}

TensorInfo InfoOf(const runtime::ProgramValue& value, const std::string& name) {
  TensorInfo info = {name, ToElementType(value.type.dtype), {}};
  for (const ir::Dim& dim : value.type.shape) info.dims.push_back(dim.ToString());
  return info;
}

}  // namespace

std::string_view Version() { return OCTET_VERSION; }

Result<bert::EngineOptions> ToEngineOptions(const ModelOptions& options) {
  using quant::Precision;
  static_assert(static_cast<int>(ModelPrecision::kFp32) == static_cast<int>(Precision::kFp32) &&
                static_cast<int>(ModelPrecision::kInt8) == static_cast<int>(Precision::kInt8) &&
                static_cast<int>(ModelPrecision::kDebug) == static_cast<int>(Precision::kDebug));
  static_assert(static_cast<int>(AttentionPrecision::kF32) ==
                    static_cast<int>(ir::AttentionPrecision::kF32) &&
                static_cast<int>(AttentionPrecision::kBf16) ==
                    static_cast<int>(ir::AttentionPrecision::kBf16));
  if (!IsEnumerator(options.precision, ModelPrecision::kDebug)) {
    return InvalidArgument("ModelOptions::precision is " +
                           std::to_string(static_cast<int>(options.precision)) +
                           ", which is not a ModelPrecision");
  }
  if (!IsEnumerator(options.attention, AttentionPrecision::kBf16)) {
    return InvalidArgument("ModelOptions::attention is " +
                           std::to_string(static_cast<int>(options.attention)) +
                           ", which is not an AttentionPrecision");
  }
  bert::EngineOptions engine;
  engine.pipeline.precision = static_cast<Precision>(options.precision);
  const bool is_json = options.qconfig.find('{') != std::string::npos;
  if (is_json) {
    auto qconfig = quant::ParseQConfigDict(options.qconfig);
    if (!qconfig.ok()) return qconfig.status().InFile("ModelOptions::qconfig");
    engine.pipeline.qconfig = *std::move(qconfig);
  } else if (!options.qconfig.empty()) {
    OCTET_ASSIGN_OR_RETURN(const quant::QConfig qconfig, quant::QConfigByName(options.qconfig));
    engine.pipeline.qconfig = {{"", qconfig}};
  }
  if (!options.isa.empty()) {
    OCTET_ASSIGN_OR_RETURN(engine.isa, runtime::ParseIsaName(options.isa));
  }
  engine.pipeline.attention = static_cast<ir::AttentionPrecision>(options.attention);
  return engine;
}

Result<Model> Model::Load(const std::string& path, const ModelOptions& options) {
  const runtime::ScopedFloatEnvironment float_environment;  // the options may have numbers
  return CatchBadAlloc("no memory to load the model", [&]() -> Result<Model> {
    OCTET_ASSIGN_OR_RETURN(const bert::EngineOptions engine_options, ToEngineOptions(options));
    OCTET_ASSIGN_OR_RETURN(auto encoder, bert::LoadEncoder(path, engine_options, options.limits));
    return Model(std::move(encoder));
  });
}

std::vector<TensorInfo> Model::inputs() const {
  if (encoder_ == nullptr) return {};
  const runtime::Program& program = *encoder_->engine.program;
  std::vector<TensorInfo> infos;
  for (int i = 0; i < program.num_arguments; ++i) {
    const runtime::ProgramValue& value = program.values[static_cast<size_t>(i)];
    infos.push_back(InfoOf(value, value.name));
  }
  return infos;
}

std::vector<TensorInfo> Model::outputs() const {
  if (encoder_ == nullptr) return {};
  const runtime::Program& program = *encoder_->engine.program;
  std::vector<TensorInfo> infos;
  for (const runtime::ProgramOutput& output : program.outputs) {
    infos.push_back(InfoOf(program.values[static_cast<size_t>(output.value)], output.name));
  }
  return infos;
}

int64_t Model::weight_bytes() const {
  if (encoder_ == nullptr) return 0;
  return encoder_->engine.program->packed_bytes + encoder_->engine.program->constant_bytes;
}

Threads::Threads() : pool_(std::make_shared<runtime::ThreadPool>()) {}

Result<Threads> Threads::Create(int count) {
  return CatchBadAlloc("no memory for threads", [&]() -> Result<Threads> {
    OCTET_ASSIGN_OR_RETURN(auto pool, runtime::ThreadPool::Create(count));
    return Threads(std::move(pool));
  });
}

struct Context::State {
  State(const bert::Encoder& encoder, std::shared_ptr<runtime::ThreadPool> pool)
      : session(encoder.engine.program, std::move(pool), encoder.session) {}

  runtime::Session session;
  // Beyond the session's own: also while a result is copied.
  std::atomic<bool> busy = false;
};

Context::Context(const Model& model, const Threads& threads) {
  if (model.encoder() == nullptr || threads.pool() == nullptr) return;
  state_ = std::make_unique<State>(*model.encoder(), threads.pool());
}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Result<std::vector<Tensor>> Context::Run(std::span<const Tensor> inputs) {
  if (state_ == nullptr) {
    return InvalidArgument("the context, its model or its threads were moved from");
  }
  const runtime::BusyFlag busy(&state_->busy);
  if (!busy.owns()) return runtime::BusyError("context");
  return CatchBadAlloc("no memory to run the model", [&]() -> Result<std::vector<Tensor>> {
    std::vector<ir::TensorView> views;
    for (const Tensor& input : inputs) {
      if (!IsEnumerator(input.type, ElementType::kBool)) {
        return InvalidArgument("the type of input " + std::to_string(views.size()) + " is " +
                               std::to_string(static_cast<int>(input.type)) +
                               ", which is not an ElementType");
      }
      views.push_back({ToDType(input.type), input.dims, input.data});
    }
    OCTET_ASSIGN_OR_RETURN(const auto outputs, state_->session.Run(views));
    std::vector<Tensor> results;
    for (const ir::TensorView& output : outputs) {
      results.push_back({ToElementType(output.dtype), output.dims, output.data});
    }
    return results;
  });
}

}  // namespace octet
