// Models that cannot be used give exit code 4, and a message that names the file and the fault.
#include <doctest/doctest.h>

#include <filesystem>

#include "tests/support/onnx_builder.h"
#include "tests/tools/run_program.h"
#include "tests/tools/tiny_model.h"

namespace octet::testing {
namespace {

// bert_eval, and octet's commands that take a model, must refuse `model` and print all of `texts`.
void CheckRefused(const std::string& model, const std::vector<std::string>& texts) {
  for (const ProgramResult& result :
       {BertEval({"--model", model}), Octet({"inspect", model}), Octet({"dump", model})}) {
    INFO(result.err);
    CHECK(result.exit_code == 4);
    CHECK(result.out.empty());
    CHECK(Lines(result.err).size() == 1);
    for (const std::string& text : texts) {
      CHECK_MESSAGE(result.err.find(text) != std::string::npos, text);
    }
  }
}

TEST_CASE("there is no model") {
  const TinyModel tiny;
  CheckRefused(tiny.Path("nowhere"), {tiny.Path("nowhere"), "no such file"});
  tiny.Write("empty/readme", "");
  CheckRefused(tiny.Path("empty"), {tiny.Path("empty"), "no model.onnx"});
}

TEST_CASE("a file that is not an ONNX model is refused, and the error says what it is") {
  const TinyModel tiny;
  const std::string real = ReadText(tiny.Path("model/model.onnx"));
  const std::string safetensors =
      std::string("\x40\0\0\0\0\0\0\0", 8) + R"({"weight":{"dtype":"F32","shape":[1]}})";
  const struct {
    std::string bytes, text;
  } files[] = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n", "git-lfs pointer"},
      {std::string("PK\x03\x04\x14\0\0\0", 8), "zip"},
      {"{\"architectures\": [\"BertModel\"]}", "JSON"},
      {safetensors, "safetensors"},
      {real.substr(0, real.size() - 9), "InvalidModel"},
      {real.substr(0, 1000), "InvalidModel"},
      {"", "InvalidModel"},
  };
  for (const auto& [bytes, text] : files) {
    const std::string model = tiny.Write("model/model.onnx", bytes);
    CheckRefused(model, {model, text});
  }
}

TEST_CASE("logits that are NaN are an error, not a prediction") {
  const TinyModel tiny;
  // In the file the bias's name stands before its raw_data of two floats.
  std::string bytes = ReadText(tiny.model() + "/model.onnx");
  const std::string bias = "classifier.biasJ\x08";
  const size_t at = bytes.find(bias);
  REQUIRE(at != std::string::npos);
  bytes.replace(at + bias.size(), 4, "\xff\xff\xff\x7f");
  tiny.Write("model/model.onnx", bytes);
  const ProgramResult result = BertEval(tiny.Arguments(tiny.WriteData(3)));
  INFO(result.err);
  CHECK(result.exit_code == 4);
  CHECK(result.out.empty());
  CHECK(result.err.find(tiny.model()) != std::string::npos);
  CHECK(result.err.find("row 1 of those evaluated has a logit that is") != std::string::npos);
}

TEST_CASE("unknown operators are named, with their nodes") {
  const TinyModel tiny;
  const std::string model =
      tiny.Write("model/model.onnx", OnnxModelBuilder()
                                         .Input("x", kOnnxFloat, {int64_t{2}})
                                         .Node({.op_type = "Frobnicate",
                                                .inputs = {"x"},
                                                .outputs = {"y"},
                                                .name = "/encoder/layer.3/Frob"})
                                         .Output("y")
                                         .Build());
  CheckRefused(model, {model, "Unsupported", "Frobnicate", "/encoder/layer.3/Frob"});
}

// Only bert_eval needs a tokenizer and a classifier.
void CheckEvalRefuses(const TinyModel& tiny, const std::vector<std::string>& texts) {
  const ProgramResult result = BertEval(tiny.Arguments(tiny.WriteData(2), {"--quiet"}));
  INFO(result.err);
  CHECK(result.exit_code == 4);
  CHECK(result.out.empty());
  for (const std::string& text : texts) {
    CHECK_MESSAGE(result.err.find(text) != std::string::npos, text);
  }
}

TEST_CASE("a model without a vocabulary, or with a bad one") {
  const TinyModel tiny;
  tiny.Write("model/vocab.txt", "[PAD]\n[UNK]\n[CLS]\nword\n");
  CheckEvalRefuses(tiny, {tiny.Path("model/vocab.txt"), "[SEP]"});
  std::filesystem::remove(tiny.Path("model/vocab.txt"));
  CheckEvalRefuses(
      tiny, {tiny.Path("model/model.onnx"), "neither vocab.txt nor tokenizer.json is beside"});
  const ProgramResult tokenize = Octet({"tokenize", "--vocab", tiny.Path("model/vocab.txt")});
  CHECK(tokenize.exit_code == 4);
  CHECK(tokenize.err.find(tiny.Path("model/vocab.txt")) != std::string::npos);
}

TEST_CASE("a broken config.json") {
  const TinyModel tiny;
  tiny.Write("model/config.json", "{\"vocab_size\": 200,\n}");
  CheckEvalRefuses(tiny, {tiny.Path("model/config.json")});
}

TEST_CASE("labels that are not the task's") {
  const TinyModel tiny;
  tiny.Write("model/config.json", R"({"id2label": {"0": "a", "1": "b", "2": "c"}})");
  CheckEvalRefuses(tiny, {tiny.Path("model/config.json"), "3 labels", "MRPC"});
}

TEST_CASE("a model that is not a sequence classifier") {
  CheckEvalRefuses(TinyModel("bert_torchscript_opset17_base"),
                   {"model.onnx", "f32[batch,sequence,64]", "classifier"});
  CheckEvalRefuses(TinyModel("bert_torchscript_opset17_tokcls"), {"model.onnx", "classifier"});
  const TinyModel tiny;
  tiny.Write("model/model.onnx",
             OnnxModelBuilder()
                 .Input("pixels", kOnnxFloat, {"batch", int64_t{2}})
                 .Node({.op_type = "Relu", .inputs = {"pixels"}, .outputs = {"y"}})
                 .Output("y")
                 .Build());
  CheckEvalRefuses(tiny, {tiny.Path("model/model.onnx"), "'pixels'"});
}

}  // namespace
}  // namespace octet::testing
