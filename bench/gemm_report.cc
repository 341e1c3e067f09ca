// octet_gemm_report: times octet's products and those of other libraries on the linears of
// BERT-base, in turns, on one thread.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "bench/contests.h"
#include "tools/cli/host.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"

namespace octet::bench {
namespace {

constexpr std::string_view kProgram = "octet_gemm_report";

struct Arguments {
  int64_t m = 1024;
  int rounds = 15;
  std::string json;
};

double Best(const Score& score) { return score.rate.best; }
double Median(const Score& score) { return score.rate.median; }
double BestRatio(const Score& score) { return score.best_ratio; }
double MedianRatio(const Score& score) { return score.median_ratio; }

// Prints one line: value(score) for each shape and their geometric mean, times `unit`.
void PrintLine(const std::string& label, const std::vector<Score>& scores,
               const std::function<double(const Score&)>& value, double unit, int digits) {
  cli::Print(stdout, "  {:<30}", label);
  for (const Score& score : scores) {
    cli::Print(stdout, "{:>11.{}f}", value(score) * unit, digits);
  }
  cli::Print(stdout, "{:>11.{}f}\n", GeometricMean(scores, value) * unit, digits);
}

void PrintContest(const Contest& contest) {
  constexpr double kGiga = 1e-9;
  cli::Print(stdout, "\n{}; peak {:.1f} GMAC/s, median {:.1f}\n  {:<30}", contest.name,
             contest.peak.best * kGiga, contest.peak.median * kGiga, "");
  for (const GemmShape& shape : contest.shapes) {
    cli::Print(stdout, "{:>11}", fmt::format("{}x{}", shape.k, shape.n));
  }
  cli::Print(stdout, "{:>11}\n", "geomean");
  const std::string& first = contest.contestants.front();
  for (size_t i = 0; i < contest.contestants.size(); ++i) {
    const std::string& name = contest.contestants[i];
    const std::vector<Score>& scores = contest.scores[i];
    PrintLine(name + ", best GMAC/s", scores, Best, kGiga, 1);
    PrintLine("  median", scores, Median, kGiga, 1);
    PrintLine("  best, % of the peak", scores, Best, 100.0 / contest.peak.best, 1);
    if (i == 0) continue;
    PrintLine(fmt::format("  {} / {}, best", first, name), scores, BestRatio, 1.0, 3);
    PrintLine("  the same, median of rounds", scores, MedianRatio, 1.0, 3);
  }
}

nlohmann::ordered_json ToJson(const Rate& rate) {
  return {{"best", rate.best * 1e-9}, {"median", rate.median * 1e-9}};
}

std::string FormatJson(const std::vector<Contest>& contests, const Arguments& arguments) {
  nlohmann::ordered_json json = {
      {"schema", 1}, {"cpu", cli::HostCpuName()}, {"m", arguments.m}, {"rounds", arguments.rounds}};
  for (const Contest& contest : contests) {
    nlohmann::ordered_json rows;
    for (size_t i = 0; i < contest.contestants.size(); ++i) {
      for (size_t shape = 0; shape < contest.shapes.size(); ++shape) {
        const Score& score = contest.scores[i][shape];
        rows.push_back({{"contestant", contest.contestants[i]},
                        {"k", contest.shapes[shape].k},
                        {"n", contest.shapes[shape].n},
                        {"gmacs", ToJson(score.rate)},
                        {"best_ratio_of_first", score.best_ratio},
                        {"median_ratio_of_first", score.median_ratio}});
      }
    }
    json["contests"].push_back(
        {{"name", contest.name}, {"peak_gmacs", ToJson(contest.peak)}, {"rows", rows}});
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

int Run(const Arguments& arguments) {
  const auto contests = RunContests(arguments.m, arguments.rounds);
  if (!contests.ok()) return cli::Fail(kProgram, contests.status(), cli::kExitRunFailed);
  cli::Print(stdout, "{}, 1 thread, m = {}, {} rounds in turns\n", cli::HostCpuName(), arguments.m,
             arguments.rounds);
  for (const Contest& contest : *contests) PrintContest(contest);
  if (!arguments.json.empty()) {
    const Status status = WriteFile(arguments.json, FormatJson(*contests, arguments));
    if (!status.ok()) return cli::Fail(kProgram, status, cli::kExitRunFailed);
  }
  return cli::FinishOutput(kProgram);
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Times octet's products and those of other libraries on the linears of BERT-base",
               std::string(kProgram));
  app.add_option("--m", arguments.m, "Rows of the activations")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 16))
      ->capture_default_str();
  app.add_option("--rounds", arguments.rounds, "Turns of each product")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--json", arguments.json, "Write the results to this .json");
  app.set_version_flag("--version", cli::VersionText(kProgram));
  int exit_code = 0;
  if (!cli::ParseArguments(&app, argc, argv, &exit_code)) return exit_code;
  return Run(arguments);
}

}  // namespace
}  // namespace octet::bench

int main(int argc, char** argv) {
  using namespace octet::bench;
  return octet::cli::RunMain(kProgram, [=] { return Main(argc, argv); });
}
