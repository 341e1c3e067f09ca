// bert_eval: evaluates a model on a GLUE task in FP32, INT8 and debug mode, side by side.
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "bert/open_model.h"
#include "tools/bert_eval/options.h"
#include "tools/bert_eval/report.h"
#include "tools/cli/host.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/cli/progress.h"

namespace octet::tools {
namespace {

constexpr std::string_view kProgram = "bert_eval";
constexpr const char* kDescription =
    "Evaluates a BERT classifier on a GLUE task in FP32, INT8 and debug mode, side by side.\n\n"
    "  bert_eval                                    the bundled MiniLM-L6 on the MRPC dev set\n"
    "  bert_eval --model DIR --data dev.tsv         your model, your data\n"
    "  bert_eval --precision int8 --predictions p.tsv --json r.json\n";

std::atomic<bool> interrupted = false;

// What all runs share.
struct Setting {
  EvalArguments arguments;
  EvalOptions options;
  bert::ModelFiles files;
  bert::TextParts text;
  ir::Module core;  // the optimized model, from which each precision is compiled
  double open_seconds = 0;
  int64_t open_peak_rss_bytes = 0;
  int64_t max_length = 0;
  bert::GlueData data;
  std::span<const bert::GlueExample> examples;  // of the shard and limit
  bert::EvalData eval_data;
  const bert::Task* task = nullptr;
  std::shared_ptr<runtime::ThreadPool> pool;
};

// A Status and its exit code.
struct Failure {
  Status status;
  cli::ExitCode code = cli::kExitOk;
};

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Imports and optimizes the model, once for all precisions.
Failure LoadModel(Setting* setting) {
  cli::ResetPeakRss();
  const auto start = std::chrono::steady_clock::now();
  if (setting->arguments.model.empty()) {
    auto bundled = cli::FindBundled(cli::kBundledModel);
    if (!bundled.ok()) return {bundled.status(), cli::kExitBadModel};
    setting->arguments.model = *std::move(bundled);
  }
  auto model = bert::OpenModel(setting->arguments.model);
  if (!model.ok()) return {model.status(), cli::ModelExitCode(model.status())};
  if (!model->text.ok()) return {model->text.status(), cli::kExitBadModel};
  setting->files = std::move(model->files);
  setting->text = *std::move(model->text);
  setting->core = std::move(model->module);
  const Status optimized = bert::Optimize(&setting->core);
  if (!optimized.ok()) {
    return {Status(optimized).InFile(setting->files.model), cli::ModelExitCode(optimized)};
  }
  setting->open_seconds = SecondsSince(start);
  setting->open_peak_rss_bytes = cli::PeakRssBytes();
  setting->max_length = setting->arguments.max_length;
  if (setting->max_length == 0)
    setting->max_length = bert::DefaultMaxLength(*setting->text.tokenizer);
  return {};
}

Failure LoadData(Setting* setting) {
  const auto load = [&]() -> Status {
    if (setting->arguments.data.empty()) {
      OCTET_ASSIGN_OR_RETURN(setting->arguments.data, cli::FindBundled(cli::kBundledData));
    }
    OCTET_ASSIGN_OR_RETURN(setting->data,
                           bert::ReadGlue(setting->arguments.data, *setting->options.task));
    return {};
  };
  return {load(), cli::kExitBadData};
}

// Selects the rows of the shard, and finds the labels of the model's outputs.
Failure SelectRows(Setting* setting) {
  std::span<const bert::GlueExample> rows = setting->data.examples;
  if (setting->arguments.limit > 0) {
    rows = rows.first(std::min(rows.size(), static_cast<size_t>(setting->arguments.limit)));
  }
  const auto begin = [&](int64_t shard) {
    return static_cast<size_t>(shard) * rows.size() /
           static_cast<size_t>(setting->options.shard_count);
  };
  const size_t first = begin(setting->options.shard_index);
  rows = rows.subspan(first, begin(setting->options.shard_index + 1) - first);
  if (rows.empty()) return {InvalidArgument("the shard has no rows"), cli::kExitUsage};
  setting->examples = rows;

  auto labels = bert::MapModelLabels(*setting->data.task, setting->text.config.id2label);
  if (!labels.ok()) return {labels.status().InFile(setting->files.config), cli::kExitBadModel};
  if (!labels->warning.empty()) {
    cli::Print(stderr, "{}: warning: {}: {}\n", kProgram, setting->files.config, labels->warning);
  }
  const bool is_pair = !setting->data.task->text_b_column.empty();
  setting->eval_data = {rows, is_pair, std::move(labels->label_of_output)};
  return {};
}

// Checks the options that depend on the model and the data, before anything is run.
Failure CheckOptions(const Setting& setting) {
  const std::optional<std::string_view> b =
      setting.eval_data.is_pair ? std::optional<std::string_view>("") : std::nullopt;
  const auto encoding = setting.text.tokenizer->Encode("", b, setting.max_length);
  if (!encoding.ok()) return {encoding.status(), cli::kExitUsage};
  if (setting.arguments.qconfig.empty()) return {};
  ir::Module quantized = setting.core.Clone();
  bert::PipelineOptions pipeline;
  pipeline.qconfig = setting.options.qconfig;
  const Status status = bert::Lower(&quantized, pipeline);
  if (status.ok()) return {};
  return {Status(status).InFile(setting.files.model), cli::ModelExitCode(status)};
}

// Compiles `core` and evaluates it.
Failure RunPrecision(const Setting& setting, bert::Precision precision, ir::Module core,
                     bert::EvalRun* run, runtime::Isa* isa) {
  run->precision = precision;
  cli::ResetPeakRss();
  const auto start = std::chrono::steady_clock::now();
  bert::EngineOptions options;
  options.pipeline.precision = precision;
  options.pipeline.qconfig = setting.options.qconfig;
  options.isa = setting.options.isa;
  options.pipeline.attention = setting.options.attention;
  Result<bert::Engine> engine = bert::BuildEngine(std::move(core), options);
  if (!engine.ok()) {
    return {engine.status().InFile(setting.files.model), cli::ModelExitCode(engine.status())};
  }
  *isa = engine->isa;
  run->weight_bytes = engine->weight_bytes;
  const auto encoder = std::make_shared<const bert::Encoder>(
      bert::Encoder{*std::move(engine), setting.text, setting.files.model});
  Result<bert::Context> classifier =
      bert::Context::Create(encoder, *setting.task, setting.pool, setting.max_length);
  if (!classifier.ok()) return {classifier.status(), cli::kExitBadModel};
  run->load_seconds = setting.open_seconds + SecondsSince(start);

  cli::Progress progress(std::string(bert::PrecisionName(precision)),
                         static_cast<int64_t>(setting.examples.size()), !setting.arguments.quiet);
  const Status status = bert::Evaluate(
      &*classifier, setting.eval_data, setting.arguments.batch_size,
      [&](int64_t done) {
        progress.Update(done);
        return !interrupted;
      },
      run);
  if (status.code() == StatusCode::kCancelled) return {status, cli::kExitInterrupted};
  if (status.code() == StatusCode::kInvalidModel) {
    return {Status(status).InFile(setting.files.model), cli::kExitBadModel};
  }
  if (!status.ok()) return {status, cli::kExitRunFailed};
  progress.Finish();
  run->peak_rss_bytes = std::max(setting.open_peak_rss_bytes, cli::PeakRssBytes());
  return {};
}

Failure WriteFiles(const Setting& setting, const EvalReport& report) {
  const std::string& predictions = setting.arguments.predictions;
  if (!predictions.empty()) {
    for (const bert::EvalRun& run : report.runs) {
      const std::string path = PredictionsPath(predictions, run.precision, report.runs.size() > 1);
      if (Status s = WriteFile(path, FormatPredictions(run, report.first_row)); !s.ok()) {
        return {s, cli::kExitRunFailed};
      }
    }
  }
  if (!setting.arguments.json.empty()) {
    return {WriteFile(setting.arguments.json, FormatJson(report)), cli::kExitRunFailed};
  }
  return {};
}

Failure Prepare(Setting* setting) {
  auto options = ResolveOptions(setting->arguments);
  if (!options.ok()) return {options.status(), cli::kExitUsage};
  setting->options = *std::move(options);
  const auto task = bert::FindTask(setting->options.task->task);
  if (!task.ok()) return {task.status(), cli::kExitUsage};
  setting->task = *task;
  const auto kernels = runtime::SelectKernels(setting->options.isa, setting->options.attention);
  if (!kernels.ok()) return {kernels.status(), cli::kExitUsage};
  if (Failure f = LoadModel(setting); !f.status.ok()) return f;
  if (Failure f = LoadData(setting); !f.status.ok()) return f;
  if (Failure f = SelectRows(setting); !f.status.ok()) return f;
  if (Failure f = CheckOptions(*setting); !f.status.ok()) return f;
  auto pool = runtime::ThreadPool::Create(setting->arguments.threads);
  if (!pool.ok()) return {pool.status(), cli::kExitRunFailed};
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
  app.set_version_flag("--version", cli::VersionText(kProgram));
  AddEvalOptions(&app, &setting.arguments);
  int exit_code = cli::kExitOk;
  if (!cli::ParseArguments(&app, argc, argv, &exit_code)) return exit_code;
  if (Failure f = Prepare(&setting); !f.status.ok()) return cli::Fail(kProgram, f.status, f.code);

  EvalReport report;
  runtime::Isa isa = runtime::Isa::kReference;
  for (const bert::Precision precision : setting.options.precisions) {
    // The last precision gets the module itself, so that each float weight is freed once it is
    // packed.
    const bool is_last = precision == setting.options.precisions.back();
    ir::Module core = is_last ? std::move(setting.core) : setting.core.Clone();
    bert::EvalRun run;
    Failure failure = RunPrecision(setting, precision, std::move(core), &run, &isa);
    if (!failure.status.ok()) return cli::Fail(kProgram, failure.status, failure.code);
    report.runs.push_back(std::move(run));
  }
  auto sha256 = cli::Sha256OfFile(setting.files.model);
  if (!sha256.ok()) return cli::Fail(kProgram, sha256.status(), cli::kExitBadModel);
  report.model_path = setting.files.model;
  report.model_sha256 = *std::move(sha256);
  report.data_path = setting.arguments.data;
  report.task = setting.data.task->name;
  report.first_row = setting.examples.data() - setting.data.examples.data();
  report.rows = static_cast<int64_t>(setting.examples.size());
  report.has_labels = setting.data.has_labels;
  report.metrics = setting.task->metrics;
  report.cpu_name = cli::HostCpuName();
  report.isa = kernels::IsaName(isa);
  report.attention = setting.options.attention;
  report.threads = setting.pool->size();
  report.batch_size = setting.arguments.batch_size;
  // Prints the table first, so that the results are not lost if a file cannot be written.
  std::fputs(FormatTable(report).c_str(), stdout);
  const int output_code = cli::FinishOutput(kProgram);
  Failure written = WriteFiles(setting, report);
  return written.status.ok() ? output_code : cli::Fail(kProgram, written.status, written.code);
}

}  // namespace
}  // namespace octet::tools

int main(int argc, char** argv) {
  return octet::cli::RunMain(octet::tools::kProgram,
                             [=] { return octet::tools::Main(argc, argv); });
}
