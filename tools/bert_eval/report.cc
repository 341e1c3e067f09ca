#include "tools/bert_eval/report.h"

#include <fmt/format.h>

#include <filesystem>

#include "tools/cli/json_writer.h"

namespace octet::tools {

std::string FormatJson(const EvalReport& report) {
  cli::JsonWriter json;
  json.Member("schema", 1);
  json.OpenObject("model");
  json.Member("path", report.model_path);
  json.Member("sha256", report.model_sha256);
  json.CloseObject();
  json.OpenObject("data");
  json.Member("path", report.data_path);
  json.Member("rows", report.rows);
  json.CloseObject();
  json.OpenObject("cpu");
  json.Member("name", report.cpu_name);
  json.Member("isa", report.isa);
  json.CloseObject();
  json.Member("threads", report.threads);
  if (report.attention != runtime::AttentionPrecision::kF32) {
    json.Member("attention", EnumName(report.attention));
  }
  json.OpenList("runs");
  for (const bert::EvalRun& run : report.runs) {
    json.OpenElement();
    json.Member("precision", bert::PrecisionName(run.precision));
    const auto metric = [&](std::string_view key, auto value) {
      report.has_labels ? json.Member(key, value) : json.Member(key, nullptr);
    };
    for (const bert::Metric& m : report.metrics) metric(m.name, m.compute(run.confusion));
    metric("tp", run.confusion.true_positive);
    metric("fp", run.confusion.false_positive);
    metric("tn", run.confusion.true_negative);
    metric("fn", run.confusion.false_negative);
    json.Member("rows", run.rows());
    json.Member("seconds", run.seconds);
    json.Member("sentences_per_second", static_cast<double>(run.rows()) / run.seconds);
    json.Member("tokens", run.tokens);
    json.Member("weight_bytes", run.weight_bytes);
    json.Member("load_seconds", run.load_seconds);
    json.Member("peak_rss_bytes", run.peak_rss_bytes);
    json.CloseObject();
  }
  json.CloseList();
  return json.Finish();
}

std::string FormatPredictions(const bert::EvalRun& run, int64_t first_row) {
  std::string text = "index\tprediction";
  for (int64_t label = 0; label < run.num_labels; ++label) text += fmt::format("\tlogit{}", label);
  text += '\n';
  size_t next_logit = 0;
  for (size_t row = 0; row < run.predictions.size(); ++row) {
    text += fmt::format("{}\t{}", first_row + static_cast<int64_t>(row), run.predictions[row]);
    for (int64_t label = 0; label < run.num_labels; ++label) {
      text += fmt::format("\t{}", run.logits[next_logit++]);
    }
    text += '\n';
  }
  return text;
}

std::string PredictionsPath(const std::string& path, bert::Precision precision, bool several) {
  if (!several) return path;
  const std::filesystem::path original(path);
  std::filesystem::path name = original.stem();
  name += "." + std::string(bert::PrecisionName(precision));
  name += original.extension();
  return (original.parent_path() / name).string();
}

}  // namespace octet::tools
