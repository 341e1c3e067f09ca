// bert_eval keeps the contract that scripts rely on: options, files, streams.
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "bert/evaluate.h"
#include "kernels/cpu_features.h"
#include "tests/tools/count_opens.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"
#include "tools/cli/host.h"

namespace octet::testing {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kRows = 11;

ProgramResult Succeed(const std::vector<std::string>& arguments) {
  ProgramResult result = BertEval(arguments);
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
  return result;
}

std::vector<std::string> Keys(const Json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

// A row of a predictions file. ReadPredictions checks the form of the file.
struct Prediction {
  int prediction = -1;
  float logits[2] = {};
};
std::map<int, Prediction> ReadPredictions(const std::string& path) {
  const std::vector<std::string> lines = Lines(ReadText(path));
  REQUIRE(!lines.empty());
  CHECK(lines[0] == "index\tprediction\tlogit0\tlogit1");
  std::map<int, Prediction> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::vector<std::string> fields = SplitTabs(lines[i]);
    REQUIRE(fields.size() == 4);
    const Prediction row = {
        std::stoi(fields[1]),
        {std::strtof(fields[2].c_str(), nullptr), std::strtof(fields[3].c_str(), nullptr)}};
    CHECK(rows.emplace(std::stoi(fields[0]), row).second);
  }
  return rows;
}

TEST_CASE("every option of the contract is known, and listed by --help") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(kRows);
  const std::vector<std::vector<std::string>> options = {{"--model", tiny.model()},
                                                         {"--data", data},
                                                         {"--task", "mrpc"},
                                                         {"--precision", "int8"},
                                                         {"--qconfig", "per_token_dynamic_qconfig"},
                                                         {"--threads", "2"},
                                                         {"--batch-size", "3"},
                                                         {"--max-length", "16"},
                                                         {"--limit", "8"},
                                                         {"--shard", "1/2"},
                                                         {"--isa", "reference"},
                                                         {"--attention", "f32"},
                                                         {"--predictions", tiny.Path("p.tsv")},
                                                         {"--json", tiny.Path("r.json")},
                                                         {"--quiet"}};
  std::vector<std::string> arguments;
  const std::string help = Succeed({"--help"}).out;
  for (const auto& option : options) {
    CHECK_MESSAGE(help.find(option[0]) != std::string::npos, option[0]);
    arguments.insert(arguments.end(), option.begin(), option.end());
  }
  Succeed(arguments);
  const Json json = Json::parse(ReadText(tiny.Path("r.json")));
  CHECK(json["threads"] == 2);
  CHECK(json["cpu"]["isa"] == "reference");
  CHECK(json["data"]["rows"] == 4);
  CHECK(Succeed({"--version"}).out.starts_with("bert_eval 0."));
}

TEST_CASE("the precision of attention is shown if it is not f32") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(2);
  const std::string path = tiny.Path("r.json");
  const auto arguments = [&](const std::string& attention) {
    return tiny.Arguments(data, {"--attention", attention, "--json", path});
  };
  CHECK(Succeed(arguments("f32")).out.find("attention") == std::string::npos);
  CHECK_FALSE(Json::parse(ReadText(path)).contains("attention"));
  if (!kernels::CpuHasIsa(kernels::Isa::kAvx512Bf16)) {
    std::printf("SKIPPED: this CPU has no AVX512_BF16\n");
    return;
  }
  const std::string table = Succeed(arguments("bf16")).out;
  CHECK(table.find(", bf16 attention\n") != std::string::npos);
  CHECK(table.find("identical to the bit") != std::string::npos);
  CHECK(Json::parse(ReadText(path))["attention"] == "bf16");
}

