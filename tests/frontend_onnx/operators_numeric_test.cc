// Operators as recent operator sets define them, against values worked out by hand from ONNX's
// definitions.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "tests/frontend_onnx/run_model.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

// Runs one node of opset 28 on inputs a, b ... and then the initializers.
std::vector<float> RunNode(const std::string& op, const std::vector<ir::Tensor>& inputs,
                           const std::vector<ProtoWriter>& attributes = {},
                           const std::map<std::string, ProtoWriter>& initializers = {}) {
  OnnxModelBuilder model;
  model.Opset(28).Output("y");
  OnnxNode node = {.op_type = op, .inputs = {}, .outputs = {"y"}, .attributes = attributes};
  std::map<std::string, ir::Tensor> tensors;
  for (const ir::Tensor& input : inputs) {
    const std::string name(1, static_cast<char>('a' + tensors.size()));
    const int type = input.dtype() == ir::DType::kI64 ? kOnnxInt64 : kOnnxFloat;
    model.Input(name, type, {input.dims().begin(), input.dims().end()});
    node.inputs.push_back(name);
    tensors.emplace(name, input);
  }
  for (const auto& [name, initializer] : initializers) {
    model.Initializer(initializer);
    node.inputs.push_back(name);
  }
  return RunModel(model.Node(node), tensors).values;
}

ir::Tensor FloatsOf(const std::vector<int64_t>& dims, const std::vector<float>& values) {
  return ir::Tensor::FromVector(ir::DType::kF32, dims, values);
}

// Runs one node on inputs that all have these dims.
std::vector<float> RunNode(const std::string& op, const std::vector<int64_t>& dims,
                           const std::vector<std::vector<float>>& inputs,
                           const std::vector<ProtoWriter>& attributes = {}) {
  std::vector<ir::Tensor> tensors;
  for (const std::vector<float>& values : inputs) tensors.push_back(FloatsOf(dims, values));
  return RunNode(op, tensors, attributes);
}

void CheckNear(const std::vector<float>& values, const std::vector<double>& expected) {
  REQUIRE(values.size() == expected.size());
  for (size_t i = 0; i < values.size(); ++i) {
    CAPTURE(i);
    CHECK(values[i] == doctest::Approx(expected[i]));
  }
}

TEST_CASE("LpNormalization leaves a vector of zeros as it is") {
  const std::vector<std::vector<float>> x = {{3, 4, 0, 0}};
  CheckNear(RunNode("LpNormalization", {2, 2}, x), {0.6, 0.8, 0, 0});
  CheckNear(RunNode("LpNormalization", {2, 2}, x, {IntAttribute("p", 1)}),
            {3.0 / 7, 4.0 / 7, 0, 0});
}

TEST_CASE("SwiGLU") {
  const auto swish = [](double x, double alpha) { return x / (1 + std::exp(-alpha * x)); };
  const std::vector<std::vector<float>> inputs = {{-1, 0, 2}, {5, 6, 7}};
  CheckNear(RunNode("SwiGLU", {3}, inputs), {swish(-1, 1) * 5, 0, swish(2, 1) * 7});
  CheckNear(RunNode("SwiGLU", {3}, inputs, {FloatAttribute("alpha", 0.5f)}),
            {swish(-1, 0.5) * 5, 0, swish(2, 0.5) * 7});
}

TEST_CASE("activations") {
  struct Activation {
    std::string op;
    double (*formula)(double x);
  };
  const std::vector<Activation> activations = {
      {"Softsign", [](double x) { return x / (1 + std::abs(x)); }},
      {"Softplus", [](double x) { return std::log(1 + std::exp(x)); }},
      {"Mish", [](double x) { return x * std::tanh(std::log(1 + std::exp(x))); }},
      {"Swish", [](double x) { return x / (1 + std::exp(-x)); }},
      {"Selu", [](double x) { return 1.05070102 * (x > 0 ? x : 1.67326319 * (std::exp(x) - 1)); }}};
  const std::vector<float> x = {-6, -1, -0.25f, 0, 0.5f, 2, 7};
  for (const Activation& activation : activations) {
    CAPTURE(activation.op);
    std::vector<double> expected;
    for (const float number : x) expected.push_back(activation.formula(number));
    CheckNear(RunNode(activation.op, {7}, {x}), expected);
  }
}

