// The JSON form of a qconfig dict and its errors.
#include <doctest/doctest.h>

#include "quant/qconfig.h"

namespace octet::quant {
namespace {

std::string Error(std::string_view json) { return ParseQConfigDict(json).status().ToString(); }

TEST_CASE("presets, null and observers") {
  const Result<QConfigDict> dict = ParseQConfigDict(R"({
    "": "per_token_dynamic_qconfig",
    "bert.encoder.layer.0": null,
    "classifier": {
      "weight": {"qscheme": "per_tensor_symmetric", "dtype": "qint8", "formula": "pytorch"},
      "activation": {"qscheme": "per_tensor_affine", "dtype": "quint8", "reduce_range": true}},
    "pooler": {"weight": {"reduce_range": true}},
    "other": {}
  })");
  REQUIRE(dict.ok());
  CHECK(dict->size() == 5);
  CHECK(dict->at("") == DefaultQConfig());
  CHECK(dict->at("bert.encoder.layer.0") == std::nullopt);
  CHECK(dict->at("classifier")->weight.ToString() == "per_tensor_symmetric_s8_pytorch");
  CHECK(dict->at("classifier")->activation.ToString() == "per_tensor_affine_u7");
  CHECK(dict->at("pooler")->weight.ToString() == "per_channel_symmetric_s7");
  CHECK(dict->at("pooler")->activation == DefaultQConfig().activation);
  CHECK(dict->at("other") == DefaultQConfig());
  CHECK(dict->at("classifier")->attention == std::nullopt);
  const Result<QConfigDict> attention =
      ParseQConfigDict(R"({"a": {"attention": "bf16"}, "b": {"attention": "f32"}})");
  REQUIRE(attention.ok());
  CHECK(attention->at("a")->attention == ir::AttentionPrecision::kBf16);
  CHECK(attention->at("b")->attention == ir::AttentionPrecision::kF32);
  CHECK(attention->at("a")->weight == DefaultQConfig().weight);
  CHECK(ParseQConfigDict("{}")->empty());
}

TEST_CASE("an error of malformed JSON names its line and byte") {
  CHECK(Error("{\n  \"a\": nul,\n}")
            .starts_with("InvalidArgument: line 2: byte 12: malformed JSON: syntax error"));
  CHECK(Error("").starts_with("InvalidArgument: line 1: byte 0: malformed JSON: syntax error"));
  CHECK(Error("{\"a\": null").starts_with("InvalidArgument: line 1: byte 10: malformed JSON: "));
  CHECK(Error("{} {}").starts_with("InvalidArgument: line 1: byte 3: malformed JSON: "));
  CHECK(Error("{\"\xff\": null}").starts_with("InvalidArgument: line 1: byte 2: malformed JSON: "));
  CHECK(Error(std::string(100000, '[')).starts_with("InvalidArgument: "));
  CHECK(Error("{\"\": 1e999}") ==
        "InvalidArgument: line 1: byte 9: malformed JSON: number overflow parsing '1e999'");
  CHECK(Error("{\"a\": NaN}") ==
        "InvalidArgument: 'a': not null, the name of a qconfig or an object");
}

TEST_CASE("JSON that is not a qconfig dict") {
  CHECK(Error("[]") ==
        "InvalidArgument: a qconfig dict is a JSON object from module path to qconfig");
  CHECK(Error(R"({"a": null, "a": null})") ==
        "InvalidArgument: line 1: byte 12: the key 'a' is repeated");
  CHECK(Error(R"({"a": {"weight": {"dtype": "qint8", "dtype": "qint8"}}})") ==
        "InvalidArgument: line 1: byte 36: the key 'dtype' is repeated");
  CHECK(Error(R"({"a": 8})") ==
        "InvalidArgument: 'a': not null, the name of a qconfig or an object");
  CHECK(Error(R"({"a": "int8"})") ==
        "InvalidArgument: 'a': no qconfig is called 'int8'; there are per_token_dynamic_qconfig, "
        "per_channel_dynamic_qconfig, default_dynamic_qconfig");
}

TEST_CASE("values that are not a qconfig") {
  CHECK(Error(R"({"a": {"weights": {}}})") ==
        "InvalidArgument: 'a': weights: unknown key; there are weight, activation, attention");
  for (const char* value : {"\"int4\"", "\"\"", "8", "null"}) {
    CHECK(Error(std::string(R"({"a": {"attention": )") + value + "}}") ==
          "InvalidArgument: 'a': attention: not f32 or bf16");
  }
  CHECK(Error(R"({"a": {"weight": "s8"}})") == "InvalidArgument: 'a': weight: not an object");
  CHECK(Error(R"({"a": {"weight": {"bits": 4}}})") ==
        "InvalidArgument: 'a': weight: bits: unknown key; there are qscheme, dtype, reduce_range, "
        "formula");
  CHECK(Error(R"({"a": {"weight": {"qscheme": 1}}})") ==
        "InvalidArgument: 'a': weight: qscheme: not a string");
  CHECK(Error(R"({"a": {"weight": {"qscheme": "per_token_affine"}}})") ==
        "InvalidArgument: 'a': weight: qscheme: 'per_token_affine' is not a weight qscheme; there "
        "are "
        "per_channel_affine, per_channel_symmetric, per_tensor_affine, per_tensor_symmetric");
  CHECK(Error(R"({"a": {"activation": {"dtype": "qint8"}}})") ==
        "InvalidArgument: 'a': activation: dtype: not quint8");
  CHECK(Error(R"({"a": {"weight": {"reduce_range": 1}}})") ==
        "InvalidArgument: 'a': weight: reduce_range: not true or false");
  CHECK(Error(R"({"a": {"activation": {"qscheme": "per_token_symmetric",
                                         "formula": "pytorch"}}})") ==
        "Unsupported: 'a': activation: activations in per_token_symmetric_u8_pytorch; PyTorch has "
        "no symmetric formula for them");
  CHECK(Error(R"({"a": {"weight": {"formula": "onnx"}}})") ==
        "InvalidArgument: 'a': weight: formula: not octet or pytorch");
}

}  // namespace
}  // namespace octet::quant