TEST_CASE("--json has the keys and the numbers of the contract") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(kRows);
  const std::string path = tiny.Path("r.json");
  Succeed(tiny.Arguments(data, {"--json", path, "--predictions", tiny.Path("p.tsv")}));
  const Json json = Json::parse(ReadText(path));
  CHECK(Keys(json) ==
        std::vector<std::string>{"schema", "model", "data", "cpu", "threads", "runs"});
  CHECK(json["schema"] == 1);
  const std::string model = tiny.Path("model/model.onnx");
  CHECK(json["model"] == Json{{"path", model}, {"sha256", *cli::Sha256OfFile(model)}});
  CHECK(json["data"] == Json{{"path", data}, {"rows", kRows}});
  CHECK(Keys(json["cpu"]) == std::vector<std::string>{"name", "isa"});
  REQUIRE(json["runs"].size() == 3);
  for (size_t i = 0; i < 3; ++i) {
    const Json& run = json["runs"][i];
    const std::string precision = std::vector<std::string>{"fp32", "int8", "debug"}[i];
    CAPTURE(precision);
    CHECK(Keys(run) == std::vector<std::string>{"precision", "accuracy", "f1", "tp", "fp", "tn",
                                                "fn", "rows", "seconds", "sentences_per_second",
                                                "tokens", "weight_bytes", "load_seconds",
                                                "peak_rss_bytes"});
    CHECK(run["precision"] == precision);
    CHECK(run["rows"] == kRows);
    CHECK(run["seconds"] > 0);
    CHECK(run["sentences_per_second"].get<double>() ==
          doctest::Approx(kRows / run["seconds"].get<double>()));
    CHECK(run["tokens"] > 4 * kRows);
    CHECK(run["weight_bytes"] > 0);
    CHECK(run["load_seconds"] > 0);
    CHECK(run["peak_rss_bytes"] > run["weight_bytes"]);

    int counts[2][2] = {};  // label, prediction
    for (const auto& [row, p] : ReadPredictions(tiny.Path("p." + precision + ".tsv"))) {
      ++counts[row % 2][p.prediction];
    }
    CHECK(run["tn"] == counts[0][0]);
    CHECK(run["fp"] == counts[0][1]);
    CHECK(run["fn"] == counts[1][0]);
    CHECK(run["tp"] == counts[1][1]);
    CHECK(run["accuracy"].get<double>() ==
          doctest::Approx((counts[0][0] + counts[1][1]) / double{kRows}));
  }
  CHECK(json["runs"][1]["weight_bytes"] < json["runs"][0]["weight_bytes"]);
}

TEST_CASE("--predictions gives the library's logits to the bit") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(kRows);
  const std::string path = tiny.Path("p.tsv");
  Succeed(tiny.Arguments(data, {"--precision", "int8", "--predictions", path}));
  const std::map<int, Prediction> rows = ReadPredictions(path);
  REQUIRE(rows.size() == kRows);

  const auto encoder = bert::LoadEncoder(tiny.model());
  REQUIRE(encoder.ok());
  auto classifier = bert::Context::Create(*encoder, bert::ClassifyTask(),
                                          std::make_shared<runtime::ThreadPool>(), 64);
  REQUIRE(classifier.ok());
  const auto examples = bert::ReadGlue(data, **bert::FindGlueTask("MRPC"));
  REQUIRE(examples.ok());
  for (const auto& [index, row] : rows) {
    const bert::GlueExample& example = examples->examples[static_cast<size_t>(index)];
    std::vector<float> logits;
    REQUIRE(classifier->Run({{{example.text_a, example.text_b}}}, &logits).ok());
    REQUIRE(logits.size() == 2);
    CHECK(std::memcmp(logits.data(), row.logits, sizeof(row.logits)) == 0);
    CHECK(row.prediction == (logits[1] > logits[0] ? 1 : 0));
  }
}

TEST_CASE("the model is imported once for all precisions") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(2);
  const std::string qconfig = tiny.Write("q.json", R"({"": "default_dynamic_qconfig"})");
  const auto opens = [&](const std::vector<std::string>& more) {
    return CountOpens(tiny.Path("model/model.onnx"), [&] { Succeed(tiny.Arguments(data, more)); });
  };
  const int once = opens({"--precision", "fp32"});
  CHECK(once > 0);
  CHECK(opens({"--precision", "fp32,int8,debug", "--qconfig", qconfig}) == once);
}

TEST_CASE("each of several precisions has its own predictions file, one alone has the given name") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(2);
  const std::string path = tiny.Path("out.tsv");
  Succeed(tiny.Arguments(data, {"--precision", "debug,int8", "--predictions", path}));
  CHECK(!std::filesystem::exists(path));
  CHECK(!std::filesystem::exists(tiny.Path("out.fp32.tsv")));
  CHECK(ReadText(tiny.Path("out.debug.tsv")) == ReadText(tiny.Path("out.int8.tsv")));
  Succeed(tiny.Arguments(data, {"--precision", "int8", "--predictions", path}));
  CHECK(ReadText(path) == ReadText(tiny.Path("out.int8.tsv")));
}

