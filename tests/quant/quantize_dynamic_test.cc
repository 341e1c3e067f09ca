// The linears that are quantized, modules after an error, and the report.
#include "quant/quantize_dynamic.h"

#include <doctest/doctest.h>

#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"
#include "quant/report.h"

namespace octet::quant {
namespace {

// Two layers and a classifier; %given is not a constant. Layer 1 is a prefix of layer 10 as text,
// but not as a component of a path.
constexpr std::string_view kModel = R"(stage core
graph(%x: f32[b,4], %given: f32[4,4]) {
  %w1 = constant {value = random(1)} : f32[4,4]
  %w10 = constant {value = random(2)} : f32[4,4]
  %wc = constant {value = [127.0, -2.0, 3.0, 4.0, 254.0, 6.0, 7.0, 8.0]} : f32[4,2]
  %0 = linear %x, %w1 : f32[b,4] loc("/1/MatMul", "bert.layer.1.dense")
  %1 = linear %0, %w10 : f32[b,4] loc("/10/MatMul", "bert.layer.10.dense")
  %2 = linear %1, %given : f32[b,4] loc("/given/MatMul", "given")
  %3 = linear %2, %wc {activation = "tanh"} : f32[b,2] loc("/c/MatMul", "classifier")
  return %3
}
)";

ir::Module Model() {
  Result<ir::Module> module = ir::Parse(kModel);
  INFO(module.status().ToString());
  REQUIRE(module.ok());
  return *std::move(module);
}

// The module paths of the linears of this precision, separated by blanks.
std::string Paths(const ir::Module& module, Precision precision) {
  std::string text;
  const std::vector<LinearReport> linears = *ReportLinears(module);
  for (const LinearReport& linear : linears) {
    if (linear.precision == precision) text += (text.empty() ? "" : " ") + linear.module_path;
  }
  return text;
}

std::string Quantized(const QConfigDict& qconfigs) {
  ir::Module module = Model();
  const Status status = QuantizeDynamic(&module, qconfigs);
  INFO(status.ToString());
  REQUIRE(status.ok());
  CHECK(ir::Verify(module).ok());
  CHECK(module.stage() == ir::Stage::kQuant);
  return Paths(module, Precision::kInt8);
}

TEST_CASE("the qconfig dict selects linears by module path") {
  const QConfig on = DefaultQConfig();
  CHECK(Quantized({{"", on}}) == "bert.layer.1.dense bert.layer.10.dense classifier");
  CHECK(Quantized({}) == "");
  CHECK(Quantized({{"", std::nullopt}}) == "");
  CHECK(Quantized({{"bert.layer.1", on}}) == "bert.layer.1.dense");
  CHECK(Quantized({{"", on}, {"bert.layer.1", std::nullopt}}) == "bert.layer.10.dense classifier");
  CHECK(Quantized({{"bert", std::nullopt}, {"bert.layer.10.dense", on}}) == "bert.layer.10.dense");
}

TEST_CASE("an override changes only the weights of its module") {
  QConfig reduced = DefaultQConfig();
  reduced.weight.reduce_range = true;
  ir::Module module = Model();
  REQUIRE(QuantizeDynamic(&module, {{"", DefaultQConfig()}, {"classifier", reduced}}).ok());
  const auto linears = *ReportLinears(module);
  REQUIRE(linears.size() == 4);
  CHECK(linears[3].module_path == "classifier");
  CHECK(linears[3].weight_scale == std::vector<float>{254.0f / 63.0f, 8.0f / 63.0f});
  int largest = 0;
  for (int i = 0; i < 16; ++i) {
    largest = std::max(largest, std::abs(int{linears[0].weight->as<int8_t>()[i]}));
  }
  CHECK(largest == 127);
}

TEST_CASE("PrepareDynamic and then ConvertDynamic give the same as QuantizeDynamic") {
  for (const bool debug : {false, true}) {
    ir::Module whole = Model();
    REQUIRE(QuantizeDynamic(&whole, {{"", DefaultQConfig()}}, {.debug = debug}).ok());
    ir::Module steps = Model();
    REQUIRE(PrepareDynamic(&steps, {{"", DefaultQConfig()}}).ok());
    CHECK(steps.stage() == ir::Stage::kQuant);
    CHECK(ir::Print(steps).find("observe") != std::string::npos);
    REQUIRE(ConvertDynamic(&steps, {.debug = debug}).ok());
    CHECK(ir::Print(steps, {.locations = true}) == ir::Print(whole, {.locations = true}));
    CHECK(ir::Print(steps).find("observe ") == std::string::npos);
  }
}

TEST_CASE("the ops that replace a linear have its location") {
  ir::Module module = Model();
  REQUIRE(QuantizeDynamic(&module, {{"classifier", DefaultQConfig()}}).ok());
  int seen = 0;
  for (const auto& op : module.ops()) {
    if (op->kind() != ir::OpKind::kQLinear && op->kind() != ir::OpKind::kQuantizeDynamic) continue;
    CHECK(op->location().module_path() == "classifier");
    CHECK(op->location().node() == "/c/MatMul");
    ++seen;
  }
  CHECK(seen == 2);
}

TEST_CASE("errors name the module and leave it unchanged") {
  const std::string before = ir::Print(Model(), {.locations = true});
  const auto check = [&](const QConfigDict& qconfigs, std::string_view expected) {
    ir::Module module = Model();
    CHECK(QuantizeDynamic(&module, qconfigs).ToString() == expected);
    CHECK(ir::Print(module, {.locations = true}) == before);
    CHECK(module.stage() == ir::Stage::kCore);
  };
  QConfig symmetric = *QConfigByName("per_channel_dynamic_qconfig");
  symmetric.activation.symmetric = true;
  check({{"classifier", symmetric}},
        "Unsupported: node '/c/MatMul': module 'classifier': activations in "
        "per_tensor_symmetric_u7_pytorch; PyTorch has no symmetric formula for them");
  check(
      {{"bert.layer.2", std::nullopt}},
      "InvalidArgument: no linear with a constant weight is in module 'bert.layer.2'; the nearest "
      "are 'bert.layer.1', 'bert.layer', 'bert.layer.10'");
  // Its weight is not a constant.
  check({{"given", DefaultQConfig()}},
        "InvalidArgument: no linear with a constant weight is in module 'given'; the nearest are "
        "'bert', 'classifier', 'bert.layer'");
}

TEST_CASE("the report of float, int8 and debug linears") {
  for (const bool debug : {false, true}) {
    ir::Module module = Model();
    REQUIRE(QuantizeDynamic(&module, {{"classifier", DefaultQConfig()}}, {.debug = debug}).ok());
    const auto linears = *ReportLinears(module);
    REQUIRE(linears.size() == 4);

    const LinearReport& dense = linears[0];
    CHECK(dense.op == "linear");
    CHECK(PrecisionName(dense.precision) == "fp32");
    CHECK(dense.node == "/1/MatMul");
    CHECK(dense.weight_scale.empty());
    const ir::Tensor weight = *dense.DequantizedWeight();
    CHECK(weight.dims() == std::vector<int64_t>{4, 4});

    const LinearReport& given = linears[2];
    CHECK(given.in_features == 4);
    CHECK_FALSE(given.weight.has_value());
    CHECK(given.DequantizedWeight().status().ToString() ==
          "InvalidArgument: module 'given': the weight is not a constant");

    const LinearReport& classifier = linears[3];
    CHECK(classifier.op == "qlinear");
    CHECK(PrecisionName(classifier.precision) == (debug ? "debug" : "int8"));
    CHECK(classifier.in_features == 4);
    CHECK(classifier.out_features == 2);
    CHECK(classifier.weight_scale == std::vector<float>{2.0f, 8.0f / 127.0f});
    CHECK(classifier.weight_zero_point == std::vector<int32_t>{0, 0});
    CHECK(classifier.weight->dtype() == (debug ? ir::DType::kF32 : ir::DType::kI8));
    // 127 / 2 and 3 / 2 are ties.
    const ir::Tensor back = *classifier.DequantizedWeight();
    CHECK(back.as<float>()[0] == 128.0f);
    CHECK(back.as<float>()[2] == 4.0f);
    CHECK(back.as<float>()[4] == 254.0f);
    CHECK(back.as<float>()[7] == 127.0f * (8.0f / 127.0f));
  }
}

TEST_CASE("the report if a scale is not a constant or a weight does not have data") {
  const auto parse = [](std::string_view scale, std::string_view weight) {
    return *ir::Parse(R"(stage quant
graph(%x: f32[b,64], %ws: f32[128]) {
  %0, %1, %2 = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[b,64], f32[b], i32[b]
  %w = constant {value = )" +
                      std::string(weight) + R"(} : i8[64,128]
  %s = constant {value = splat(1.0)} : f32[128]
  %z = constant {value = splat(0)} : i32[128]
  %3 = qlinear %0, %1, %2, %w, )" +
                      std::string(scale) + R"(, %z : f32[b,128] loc("/q", "m")
  return %3
}
)");
  };
  CHECK(ReportLinears(parse("%ws", "splat(1)")).status().ToString() ==
        "InvalidModel: node '/q': module 'm': a weight, its scale or its zero point is not "
        "a constant");
  const auto dumped = *ReportLinears(parse("%s", "hash(0123456789abcdef)"));
  CHECK(dumped[0].DequantizedWeight().status().ToString() ==
        "InvalidArgument: module 'm': the weight is known by its description only");
}

}  // namespace
}  // namespace octet::quant
