#include <fmt/format.h>

#include <functional>

#include "tools/bert_eval/report.h"

namespace octet::tools {
namespace {

constexpr double kMegabyte = 1e6;
constexpr int kLabelWidth = 22;
constexpr int kColumnWidth = 16;

double MillionBytes(int64_t bytes) { return static_cast<double>(bytes) / kMegabyte; }

const bert::EvalRun* FindRun(const EvalReport& report, bert::Precision precision) {
  for (const bert::EvalRun& run : report.runs) {
    if (run.precision == precision) return &run;
  }
  return nullptr;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return upper;
}

using Cell = std::function<std::string(const bert::EvalRun& run)>;

std::string Row(const EvalReport& report, std::string_view label, const Cell& cell) {
  std::string line = fmt::format("  {:<{}}", label, kLabelWidth);
  for (const bert::EvalRun& run : report.runs)
    line += fmt::format("{:>{}}", cell(run), kColumnWidth);
  return line + "\n";
}

std::string Rule(const EvalReport& report) {
  const size_t width = kLabelWidth + kColumnWidth * report.runs.size();
  std::string line = "  ";
  for (size_t i = 0; i < width; ++i) line += "─";
  return line + "\n";
}

// The most important metric comes first.
std::string Metrics(const EvalReport& report) {
  std::string text;
  for (size_t i = report.metrics.size(); i-- > 0;) {
    const bert::Metric& metric = report.metrics[i];
    text += Row(report, metric.label, [&](const bert::EvalRun& r) {
      return fmt::format("{:.4f}", metric.compute(r.confusion));
    });
  }
  text += Row(report, "TP / FP / TN / FN", [](const bert::EvalRun& r) {
    const bert::ConfusionCounts& c = r.confusion;
    return fmt::format("{}/{}/{}/{}", c.true_positive, c.false_positive, c.true_negative,
                       c.false_negative);
  });
  return text;
}

std::string Costs(const EvalReport& report) {
  std::string text;
  text += Row(report, "weights, MB", [](const bert::EvalRun& r) {
    return fmt::format("{:.2f}", MillionBytes(r.weight_bytes));
  });
  text += Row(report, "time, s",
              [](const bert::EvalRun& r) { return fmt::format("{:.3f}", r.seconds); });
  text += Row(report, "sentences/s", [](const bert::EvalRun& r) {
    return fmt::format("{:.1f}", static_cast<double>(r.rows()) / r.seconds);
  });
  text += Row(report, "tokens/s", [](const bert::EvalRun& r) {
    return fmt::format("{:.0f}", static_cast<double>(r.tokens) / r.seconds);
  });
  text += Row(report, "load, s",
              [](const bert::EvalRun& r) { return fmt::format("{:.2f}", r.load_seconds); });
  text += Row(report, "peak RSS, MB", [](const bert::EvalRun& r) {
    return fmt::format("{:.0f}", MillionBytes(r.peak_rss_bytes));
  });
  return text;
}

// Compares INT8 with FP32, and debug mode with INT8.
std::string Comparison(const EvalReport& report) {
  const bert::EvalRun* fp32 = FindRun(report, bert::Precision::kFp32);
  const bert::EvalRun* int8 = FindRun(report, bert::Precision::kInt8);
  const bert::EvalRun* debug = FindRun(report, bert::Precision::kDebug);
  std::string text;
  if (fp32 != nullptr && int8 != nullptr) {
    const bert::EvalDifference difference = bert::Compare(*fp32, *int8);
    text += fmt::format("  INT8 against FP32: {:.2f}x as fast, {:.2f}x smaller",
                        fp32->seconds / int8->seconds,
                        MillionBytes(fp32->weight_bytes) / MillionBytes(int8->weight_bytes));
    if (report.has_labels) {
      text += fmt::format(", F1 {:+.4f}", int8->confusion.F1() - fp32->confusion.F1());
    }
    text += fmt::format(
        ";\n  {} of {} predictions differ, logits by {:.3f} on average and {:.2f} at most\n",
        difference.predictions, int8->rows(), difference.mean_abs_logit, difference.max_abs_logit);
  }
  if (int8 != nullptr && debug != nullptr) {
    text += fmt::format("  DEBUG against INT8: logits {}\n",
                        bert::Compare(*int8, *debug).identical
                            ? "identical to the bit"
                            : "DIFFER: this is a bug, please report");
  }
  return text;
}

}  // namespace

std::string FormatTable(const EvalReport& report) {
  std::string text = "\n";
  text += fmt::format("  model  {}\n", report.model_path);
  text += fmt::format("  data   {}: {}, {} rows, {} tokens\n", report.data_path, report.task,
                      report.rows, report.runs.front().tokens);
  text += fmt::format("  cpu    {}, {}, {} thread{}, batch size {}", report.cpu_name, report.isa,
                      report.threads, report.threads == 1 ? "" : "s", report.batch_size);
  if (report.attention != runtime::AttentionPrecision::kF32) {
    text += fmt::format(", {} attention", EnumName(report.attention));
  }
  text += "\n\n";
  text += Row(report, "",
              [](const bert::EvalRun& r) { return Upper(bert::PrecisionName(r.precision)); });
  text += Rule(report);
  if (report.has_labels) text += Metrics(report);
  text += Costs(report);
  text += Rule(report);
  return text + Comparison(report);
}

}  // namespace octet::tools
