// bert_eval gives a model the inputs that its folder describes, and matches labels by their names.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "frontend_onnx/tensor_file.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

const std::string kFolders = "tests/data/bert_eval/";

// A copy of a folder, with its model.
class EvalFolder {
 public:
  EvalFolder(const std::string& name, const std::string& model) : name_(name) {
    for (const auto& entry : std::filesystem::directory_iterator(kFolders + name)) {
      folder_.Write(entry.path().filename().string(), ReadText(entry.path().string()));
    }
    folder_.Write("model.onnx", ReadText(kFolders + model));
  }

  void Write(const std::string& name, std::string_view bytes) const { folder_.Write(name, bytes); }

  ProgramResult Run(const std::string& task) const {
    return BertEval({"--model", folder_.Path(), "--data", folder_.Path("dev.tsv"), "--task", task,
                     "--precision", "fp32", "--quiet", "--predictions", folder_.Path("p.tsv"),
                     "--json", folder_.Path("r.json")});
  }

  double Accuracy() const {
    return nlohmann::json::parse(ReadText(folder_.Path("r.json")))["runs"][0]["accuracy"];
  }

  std::vector<float> Logits() const {
    std::vector<float> logits;
    const std::vector<std::string> lines = Lines(ReadText(folder_.Path("p.tsv")));
    for (size_t i = 1; i < lines.size(); ++i) {
      const std::vector<std::string> fields = SplitTabs(lines[i]);
      for (size_t j = 2; j < fields.size(); ++j) {
        logits.push_back(std::strtof(fields[j].c_str(), nullptr));
      }
    }
    return logits;
  }

  // The largest difference between the last run's logits and those of the folder.
  double Difference() const {
    const auto expected = frontend_onnx::ReadTensorFile(kFolders + name_ + "/logits.pb");
    REQUIRE_MESSAGE(expected.ok(), expected.status().ToString());
    const std::vector<float> logits = Logits();
    REQUIRE(static_cast<int64_t>(logits.size()) == expected->view().num_elements());
    double largest = 0;
    for (size_t i = 0; i < logits.size(); ++i) {
      largest = std::max<double>(largest, std::abs(logits[i] - expected->view().as<float>()[i]));
    }
    return largest;
  }

 private:
  std::string name_;
  bert::TempFolder folder_;
};

void RequireSuccess(const ProgramResult& result) {
  INFO(result.err);
  REQUIRE(result.exit_code == 0);
}

TEST_CASE("a model whose tokenizer does not give token types gets zeros") {
  const EvalFolder folder("tokenizer_without_token_types", "three_inputs.onnx");
  RequireSuccess(folder.Run("RTE"));
  CHECK(folder.Difference() < 1e-4);
  // With token types the logits differ. A model that has one type gets zeros again.
  folder.Write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  RequireSuccess(folder.Run("RTE"));
  CHECK(folder.Difference() > 1e-2);
  folder.Write("config.json", R"({"type_vocab_size": 1})");
  RequireSuccess(folder.Run("RTE"));
  CHECK(folder.Difference() < 1e-4);
}

TEST_CASE("an attention mask may be of a float type") {
  const EvalFolder folder("float_attention_mask", "float_mask.onnx");
  RequireSuccess(folder.Run("SST-2"));
  CHECK(folder.Difference() < 1e-4);
}

TEST_CASE("labels are matched by their names, and unknown names give a warning") {
  const EvalFolder folder("labels_in_another_order", "three_inputs.onnx");
  const ProgramResult by_names = folder.Run("SST-2");
  RequireSuccess(by_names);
  CHECK(by_names.err.empty());
  CHECK(folder.Difference() < 1e-4);
  CHECK(folder.Accuracy() == 1);
  folder.Write("config.json", R"({"id2label": {"0": "thumbs up", "1": "thumbs down"}})");
  const ProgramResult unknown = folder.Run("SST-2");
  RequireSuccess(unknown);
  CHECK(folder.Accuracy() == 0);
  CHECK(unknown.err.find("config.json: the model's labels 'thumbs up' and 'thumbs down' are not "
                         "SST-2's 'negative' and 'positive'") != std::string::npos);
  folder.Write("config.json", R"({"id2label": [null, "LABEL_1"]})");
  const ProgramResult unnamed = folder.Run("SST-2");
  RequireSuccess(unnamed);
  CHECK(unnamed.err.empty());
}

TEST_CASE("a command ends without an error if its reader closes the pipe") {
  const TinyModel tiny;
  std::string requests;
  for (int i = 0; i < 20000; ++i) requests += "{\"a\": \"a b c\"}\n";
  const std::string file = tiny.Write("requests.jsonl", requests);
  const auto pipe_to_head = [&](const std::string& command) {
    return RunProgram(
        {"/bin/bash", "-c", "set -o pipefail; '" + OctetPath() + "' " + command + " | head -n 1"});
  };
  for (const std::string& command : {"tokenize --model '" + tiny.model() + "' '" + file + "'",
                                     "dump '" + tiny.model() + "' --stage import"}) {
    CAPTURE(command);
    const ProgramResult result = pipe_to_head(command);
    CHECK(result.exit_code == 0);
    CHECK(result.err.empty());
    CHECK(Lines(result.out).size() == 1);
  }
}

}  // namespace
}  // namespace octet::testing
