// The code that the programs share: digests, memory, files, and the comparison of runs.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>

#include "tests/bert/temp_folder.h"
#include "tools/bert_eval/report.h"
#include "tools/cli/host.h"
#include "tools/cli/program.h"
#include "tools/cli/suggest.h"

namespace octet::tools {
namespace {

TEST_CASE("SHA-256 of FIPS 180-4's examples, and of files longer than a buffer") {
  const bert::TempFolder folder;
  const auto digest = [&](std::string_view bytes) {
    const auto result = cli::Sha256OfFile(folder.Write("f", bytes));
    REQUIRE(result.ok());
    return *result;
  };
  CHECK(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(digest(std::string(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  // The file is read in buffers of 2^20 bytes; the last byte of the third one counts.
  std::string long_text(3 << 20, 'a');
  const std::string first = digest(long_text);
  long_text.back() = 'b';
  CHECK(digest(long_text) != first);
  const Status status = cli::Sha256OfFile(folder.Path("nowhere")).status();
  CHECK(status.code() == StatusCode::kNotFound);
  CHECK(status.place().file == folder.Path("nowhere"));
}

TEST_CASE("the peak of memory counts memory that was used since the reset") {
  constexpr size_t kBytes = size_t{64} << 20;
  cli::ResetPeakRss();
  const int64_t before = cli::PeakRssBytes();
  REQUIRE(before > 0);
  {
    const std::vector<char> touched(kBytes, 'x');
    CHECK(touched[kBytes / 2] == 'x');
  }
  CHECK(cli::PeakRssBytes() >= before + int64_t{kBytes} / 2);
}

TEST_CASE("with several runs, the name of a predictions file gets the precision") {
  const auto path = [](const char* name) {
    return PredictionsPath(name, bert::Precision::kInt8, true);
  };
  CHECK(path("out.tsv") == "out.int8.tsv");
  CHECK(path("a.b/out") == "a.b/out.int8");
  CHECK(path("/tmp/a.b.tsv") == "/tmp/a.b.int8.tsv");
  CHECK(PredictionsPath("out.tsv", bert::Precision::kInt8, false) == "out.tsv");
}

TEST_CASE("predictions read back to the same floats") {
  bert::EvalRun run;
  run.num_labels = 2;
  run.predictions = {1, 0, 1};
  run.logits = {0.1f,        -3.4028235e38f, 1e-45f,
                16777217.0f, -0.0f,          std::numeric_limits<float>::infinity()};
  std::istringstream lines(FormatPredictions(run, 40));
  std::string header;
  std::getline(lines, header);
  CHECK(header == "index\tprediction\tlogit0\tlogit1");
  for (size_t row = 0; row < 3; ++row) {
    std::string index, prediction, logits[2];
    lines >> index >> prediction >> logits[0] >> logits[1];
    REQUIRE(lines.good());
    CHECK(index == std::to_string(40 + row));
    CHECK(prediction == std::to_string(run.predictions[row]));
    for (size_t label = 0; label < 2; ++label) {
      const float read = std::strtof(logits[label].c_str(), nullptr);
      CHECK(read == run.logits[2 * row + label]);
      CHECK(std::signbit(read) == std::signbit(run.logits[2 * row + label]));
    }
  }
}

TEST_CASE("a program that runs out of memory ends with an error") {
  CHECK(cli::RunMain("program", [] { return int{cli::kExitBadData}; }) == cli::kExitBadData);
  CHECK(cli::RunMain("program", []() -> int { throw std::bad_alloc(); }) == cli::kExitRunFailed);
}

TEST_CASE("the nearest word is the one that takes the fewest changes") {
  const std::vector<std::string> known = {"--json", "--batch-size", "--shard", "--threads"};
  CHECK(cli::NearestWord("--batch_size", known) == "--batch-size");
  CHECK(cli::NearestWord("--thread", known) == "--threads");
  CHECK(cli::NearestWord("--jsno", known).empty());  // two changes in six characters are too many
  CHECK(cli::NearestWord("--shards", known) == "--shard");
  CHECK(cli::NearestWord("--frobnicate", known).empty());
  CHECK(cli::NearestWord("", known).empty());
  CHECK(cli::NearestWord("--json", {}).empty());
}

TEST_CASE("runs are compared logit by logit") {
  bert::EvalRun a;
  a.logits = {1, 2, 3, 4};
  a.predictions = {1, 1};
  bert::EvalRun b = a;
  CHECK(bert::Compare(a, b).identical);
  CHECK(bert::Compare(a, b).max_abs_logit == 0);
  b.logits[2] = 5;
  b.predictions[1] = 0;
  const bert::EvalDifference difference = bert::Compare(a, b);
  CHECK(difference.mean_abs_logit == 0.5);
  CHECK(difference.max_abs_logit == 2);
  CHECK(difference.predictions == 1);
  CHECK(!difference.identical);
  // Equal numbers with different bits.
  a.logits[0] = 0.0f;
  b = a;
  b.logits[0] = -0.0f;
  CHECK(!bert::Compare(a, b).identical);
}

}  // namespace
}  // namespace octet::tools
