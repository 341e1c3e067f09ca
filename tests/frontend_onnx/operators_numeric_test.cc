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

// Runs one node of opset 28 on inputs a, b ... of floats with these dims.
std::vector<float> RunNode(const std::string& op, const std::vector<int64_t>& dims,
                           const std::vector<std::vector<float>>& inputs,
                           const std::vector<ProtoWriter>& attributes = {}) {
  OnnxModelBuilder model;
  model.Opset(28).Output("y");
  OnnxNode node = {.op_type = op, .inputs = {}, .outputs = {"y"}, .attributes = attributes};
  std::map<std::string, ir::Tensor> tensors;
  for (const std::vector<float>& values : inputs) {
    const std::string name(1, static_cast<char>('a' + tensors.size()));
    model.Input(name, kOnnxFloat, {dims.begin(), dims.end()});
    node.inputs.push_back(name);
    tensors.emplace(name, ir::Tensor::FromVector(ir::DType::kF32, dims, values));
  }
  return RunModel(model.Node(node), tensors).values;
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
