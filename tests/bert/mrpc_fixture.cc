#include "tests/bert/mrpc_fixture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace octet::bert {
namespace {

constexpr const char* kModel = "models/minilm_l6_mrpc";
constexpr const char* kData = "data/mrpc/dev.tsv";
constexpr int64_t kMaxLength = 128;

// The value, or a test failure with the error's text.
template <typename T>
T Require(Result<T> result) {
  REQUIRE_MESSAGE(result.ok(), result.status().ToString());
  return *std::move(result);
}

}  // namespace

const GlueData& MrpcData() {
  static const GlueData data = Require(ReadGlue(kData, *Require(FindGlueTask("MRPC"))));
  return data;
}

std::shared_ptr<const Encoder> MrpcEncoder(Precision precision, std::optional<runtime::Isa> isa,
                                           std::string_view preset,
                                           runtime::AttentionPrecision attention) {
  EngineOptions options;
  options.pipeline.precision = precision;
  options.isa = isa;
  options.pipeline.attention = attention;
  options.pipeline.qconfig = {{"", Require(quant::QConfigByName(preset))}};
  return Require(LoadEncoder(kModel, options));
}

EvalRun RunMrpc(const std::shared_ptr<const Encoder>& encoder, const MrpcSetting& setting) {
  auto pool = Require(runtime::ThreadPool::Create(setting.threads));
  Context classifier = Require(Context::Create(encoder, ClassifyTask(), pool, kMaxLength));
  const std::span<const GlueExample> all = MrpcData().examples;
  const EvalData data = {all.first(static_cast<size_t>(setting.rows)), true, {0, 1}};
  EvalRun run;
  run.weight_bytes = encoder->engine.weight_bytes;
  const Status status = Evaluate(
      &classifier, data, setting.batch_size, [](int64_t) { return true; }, &run);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  return run;
}

EvalRun RunMrpc(const MrpcSetting& setting) {
  return RunMrpc(MrpcEncoder(setting.precision, setting.isa), setting);
}

bool SameLogits(const EvalRun& a, const EvalRun& b) {
  const size_t size = std::min(a.logits.size(), b.logits.size());
  return size > 0 && std::memcmp(a.logits.data(), b.logits.data(), size * sizeof(float)) == 0;
}

std::vector<runtime::Isa> LowerIsas() {
  using kernels::Isa;
  const Isa best = kernels::DetectIsa();
  std::vector<Isa> isas;
  for (const Isa isa : {Isa::kAvx2, Isa::kAvxVnni, Isa::kAvx512, Isa::kAvx512Vnni}) {
    if (!kernels::CpuHasIsa(isa)) {
      std::printf("SKIPPED: this CPU has no %s\n", kernels::IsaName(isa));
    } else if (isa != best) {
      isas.push_back(isa);
    }
  }
  return isas;
}

}  // namespace octet::bert
