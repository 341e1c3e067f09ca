// Implements octet::Model, octet::Threads and octet::Context with the engine.
#include "bert/api/engine_options.h"
#include "bert/encoder.h"
#include "octet/octet.h"
#include "runtime/session.h"

namespace octet {
namespace {

static_assert(static_cast<int>(ElementType::kBool) == static_cast<int>(ir::DType::kBool) &&
              static_cast<int>(ElementType::kInt64) == static_cast<int>(ir::DType::kI64));

ElementType ToElementType(ir::DType dtype) { return static_cast<ElementType>(dtype); }
ir::DType ToDType(ElementType type) { return static_cast<ir::DType>(type); }

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
  bert::EngineOptions engine;
  engine.pipeline.precision = static_cast<Precision>(options.precision);
  const bool is_json = options.qconfig.find('{') != std::string::npos;
  if (is_json) {
    OCTET_ASSIGN_OR_RETURN(engine.pipeline.qconfig, quant::ParseQConfigDict(options.qconfig));
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
  OCTET_ASSIGN_OR_RETURN(const bert::EngineOptions engine_options, ToEngineOptions(options));
  OCTET_ASSIGN_OR_RETURN(auto encoder, bert::LoadEncoder(path, engine_options));
  return Model(std::move(encoder));
}

std::vector<TensorInfo> Model::inputs() const {
  const runtime::Program& program = *encoder_->engine.program;
  std::vector<TensorInfo> infos;
  for (int i = 0; i < program.num_arguments; ++i) {
    const runtime::ProgramValue& value = program.values[static_cast<size_t>(i)];
    infos.push_back(InfoOf(value, value.name));
  }
  return infos;
}

std::vector<TensorInfo> Model::outputs() const {
  const runtime::Program& program = *encoder_->engine.program;
  std::vector<TensorInfo> infos;
  for (const runtime::ProgramOutput& output : program.outputs) {
    infos.push_back(InfoOf(program.values[static_cast<size_t>(output.value)], output.name));
  }
  return infos;
}

int64_t Model::weight_bytes() const {
  return encoder_->engine.program->packed_bytes + encoder_->engine.program->constant_bytes;
}

Threads::Threads() : pool_(std::make_shared<runtime::ThreadPool>()) {}

Result<Threads> Threads::Create(int count) {
  OCTET_ASSIGN_OR_RETURN(auto pool, runtime::ThreadPool::Create(count));
  return Threads(std::move(pool));
}

Context::Context(const Model& model, const Threads& threads)
    : session_(
          std::make_unique<runtime::Session>(model.encoder()->engine.program, threads.pool())) {}
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Result<std::vector<Tensor>> Context::Run(std::span<const Tensor> inputs) {
  std::vector<ir::TensorView> views;
  for (const Tensor& input : inputs) {
    views.push_back({ToDType(input.type), input.dims, input.data});
  }
  OCTET_ASSIGN_OR_RETURN(const auto outputs, session_->Run(views));
  std::vector<Tensor> results;
  for (const ir::TensorView& output : outputs) {
    results.push_back({ToElementType(output.dtype), output.dims, output.data});
  }
  return results;
}

}  // namespace octet