TEST_CASE("OneHot; an index from the end, and one that is nowhere") {
  const ir::Tensor indices = ir::Tensor::FromVector<int64_t>(ir::DType::kI64, {4}, {0, 2, -1, 3});
  CheckNear(RunNode("OneHot", {indices}, {},
                    {{"depth", Int64Tensor("depth", {}, {3})},
                     {"values", FloatTensor("values", {2}, {-1, 5})}}),
            {5, -1, -1, -1, -1, 5, -1, -1, 5, -1, -1, -1});
}

TEST_CASE("ReduceLogSumExp, of numbers whose exponentials are too large, too") {
  CheckNear(RunNode("ReduceLogSumExp", {FloatsOf({2, 2}, {0, 1, 100, 100})},
                    {IntAttribute("keepdims", 0)}, {{"axes", Int64Tensor("axes", {1}, {1})}}),
            {std::log(1 + std::exp(1.0)), 100 + std::log(2.0)});
}

TEST_CASE("RMSNormalization") {
  const double first = std::sqrt((1 + 4 + 4) / 3.0 + 0.25);
  const double second = std::sqrt(27 / 3.0 + 0.25);
  CheckNear(RunNode("RMSNormalization",
                    {FloatsOf({2, 3}, {1, 2, -2, 3, 3, 3}), FloatsOf({3}, {1, 10, 100})},
                    {FloatAttribute("epsilon", 0.25f)}),
            {1 / first, 20 / first, -200 / first, 3 / second, 30 / second, 300 / second});
}

TEST_CASE("RotaryEmbedding turns halves, or neighbours when interleaved") {
  // One head of 4 at position 1 of a cache of two positions.
  const ir::Tensor x = FloatsOf({1, 1, 1, 4}, {1, 2, 3, 4});
  const ir::Tensor cos = FloatsOf({2, 2}, {9, 9, 0.5f, 0.25f});
  const ir::Tensor sin = FloatsOf({2, 2}, {9, 9, 2, 3});
  const std::map<std::string, ProtoWriter> position = {
      {"position", Int64Tensor("position", {1, 1}, {1})}};
  CheckNear(RunNode("RotaryEmbedding", {x, cos, sin}, {}, position),
            {0.5 * 1 - 2 * 3, 0.25 * 2 - 3 * 4, 2 * 1 + 0.5 * 3, 3 * 2 + 0.25 * 4});
  CheckNear(RunNode("RotaryEmbedding", {x, cos, sin}, {IntAttribute("interleaved", 1)}, position),
            {0.5 * 1 - 2 * 2, 2 * 1 + 0.5 * 2, 0.25 * 3 - 3 * 4, 3 * 3 + 0.25 * 4});
}

TEST_CASE("SpaceToDepth keeps the channels of a block apart or together") {
  // Two channels of 2 x 2: 0 1 2 3 and 4 5 6 7.
  const std::vector<std::vector<float>> x = {{0, 1, 2, 3, 4, 5, 6, 7}};
  const ProtoWriter block = IntAttribute("blocksize", 2);
  CheckNear(RunNode("SpaceToDepth", {1, 2, 2, 2}, x, {block}), {0, 4, 1, 5, 2, 6, 3, 7});
  CheckNear(RunNode("SpaceToDepth", {1, 2, 2, 2}, x, {block, StringAttribute("mode", "CRD")}),
            {0, 1, 2, 3, 4, 5, 6, 7});
}

TEST_CASE("Mod of floats has the sign of the divisor, or with fmod of the dividend") {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<std::vector<float>> inputs = {{5.5f, -5.5f, 5.5f, -5.5f, -4, 4, 1, -1},
                                                  {2, 2, -2, -2, 2, -2, kInfinity, kInfinity}};
  const auto values = RunNode("Mod", {8}, inputs);
  CHECK(values == std::vector<float>{1.5f, 0.5f, -0.5f, -1.5f, 0, -0.0f, 1, kInfinity});
  CHECK_FALSE(std::signbit(values[4]));
  CHECK(std::signbit(values[5]));
  CHECK(RunNode("Mod", {8}, inputs, {IntAttribute("fmod", 1)}) ==
        std::vector<float>{1.5f, -1.5f, 1.5f, -1.5f, -0.0f, 0, 1, -1});
}

}  // namespace
}  // namespace octet::frontend_onnx
