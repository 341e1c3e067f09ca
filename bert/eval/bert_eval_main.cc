// bert_eval: what int8 does to a model. FP32, INT8 and debug on a GLUE task, side by side.
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "bert/cli/host.h"
#include "bert/cli/print.h"
#include "bert/cli/program.h"
#include "bert/cli/progress.h"
#include "bert/eval/options.h"
#include "bert/eval/report.h"
#include "bert/open_model.h"

namespace octet::bert {
namespace {

constexpr std::string_view kProgram = "bert_eval";
constexpr const char* kDescription =
    "Evaluates a BERT classifier on a GLUE task in FP32, INT8 and debug mode, side by side.\n\n"
    "  bert_eval                                    the bundled MiniLM-L6 on the MRPC dev set\n"
    "  bert_eval --model DIR --data dev.tsv         your model, your data\n"
    "  bert_eval --precision int8 --predictions p.tsv --json r.json\n";

std::atomic<bool> interrupted = false;

// Everything that the runs share.
struct Setting {
  EvalArguments arguments;
  EvalOptions options;
  ModelFiles files;
  TextParts text;
  ir::Module core;  // the optimized model, from which each precision is compiled
  double open_seconds = 0;
  int64_t open_peak_rss_bytes = 0;
  int64_t max_length = 0;
  GlueData data;
  std::span<const GlueExample> examples;  // of the shard and limit
  EvalData eval_data;
  std::shared_ptr<runtime::ThreadPool> pool;
};

// A Status with the exit code of what was being done.
struct Failure {
  Status status;
  ExitCode code = kExitOk;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Imports and optimizes the model, once for all precisions.
Failure LoadModel(Setting* setting) {
  ResetPeakRss();
  const auto start = std::chrono::steady_clock::now();
  if (setting->arguments.model.empty()) {
    auto bundled = FindBundled(kBundledModel);
    if (!bundled.ok()) return {bundled.status(), kExitBadModel};
    setting->arguments.model = *std::move(bundled);
  }
  auto model = OpenModel(setting->arguments.model);
  if (!model.ok()) return {model.status(), ModelExitCode(model.status())};
  if (!model->text.ok()) return {model->text.status(), kExitBadModel};
  setting->files = std::move(model->files);
  setting->text = *std::move(model->text);
  setting->core = std::move(model->module);
  const Status optimized = Optimize(&setting->core);
  if (!optimized.ok()) {
    return {Status(optimized).InFile(setting->files.model), ModelExitCode(optimized)};
  }
  setting->open_seconds = SecondsSince(start);
  setting->open_peak_rss_bytes = PeakRssBytes();
  setting->max_length = setting->arguments.max_length;
  if (setting->max_length == 0) setting->max_length = DefaultMaxLength(*setting->text.tokenizer);
  return {};
}

Failure LoadData(Setting* setting) {
  const auto load = [&]() -> Status {
    if (setting->arguments.data.empty()) {
      OCTET_ASSIGN_OR_RETURN(setting->arguments.data, FindBundled(kBundledData));
    }
    OCTET_ASSIGN_OR_RETURN(setting->data,
                           ReadGlue(setting->arguments.data, *setting->options.task));
    return {};
  };
  return {load(), kExitBadData};
}

// The rows of the shard, and the labels of the model's outputs.
Failure SelectRows(Setting* setting) {
  std::span<const GlueExample> rows = setting->data.examples;
  if (setting->arguments.limit > 0) {
    rows = rows.first(std::min(rows.size(), static_cast<size_t>(setting->arguments.limit)));
  }
  const auto begin = [&](int64_t shard) {
    return static_cast<size_t>(shard) * rows.size() /
           static_cast<size_t>(setting->options.shard_count);
  };
  const size_t first = begin(setting->options.shard_index);
  rows = rows.subspan(first, begin(setting->options.shard_index + 1) - first);
  if (rows.empty()) return {InvalidArgument("the shard has no rows"), kExitUsage};
  setting->examples = rows;

  auto labels = MapModelLabels(*setting->data.task, setting->text.config.id2label);
  if (!labels.ok()) return {labels.status().InFile(setting->files.config), kExitBadModel};
  if (!labels->warning.empty()) {
    Print(stderr, "{}: warning: {}: {}\n", kProgram, setting->files.config, labels->warning);
  }
  const bool is_pair = !setting->data.task->text_b_column.empty();
  setting->eval_data = {rows, is_pair, std::move(labels->label_of_output)};
  return {};
}

// What of the options depends on the model and the data: found before anything is run.
Failure CheckOptions(const Setting& setting) {
  const std::optional<std::string_view> b =
      setting.eval_data.is_pair ? std::optional<std::string_view>("") : std::nullopt;
  const auto encoding = setting.text.tokenizer->Encode("", b, setting.max_length);
  if (!encoding.ok()) return {encoding.status(), kExitUsage};
  if (setting.arguments.qconfig.empty()) return {};
  ir::Module quantized = setting.core.Clone();
  PipelineOptions pipeline;
  pipeline.qconfig = setting.options.qconfig;
  const Status status = Lower(&quantized, pipeline);
  if (status.ok()) return {};
  return {Status(status).InFile(setting.files.model), ModelExitCode(status)};
}

// Compiles `core` and evaluates it.
Failure RunPrecision(const Setting& setting, Precision precision, ir::Module core, EvalRun* run,
                     runtime::Isa* isa) {
  run->precision = precision;
  ResetPeakRss();
  const auto start = std::chrono::steady_clock::now();
  EngineOptions options;
  options.pipeline.precision = precision;
  options.pipeline.qconfig = setting.options.qconfig;
  options.isa = setting.options.isa;
  options.pipeline.attention = setting.options.attention;
  Result<Engine> engine = BuildEngine(std::move(core), options);
  if (!engine.ok()) {
    return {engine.status().InFile(setting.files.model), ModelExitCode(engine.status())};
  }
  *isa = engine->isa;
  run->weight_bytes = engine->weight_bytes;
  const auto encoder = std::make_shared<const Encoder>(
      Encoder{*std::move(engine), setting.text, setting.files.model});
  Result<Context> classifier =
      Context::Create(encoder, ClassifyTask(), setting.pool, setting.max_length);
  if (!classifier.ok()) return {classifier.status(), kExitBadModel};
  run->load_seconds = setting.open_seconds + SecondsSince(start);

  Progress progress(std::string(PrecisionName(precision)),
                    static_cast<int64_t>(setting.examples.size()), !setting.arguments.quiet);
  const Status status = Evaluate(
      &*classifier, setting.eval_data, setting.arguments.batch_size,
      [&](int64_t done) {
        progress.Update(done);
        return !interrupted;
      },
      run);
  if (status.code() == StatusCode::kCancelled) return {status, kExitInterrupted};
  if (status.code() == StatusCode::kInvalidModel) {
    return {Status(status).InFile(setting.files.model), kExitBadModel};
  }
  if (!status.ok()) return {status, kExitRunFailed};
  progress.Finish();
  run->peak_rss_bytes = std::max(setting.open_peak_rss_bytes, PeakRssBytes());
  return {};
}

Failure WriteFiles(const Setting& setting, const EvalReport& report) {
  const std::string& predictions = setting.arguments.predictions;
  if (!predictions.empty()) {
    for (const EvalRun& run : report.runs) {
      const std::string path = PredictionsPath(predictions, run.precision, report.runs.size() > 1);
      if (Status s = WriteFile(path, FormatPredictions(run, report.first_row)); !s.ok()) {
        return {s, kExitRunFailed};
      }
    }
  }
  if (!setting.arguments.json.empty()) {
    return {WriteFile(setting.arguments.json, FormatJson(report)), kExitRunFailed};
  }
  return {};
}

Failure Prepare(Setting* setting) {
  auto options = ResolveOptions(setting->arguments);
  if (!options.ok()) return {options.status(), kExitUsage};
  setting->options = *std::move(options);
  const auto kernels = runtime::SelectKernels(setting->options.isa, setting->options.attention);
  if (!kernels.ok()) return {kernels.status(), kExitUsage};
  if (Failure f = LoadModel(setting); !f.status.ok()) return f;
  if (Failure f = LoadData(setting); !f.status.ok()) return f;
  if (Failure f = SelectRows(setting); !f.status.ok()) return f;
  if (Failure f = CheckOptions(*setting); !f.status.ok()) return f;
  auto pool = runtime::ThreadPool::Create(setting->arguments.threads);
  if (!pool.ok()) return {pool.status(), kExitRunFailed};
  setting->pool = *std::move(pool);
  return {};
}

int Main(int argc, char** argv) {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted = true; };
  // A second Ctrl-C ends the program at once.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);