TEST_CASE("--shard splits the rows that --limit leaves into parts that make the whole") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(kRows);
  const std::string path = tiny.Path("p.tsv");
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--precision", "int8", "--predictions", path});
    Succeed(tiny.Arguments(data, more));
    std::vector<std::string> lines = Lines(ReadText(path));
    lines.erase(lines.begin());
    return lines;
  };
  const std::vector<std::string> whole = run({});
  REQUIRE(whole.size() == kRows);
  for (const int limit : {kRows, 7}) {
    std::vector<std::string> parts;
    for (int shard = 0; shard < 3; ++shard) {
      const auto part =
          run({"--limit", std::to_string(limit), "--shard", std::to_string(shard) + "/3"});
      CHECK(part.size() >= static_cast<size_t>(limit / 3));
      parts.insert(parts.end(), part.begin(), part.end());
    }
    CHECK(parts == std::vector<std::string>(whole.begin(), whole.begin() + limit));
  }
}

TEST_CASE("the table goes to stdout, progress to stderr, and --quiet removes progress") {
  const TinyModel tiny;
  const std::string data = tiny.WriteData(kRows);
  const ProgramResult loud = Succeed(tiny.Arguments(data));
  CHECK(loud.err.starts_with("fp32  11 rows in "));
  const ProgramResult quiet = Succeed(tiny.Arguments(data, {"--quiet"}));
  CHECK(quiet.err.empty());
  CHECK(Lines(quiet.out).size() == Lines(loud.out).size());
  for (const char* text : {"FP32", "INT8", "DEBUG", "F1", "accuracy", "identical to the bit"}) {
    CHECK_MESSAGE(quiet.out.find(text) != std::string::npos, text);
  }
  CHECK(quiet.out.find("rows in") == std::string::npos);
}

TEST_CASE("data without labels have predictions and no metrics") {
  const TinyModel tiny;
  const std::string data =
      tiny.Write("test.tsv", "index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\tab\tc\n");
  const ProgramResult result = Succeed(tiny.Arguments(data, {"--json", tiny.Path("r.json")}));
  CHECK(result.out.find("F1") == std::string::npos);
  const Json run = Json::parse(ReadText(tiny.Path("r.json")))["runs"][0];
  for (const char* key : {"accuracy", "f1", "tp", "fp", "tn", "fn"}) CHECK(run[key].is_null());
  CHECK(run["rows"] == 1);
}

TEST_CASE("a task on single texts") {
  const TinyModel tiny;
  const std::string data = tiny.Write("sst.tsv", "sentence\tlabel\nab c\t1\nd\t0\n");
  const auto result = Succeed(tiny.Arguments(data, {"--task", "SST-2", "--precision", "int8"}));
  CHECK(result.out.find("2 rows, 8 tokens") != std::string::npos);
}

TEST_CASE("--max-length cuts the sentences, by default to 128 or the positions of the model") {
  const TinyModel tiny;
  std::string words;
  for (int i = 0; i < 70; ++i) words += "a ";
  const std::string data =
      tiny.Write("d.tsv", std::string(kMrpcHeader) + "1\t1\t2\t" + words + "\t" + words + "\n");
  const auto tokens = [&](const std::string& model, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"--model",     model,  "--data", data,
                                          "--precision", "int8", "--json", tiny.Path("r.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    Succeed(arguments);
    return Json::parse(ReadText(tiny.Path("r.json")))["runs"][0]["tokens"].get<int>();
  };
  CHECK(tokens(tiny.model(), {"--max-length", "10"}) == 10);
  CHECK(tokens(tiny.model(), {}) == 64);
  CHECK(tokens("models/minilm_l6_mrpc", {}) == 128);
  CHECK(tokens("models/minilm_l6_mrpc", {"--max-length", "200"}) == 143);
}

TEST_CASE("without arguments: the bundled model and data") {
  const TinyModel tiny;
  Succeed({"--limit", "2", "--json", tiny.Path("r.json"), "--precision", "int8"});
  const Json json = Json::parse(ReadText(tiny.Path("r.json")));
  CHECK(json["model"]["path"].get<std::string>().ends_with("models/minilm_l6_mrpc/model.onnx"));
  CHECK(json["data"]["path"].get<std::string>().ends_with("data/mrpc/dev.tsv"));
  CHECK(json["data"]["rows"] == 2);
}

}  // namespace
}  // namespace octet::testing
