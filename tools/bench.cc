// octet bench: how long a batch takes, compared with the peak of the CPU.
#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <numeric>

#include "base/file.h"
#include "base/line_reader.h"
#include "kernels/cpu_features.h"
#include "runtime/thread_pool.h"
#include "tools/bench_runner.h"
#include "tools/cli/host.h"
#include "tools/cli/json_writer.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/cli/progress.h"
#include "tools/commands.h"
#include "tools/model_argument.h"

namespace octet::tools {
namespace {

struct BenchArguments {
  ModelArgument model;
  int64_t batch = 8;
  int64_t seq = 128;
  std::string lengths;
  std::string precision = "fp32,int8";
  std::string json;
  int threads = 0;
  int64_t iterations = 10;
  bool profile = false;
  bool quiet = false;
};

struct BenchRun {
  bert::Precision precision;
  BenchRunner runner;
};

// The limits of --batch and --seq, and of a --lengths file.
constexpr int64_t kMaxBatch = 4096;
constexpr int64_t kMaxSeq = 1 << 16;

// Reads the length of one sentence from each line. Sentences are padded to --seq, or to the longest
// one if that is longer.
Status ReadLengths(const std::string& path, BenchShape* shape) {
  OCTET_ASSIGN_OR_RETURN(auto reader, LineReader::Open(path));
  shape->lengths.clear();
  while (true) {
    OCTET_ASSIGN_OR_RETURN(const bool found, reader.Next());
    if (!found) break;
    const std::string& text = reader.line();
    int64_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size() || length < 1 ||
        length > kMaxSeq) {
      return reader.Here(InvalidArgument("'" + Printable(text) + "' is not a length from 1 to " +
                                         std::to_string(kMaxSeq)));
    }
    if (reader.line_number() > kMaxBatch) {
      return reader.Here(InvalidArgument("more than " + std::to_string(kMaxBatch) + " sentences"));
    }
    shape->lengths.push_back(length);
    shape->seq = std::max(shape->seq, length);
  }
  if (shape->lengths.empty()) return InvalidArgument("the file has no lengths").InFile(path);
  return {};
}

Result<std::vector<BenchRun>> Prepare(const BenchArguments& arguments, const BenchShape& shape,
                                      const std::vector<bert::Precision>& precisions,
                                      std::shared_ptr<runtime::ThreadPool> pool,
                                      kernels::Isa* isa) {
  OCTET_ASSIGN_OR_RETURN(const ir::Module core, LoadCoreModule(arguments.model));
  OCTET_ASSIGN_OR_RETURN(const double macs, LinearMacs(core, shape));
  std::vector<BenchRun> runs;
  for (const bert::Precision precision : precisions) {
    OCTET_ASSIGN_OR_RETURN(const auto options, MakeEngineOptions(arguments.model, precision));
    OCTET_ASSIGN_OR_RETURN(const bert::Engine engine, bert::BuildEngine(core.Clone(), options));
    *isa = engine.isa;
    OCTET_ASSIGN_OR_RETURN(BenchRunner runner,
                           BenchRunner::Create(engine, precision, pool, shape, macs));
    runs.push_back({precision, std::move(runner)});
  }
  return runs;
}

std::string FormatJson(const std::vector<BenchRun>& runs, const BenchShape& shape, int threads,
                       kernels::Isa isa, const std::string& attention) {
  cli::JsonWriter json;
  json.Member("schema", 1);
  json.OpenList("runs");
  for (const BenchRun& run : runs) {
    const BenchResult result = run.runner.result();
    json.OpenElement();
    json.Member("precision", bert::PrecisionName(run.precision));
    json.Member("batch", shape.batch());
    json.Member("seq", shape.seq);
    json.Member("threads", threads);
    json.Member("isa", kernels::IsaName(isa));
    json.Member("best_ms", result.best_ms);
    json.Member("median_ms", result.median_ms);
    json.Member("iterations", result.iterations);
    json.Member("peak_gmacs", result.peak_gmacs);
    json.Member("achieved_gmacs", result.achieved_gmacs);
    if (attention != kDefaultAttention) json.Member("attention", attention);
    json.CloseObject();
  }
  json.CloseList();
  return json.Finish();
}

void PrintTable(const std::vector<BenchRun>& runs) {
  cli::Print(stdout, "{:<10} {:>10} {:>10} {:>12} {:>12} {:>9}\n", "precision", "best ms",
             "median ms", "GMAC/s", "peak GMAC/s", "of peak");
  for (const BenchRun& run : runs) {
    const BenchResult r = run.runner.result();
    cli::Print(stdout, "{:<10} {:>10.2f} {:>10.2f} {:>12.1f} {:>12.1f} {:>8.1f}%\n",
               bert::PrecisionName(run.precision), r.best_ms, r.median_ms, r.achieved_gmacs,
               r.peak_gmacs, r.peak_gmacs > 0 ? 100 * r.achieved_gmacs / r.peak_gmacs : 0.0);
  }
}

// Prints the mean time of each kind of step in one run, the longest first.
void PrintProfile(const BenchRun& run, int64_t iterations) {
  std::map<std::pair<std::string, std::string>, double> seconds_of_kernel;
  double total = 0;
  for (const runtime::ProfileEntry& entry : run.runner.profile()) {
    seconds_of_kernel[{entry.op, entry.kernel}] += entry.seconds;
    total += entry.seconds;
  }
  std::vector<std::pair<double, std::pair<std::string, std::string>>> rows;
  for (const auto& [kernel, seconds] : seconds_of_kernel) rows.emplace_back(seconds, kernel);
  std::ranges::sort(rows, std::greater());
  cli::Print(stdout, "\n{:<10} {:<20} {:<32} {:>9} {:>7}\n", bert::PrecisionName(run.precision),
             "op", "kernel", "ms", "share");
  for (const auto& [seconds, kernel] : rows) {
    cli::Print(stdout, "{:<10} {:<20} {:<32} {:>9.3f} {:>6.1f}%\n", "", kernel.first, kernel.second,
               seconds / static_cast<double>(iterations) * 1e3, 100 * seconds / total);
  }
}

int RunBench(const BenchArguments& arguments) {
  const std::string& attention = arguments.model.attention;
  const auto precisions = bert::ParsePrecisionList(arguments.precision);
  Status usage = CheckModelArgument(arguments.model);
  if (usage.ok()) usage = precisions.status();
  if (usage.ok()) usage = MakeEngineOptions(arguments.model, bert::Precision::kInt8).status();
  if (!usage.ok()) return FailWith("bench", usage, cli::kExitUsage);
  BenchShape shape;
  shape.seq = arguments.seq;
  shape.lengths.assign(static_cast<size_t>(arguments.batch), arguments.seq);
  if (!arguments.lengths.empty()) {
    if (Status status = ReadLengths(arguments.lengths, &shape); !status.ok()) {
      return FailWith("bench", status, cli::kExitBadData);
    }
  }
  const auto pool = runtime::ThreadPool::Create(arguments.threads);
  if (!pool.ok()) return FailWith("bench", pool.status(), cli::kExitRunFailed);
  kernels::Isa isa = kernels::Isa::kReference;
  auto runs = Prepare(arguments, shape, *precisions, *pool, &isa);
  if (!runs.ok()) {
    return FailWithModel("bench", arguments.model, runs.status());
  }

  // The precisions take turns, so that a slow moment of the machine affects all of them.
  if (arguments.profile) {
    for (BenchRun& run : *runs) run.runner.EnableProfile();
  }
  cli::Progress progress("bench", arguments.iterations, !arguments.quiet);
  for (int64_t i = 0; i < arguments.iterations; ++i) {
    for (BenchRun& run : *runs) {
      if (Status status = run.runner.RunOnce(); !status.ok()) {
        return FailWith("bench", status, cli::kExitRunFailed);
      }
    }
    progress.Update(i + 1);
  }
  cli::Print(stdout, "{}, batch {} x {}, {} tokens, {} thread{}, {}{}, {}\n\n",
             arguments.model.name(), shape.batch(), shape.seq,
             std::accumulate(shape.lengths.begin(), shape.lengths.end(), int64_t{0}),
             (*pool)->size(), (*pool)->size() == 1 ? "" : "s", kernels::IsaName(isa),
             attention != kDefaultAttention ? ", " + attention + " attention" : "",
             cli::HostCpuName());
  PrintTable(*runs);
  if (arguments.profile) {
    for (const BenchRun& run : *runs) PrintProfile(run, arguments.iterations);
  }
  if (!arguments.json.empty()) {
    const std::string json = FormatJson(*runs, shape, (*pool)->size(), isa, attention);
    if (Status status = WriteFile(arguments.json, json); !status.ok()) {
      return FailWith("bench", status, cli::kExitRunFailed);
    }
  }
  return cli::kExitOk;
}

}  // namespace

