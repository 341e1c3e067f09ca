#include "tools/bert_eval/report.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

namespace octet::tools {

std::string FormatJson(const EvalReport& report) {
  nlohmann::ordered_json json;
  json["schema"] = 1;
  json["model"] = {{"path", report.model_path}, {"sha256", report.model_sha256}};
  json["data"] = {{"path", report.data_path}, {"rows", report.rows}};
  json["cpu"] = {{"name", report.cpu_name}, {"isa", report.isa}};
  json["threads"] = report.threads;
  if (report.attention != runtime::AttentionPrecision::kF32) {
    json["attention"] = EnumName(report.attention);
  }
  json["runs"] = nlohmann::ordered_json::array();
  for (const bert::EvalRun& run : report.runs) {
    nlohmann::ordered_json entry;
    entry["precision"] = bert::PrecisionName(run.precision);
    const auto metric = [&](std::string_view key, auto value) {
      entry[std::string(key)] = report.has_labels ? nlohmann::ordered_json(value) : nullptr;
    };
    for (const bert::Metric& m : report.metrics) metric(m.name, m.compute(run.confusion));
    metric("tp", run.confusion.true_positive);
    metric("fp", run.confusion.false_positive);
    metric("tn", run.confusion.true_negative);
    metric("fn", run.confusion.false_negative);
    entry["rows"] = run.rows();
    entry["seconds"] = run.seconds;
    entry["sentences_per_second"] = static_cast<double>(run.rows()) / run.seconds;
    entry["tokens"] = run.tokens;
    entry["weight_bytes"] = run.weight_bytes;
    entry["load_seconds"] = run.load_seconds;
    entry["peak_rss_bytes"] = run.peak_rss_bytes;
    json["runs"].push_back(std::move(entry));
  }
  // Paths need not be UTF-8; JSON must be.
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
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
