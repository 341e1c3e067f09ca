#include "tools/bert_eval/options.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "runtime/thread_pool.h"
#include "tools/bert_eval/report.h"
#include "tools/cli/qconfig_argument.h"

namespace octet::tools {
namespace {

// More parts than any data set has rows. With this limit, rows times shards fits in 64 bits.
constexpr int64_t kMaxShards = 1'000'000;

// "I/N" with 0 <= I < N.
Status ParseShard(std::string_view text, EvalOptions* options) {
  const size_t slash = text.find('/');
  const auto parse = [](std::string_view digits, int64_t* value) {
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), *value);
    return error == std::errc() && end == digits.end();
  };
  const bool parsed = slash != std::string_view::npos &&
                      parse(text.substr(0, slash), &options->shard_index) &&
                      parse(text.substr(slash + 1), &options->shard_count);
  if (!parsed || options->shard_index < 0 || options->shard_index >= options->shard_count ||
      options->shard_count > kMaxShards) {
    return InvalidArgument("--shard is '" + Printable(text) +
                           "', expected I/N with 0 <= I < N, such as 0/4, and N up to 1000000");
  }
  return {};
}

}  // namespace

void AddEvalOptions(CLI::App* app, EvalArguments* a) {
  app->add_option("--model", a->model, "Folder or .onnx file (default: the bundled MiniLM-L6)");
  app->add_option("--data", a->data, "GLUE .tsv file (default: the bundled MRPC dev set)");
  app->add_option("--task", a->task, "GLUE task of the data")->capture_default_str();
  app->add_option("--precision", a->precision, "Comma-separated: fp32, int8, debug")
      ->capture_default_str();
  app->add_option("--qconfig", a->qconfig,
                  "Preset, or a .json file that maps module paths to presets or null");
  app->add_option("--threads", a->threads, "Threads (default: all CPUs of this process)")
      ->check(CLI::Range(1, runtime::kMaxThreads));
  app->add_option("--batch-size", a->batch_size, "Sentences in each batch")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  app->add_option("--max-length", a->max_length,
                  "Cut texts to this many tokens (default: 128, or the model's maximum if less)")
      ->check(CLI::Range(1, 1 << 20));
  app->add_option("--limit", a->limit, "Only the first N rows")->check(CLI::Range(1, 1 << 30));
  app->add_option("--shard", a->shard, "I/N: part I of N equal parts of the rows, from 0");
  app->add_option("--isa", a->isa, "Highest instruction set to use: " + runtime::IsaNames());
  app->add_option("--attention", a->attention, "Precision of attention's products: f32 or bf16")
      ->capture_default_str();
  app->add_option("--predictions", a->predictions, "Write predictions and logits to this .tsv");
  app->add_option("--json", a->json, "Write the results to this .json");
  app->add_flag("--quiet", a->quiet, "Do not show progress");
}

Result<EvalOptions> ResolveOptions(const EvalArguments& arguments) {
  EvalOptions options;
  OCTET_ASSIGN_OR_RETURN(options.task, bert::FindGlueTask(arguments.task));
  OCTET_ASSIGN_OR_RETURN(options.precisions, bert::ParsePrecisionList(arguments.precision));
  const auto normal = [](const std::string& path) {
    return std::filesystem::path(path).lexically_normal();
  };
  for (const bert::Precision precision : options.precisions) {
    if (arguments.json.empty() || arguments.predictions.empty()) break;
    const std::string path =
        PredictionsPath(arguments.predictions, precision, options.precisions.size() > 1);
    if (normal(path) == normal(arguments.json)) {
      return InvalidArgument("--json and --predictions name the same file").InFile(path);
    }
  }
  if (!arguments.isa.empty()) {
    OCTET_ASSIGN_OR_RETURN(options.isa, runtime::ParseIsaName(arguments.isa));
  }
  OCTET_ASSIGN_OR_RETURN(options.attention, runtime::ParseAttentionPrecision(arguments.attention));
  if (!arguments.shard.empty()) OCTET_RETURN_IF_ERROR(ParseShard(arguments.shard, &options));
  OCTET_ASSIGN_OR_RETURN(options.qconfig, cli::LoadQConfig(arguments.qconfig));
  return options;
}

}  // namespace octet::tools