void AddBench(CLI::App* app, int* exit_code) {
  auto* command = app->add_subcommand("bench", "Time a batch, next to the CPU's calibrated peak");
  auto arguments = std::make_shared<BenchArguments>();
  AddModelArgument(command, &arguments->model);
  AddQConfigArgument(command, &arguments->model);
  AddIsaArgument(command, &arguments->model);
  AddAttentionArgument(command, &arguments->model);
  command->add_option("--batch", arguments->batch, "Number of sentences")
      ->check(CLI::Range(int64_t{1}, kMaxBatch))
      ->capture_default_str();
  command->add_option("--seq", arguments->seq, "Tokens in each sentence")
      ->check(CLI::Range(int64_t{1}, kMaxSeq))
      ->capture_default_str();
  command->add_option("--lengths", arguments->lengths,
                      "File with the length of a sentence in each line, instead of --batch");
  command->add_option("--precision", arguments->precision, "Comma-separated: fp32, int8, debug")
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "Threads (default: all CPUs)")
      ->check(CLI::Range(1, runtime::kMaxThreads));
  command->add_option("--iterations", arguments->iterations, "Timed runs of each precision")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--json", arguments->json, "Write the results to this .json");
  command->add_flag("--profile", arguments->profile,
                    "Show how much time the calling thread spent in each kernel");
  command->add_flag("--quiet", arguments->quiet, "Do not show progress");
  command->callback([arguments, exit_code] { *exit_code = RunBench(*arguments); });
}

}  // namespace octet::tools
