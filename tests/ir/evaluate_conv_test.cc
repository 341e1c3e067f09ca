// Compares convolution with its formula, element by element.
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using Ints = std::vector<int64_t>;
using Floats = std::vector<float>;

Attributes ConvAttributes(Ints strides, Ints dilations, Ints pads, int64_t group) {
  return {{"strides", std::move(strides)},
          {"dilations", std::move(dilations)},
          {"pads", std::move(pads)},
          {"group", group}};
}

Tensor Counting(const Ints& dims) {
  auto tensor = Tensor::Allocate(DType::kF32, dims);
  REQUIRE(tensor.ok());
  auto* x = static_cast<float*>(tensor->mutable_data());
  for (int64_t i = 0; i < tensor->num_elements(); ++i) x[i] = static_cast<float>(i % 7) - 2.5f;
  return *tensor;
}

TEST_CASE("conv of one axis: strides, dilations, pads and groups") {
  const Tensor x = Counting({2, 4, 9});
  for (const int64_t group : {1, 2, 4}) {
    const Tensor weight = Counting({8, 4 / group, 3});
    const Tensor bias = Counting({8});
    for (const int64_t stride : {1, 2, 4}) {
      for (const int64_t dilation : {1, 3}) {
        for (const Ints& pads : {Ints{0, 0}, Ints{2, 1}, Ints{7, 5}}) {
          const auto y = EvaluateOp(OpKind::kConv, {x, weight, bias},
                                    ConvAttributes({stride}, {dilation}, pads, group));
          REQUIRE_MESSAGE(y.ok(), y.status().ToString());
          const int64_t size = (9 + pads[0] + pads[1] - 2 * dilation - 1) / stride + 1;
          REQUIRE(y->dims() == Ints{2, 8, size});
          for (int64_t i = 0; i < y->num_elements(); ++i) {
            const int64_t b = i / (8 * size);
            const int64_t m = i / size % 8;
            float sum = 0;
            for (int64_t c = 0; c < 4 / group; ++c) {
              for (int64_t t = 0; t < 3; ++t) {
                const int64_t at = i % size * stride - pads[0] + t * dilation;
                if (at < 0 || at >= 9) continue;
                const int64_t channel = m / (8 / group) * (4 / group) + c;
                sum += weight.as<float>()[(m * (4 / group) + c) * 3 + t] *
                       x.as<float>()[(b * 4 + channel) * 9 + at];
              }
            }
            CHECK(y->as<float>()[i] == sum + bias.as<float>()[m]);
          }
        }
      }
    }
  }
}

TEST_CASE("conv of two axes") {
  const Tensor x = Tensor::FromVector<float>(DType::kF32, {1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor weight = Tensor::FromVector<float>(DType::kF32, {1, 1, 2, 2}, {1, 10, 100, 1000});
  CHECK(EvaluateValues<float>(OpKind::kConv, {x, weight},
                              ConvAttributes({1, 1}, {1, 1}, {0, 0, 0, 0}, 1)) ==
        Floats{5421, 6532});
  CHECK(EvaluateValues<float>(OpKind::kConv, {x, weight},
                              ConvAttributes({1, 2}, {1, 1}, {0, 1, 1, 0}, 1)) ==
        Floats{4010, 6532, 40, 65});
}

TEST_CASE("types of conv") {
  const auto infer = [](const std::string& x, const std::string& weight, Attributes attributes) {
    return InferText(OpKind::kConv, {x, weight}, std::move(attributes));
  };
  // If pads make up for the window, the size stays the same, even if it is a symbol.
  CHECK(infer("f32[b,8,s]", "f32[6,8,3]", ConvAttributes({1}, {1}, {1, 1}, 1)) == "f32[b,6,s]");
  CHECK(infer("f32[b,8,10]", "f32[6,4,3]", ConvAttributes({2}, {1}, {1, 1}, 2)) == "f32[b,6,5]");
  CHECK(infer("f32[b,8,2]", "f32[6,8,3]", ConvAttributes({1}, {1}, {0, 0}, 1))
            .find("a window of 3 does not fit in an axis of 2") != std::string::npos);
  CHECK(infer("f32[b,8,4]", "f32[6,3,3]", ConvAttributes({1}, {1}, {0, 0}, 1))
            .find("1 groups do not fit the channels") != std::string::npos);
  CHECK(infer("f32[b,8,4]", "f32[6,8,3]", ConvAttributes({0}, {1}, {0, 0}, 1))
            .find("strides has the number 0") != std::string::npos);
  CHECK(infer("f32[b,8,4]", "f32[6,8,3]", ConvAttributes({1}, {1}, {0}, 1))
            .find("pads has 1 numbers, not 2") != std::string::npos);
}

}  // namespace
}  // namespace octet::ir
