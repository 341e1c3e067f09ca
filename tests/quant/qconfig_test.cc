// Presets, and the rule of the longest prefix.
#include "quant/qconfig.h"

#include <doctest/doctest.h>

namespace octet::quant {
namespace {

TEST_CASE("the presets") {
  const auto text = [](std::string_view name) {
    const QConfig qconfig = *QConfigByName(name);
    return qconfig.weight.ToString() + " " + qconfig.activation.ToString();
  };
  REQUIRE(QConfigPresets().size() == 3);
  CHECK(text("per_token_dynamic_qconfig") == "per_channel_symmetric_s8 per_token_affine_u8");
  CHECK(text("per_channel_dynamic_qconfig") ==
        "per_channel_symmetric_s8_pytorch per_tensor_affine_u7_pytorch");
  CHECK(text("default_dynamic_qconfig") ==
        "per_tensor_symmetric_s8_pytorch per_tensor_affine_u7_pytorch");
  CHECK(DefaultQConfig() == *QConfigByName("per_token_dynamic_qconfig"));
  CHECK(QConfigByName("int8").status().ToString() ==
        "InvalidArgument: no qconfig is called 'int8'; there are per_token_dynamic_qconfig, "
        "per_channel_dynamic_qconfig, default_dynamic_qconfig");
}

TEST_CASE("prefixes are whole components") {
  CHECK(IsModulePrefix("", ""));
  CHECK(IsModulePrefix("", "a.b"));
  CHECK(IsModulePrefix("a", "a"));
  CHECK(IsModulePrefix("a", "a.b"));
  CHECK(IsModulePrefix("layer.1", "layer.1.query"));
  CHECK_FALSE(IsModulePrefix("layer.1", "layer.10.query"));
  CHECK_FALSE(IsModulePrefix("a.b", "a"));
  CHECK_FALSE(IsModulePrefix("a.", "a.b"));
}

TEST_CASE("the longest prefix wins") {
  const QConfig model = DefaultQConfig();
  const QConfig inner = *QConfigByName("default_dynamic_qconfig");
  const QConfigDict dict = {
      {"", model}, {"bert.encoder", std::nullopt}, {"bert.encoder.layer.1.query", inner}};
  CHECK(*FindQConfig(dict, "classifier") == model);
  CHECK(*FindQConfig(dict, "") == model);
  CHECK(*FindQConfig(dict, "bert.encoders") == model);
  CHECK(FindQConfig(dict, "bert.encoder") == nullptr);
  CHECK(FindQConfig(dict, "bert.encoder.layer.1") == nullptr);
  CHECK(FindQConfig(dict, "bert.encoder.layer.10.query") == nullptr);
  CHECK(*FindQConfig(dict, "bert.encoder.layer.1.query") == inner);
  CHECK(*FindQConfig(dict, "bert.encoder.layer.1.query.sub") == inner);
  CHECK(FindQConfig({{"a", model}}, "b") == nullptr);
}

TEST_CASE("a path that is not a module's is refused, and the error names the nearest ones") {
  const std::vector<std::string> modules = {"bert.encoder.layer.0.attention.self.query",
                                            "bert.encoder.layer.0.attention.self.key",
                                            "bert.pooler.dense", "classifier"};
  const auto check = [&](std::string_view path) {
    return CheckModulePaths({{std::string(path), std::nullopt}}, modules).ToString();
  };
  CHECK(check("") == "Ok");
  CHECK(check("bert") == "Ok");
  CHECK(check("bert.encoder.layer.0.attention.self.key") == "Ok");
  CHECK(check("bert.encodr") ==
        "InvalidArgument: no linear with a constant weight is in module 'bert.encodr'; the nearest "
        "are 'bert.encoder', 'bert.pooler', 'bert'");
  CHECK(check("bert.encoder.layer.0.attention.key") ==
        "InvalidArgument: no linear with a constant weight is in module "
        "'bert.encoder.layer.0.attention.key'; the nearest are "
        "'bert.encoder.layer.0.attention.self', 'bert.encoder.layer.0.attention', "
        "'bert.encoder.layer.0.attention.self.key'");
  CHECK(CheckModulePaths({{"x", std::nullopt}}, {}).ToString() ==
        "InvalidArgument: no linear with a constant weight is in module 'x'");
  CHECK(CheckModulePaths({{"", DefaultQConfig()}}, {}).ok());
}

TEST_CASE("an unknown path is compared with a limited number of module paths") {
  std::vector<std::string> modules;
  for (int i = 0; i < 5000; ++i) modules.push_back("m" + std::to_string(i));
  const std::string error = CheckModulePaths({{"m4999x", std::nullopt}}, modules).ToString();
  CHECK(error.find("the nearest are 'm") != std::string::npos);
  CHECK(error.find("'m4999'") == std::string::npos);
}

}  // namespace
}  // namespace octet::quant