  Setting setting;
  CLI::App app(kDescription, std::string(kProgram));
  app.set_version_flag("--version", VersionText(kProgram));
  AddEvalOptions(&app, &setting.arguments);
  int exit_code = kExitOk;
  if (!ParseArguments(&app, argc, argv, &exit_code)) return exit_code;
  if (Failure f = Prepare(&setting); !f.status.ok()) return Fail(kProgram, f.status, f.code);

  EvalReport report;
  runtime::Isa isa = runtime::Isa::kReference;
  for (const Precision precision : setting.options.precisions) {
    // The last one takes the float weights with it: each goes as soon as it is packed.
    const bool is_last = precision == setting.options.precisions.back();
    ir::Module core = is_last ? std::move(setting.core) : setting.core.Clone();
    EvalRun run;
    Failure failure = RunPrecision(setting, precision, std::move(core), &run, &isa);
    if (!failure.status.ok()) return Fail(kProgram, failure.status, failure.code);
    report.runs.push_back(std::move(run));
  }
  auto sha256 = Sha256OfFile(setting.files.model);
  if (!sha256.ok()) return Fail(kProgram, sha256.status(), kExitBadModel);
  report.model_path = setting.files.model;
  report.model_sha256 = *std::move(sha256);
  report.data_path = setting.arguments.data;
  report.task = setting.data.task->name;
  report.first_row = setting.examples.data() - setting.data.examples.data();
  report.rows = static_cast<int64_t>(setting.examples.size());
  report.has_labels = setting.data.has_labels;
  report.metrics = ClassifyTask().metrics;
  report.cpu_name = HostCpuName();
  report.isa = kernels::IsaName(isa);
  report.attention = setting.options.attention;
  report.threads = setting.pool->size();
  report.batch_size = setting.arguments.batch_size;
  // The table first: a path that cannot be written must not cost the results.
  std::fputs(FormatTable(report).c_str(), stdout);
  const int output_code = FinishOutput(kProgram);
  Failure written = WriteFiles(setting, report);
  return written.status.ok() ? output_code : Fail(kProgram, written.status, written.code);
}

}  // namespace
}  // namespace octet::bert

int main(int argc, char** argv) {
  using namespace octet::bert;
  return RunMain(kProgram, [=] { return Main(argc, argv); });
}
