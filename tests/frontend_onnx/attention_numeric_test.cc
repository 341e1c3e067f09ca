// Compares variants of ONNX's Attention with its definition: grouped heads, operands of rank 3,
// masks that hide everything, causal masks, windows and caps.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "tests/frontend_onnx/run_model.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

constexpr int64_t kBatch = 2;
constexpr int64_t kQueries = 3;
constexpr int64_t kKeys = 4;
constexpr int64_t kSize = 4;

struct Variant {
  int64_t heads = 4;
  int64_t key_heads = 4;
  bool rank_3 = false;
  bool causal = false;
  int64_t left = -1;
  int64_t right = -1;
  double cap = 0;
  // [kBatch, 1, kQueries, kKeys]: 0 or -infinity, given as bools or as floats; none when empty.
  std::vector<float> mask = {};
  bool bool_mask = false;
};

std::vector<float> Numbers(int64_t count, float phase) {
  std::vector<float> numbers;
  for (int64_t i = 0; i < count; ++i) {
    numbers.push_back(std::sin(phase + 0.7f * static_cast<float>(i)));
  }
  return numbers;
}

// Element [b,h,i,d] of a tensor of either rank.
size_t At(const Variant& variant, int64_t b, int64_t h, int64_t i, int64_t d, int64_t heads,
          int64_t rows) {
  return static_cast<size_t>(variant.rank_3 ? ((b * rows + i) * heads + h) * kSize + d
                                            : ((b * heads + h) * rows + i) * kSize + d);
}

std::vector<double> Expected(const Variant& variant, const std::vector<float>& q,
                             const std::vector<float>& k, const std::vector<float>& v) {
  std::vector<double> out(q.size());
  const int64_t groups = variant.heads / variant.key_heads;
  for (int64_t b = 0; b < kBatch; ++b) {
    for (int64_t h = 0; h < variant.heads; ++h) {
      for (int64_t i = 0; i < kQueries; ++i) {
        double weights[kKeys];
        double sum = 0;
        for (int64_t j = 0; j < kKeys; ++j) {
          double score = 0;
          for (int64_t d = 0; d < kSize; ++d) {
            score += static_cast<double>(q[At(variant, b, h, i, d, variant.heads, kQueries)]) *
                     k[At(variant, b, h / groups, j, d, variant.key_heads, kKeys)];
          }
          score /= 2;  // the root of kSize
          if (variant.cap != 0) score = variant.cap * std::tanh(score / variant.cap);
          bool seen = !variant.causal || j <= i;
          seen = seen && (variant.left < 0 || i - j <= variant.left);
          seen = seen && (variant.right < 0 || j - i <= variant.right);
          if (!variant.mask.empty()) {
            seen = seen && variant.mask[static_cast<size_t>((b * kQueries + i) * kKeys + j)] == 0;
          }
          weights[j] = seen ? std::exp(score) : 0;
          sum += weights[j];
        }
        for (int64_t d = 0; d < kSize; ++d) {
          double value = 0;
          for (int64_t j = 0; j < kKeys; ++j) {
            const double x = v[At(variant, b, h / groups, j, d, variant.key_heads, kKeys)];
            if (sum > 0) value += weights[j] / sum * x;
          }
          out[At(variant, b, h, i, d, variant.heads, kQueries)] = value;
        }
      }
    }
  }
  return out;
}

void Check(const Variant& variant) {
  const auto dims = [&](int64_t heads, int64_t rows) -> std::vector<int64_t> {
    if (variant.rank_3) return {kBatch, rows, heads * kSize};
    return {kBatch, heads, rows, kSize};
  };
  const std::vector<float> q = Numbers(kBatch * variant.heads * kQueries * kSize, 0);
  const std::vector<float> k = Numbers(kBatch * variant.key_heads * kKeys * kSize, 1);
  const std::vector<float> v = Numbers(kBatch * variant.key_heads * kKeys * kSize, 2);
  std::map<std::string, ir::Tensor> tensors;
  OnnxModelBuilder model;
  model.Opset(25).Output("y");
  const auto add = [&](const std::string& name, int type, ir::Tensor tensor) {
    std::vector<OnnxDim> sizes(tensor.dims().begin(), tensor.dims().end());
    model.Input(name, type, sizes);
    tensors.emplace(name, std::move(tensor));
  };
  const auto floats = [](const std::vector<int64_t>& sizes, const std::vector<float>& values) {
    return ir::Tensor::FromVector(ir::DType::kF32, sizes, values);
  };
  add("q", kOnnxFloat, floats(dims(variant.heads, kQueries), q));
  add("k", kOnnxFloat, floats(dims(variant.key_heads, kKeys), k));
  add("v", kOnnxFloat, floats(dims(variant.key_heads, kKeys), v));
  std::vector<std::string> inputs = {"q", "k", "v"};
  if (!variant.mask.empty()) {
    inputs.emplace_back("mask");
    const std::vector<int64_t> sizes = {kBatch, 1, kQueries, kKeys};
    if (variant.bool_mask) {
      std::vector<uint8_t> bools;
      for (const float number : variant.mask) bools.push_back(number == 0 ? 1 : 0);
      add("mask", kOnnxBool, ir::Tensor::FromVector(ir::DType::kBool, sizes, bools));
    } else {
      add("mask", kOnnxFloat, floats(sizes, variant.mask));
    }
  }
  std::vector<ProtoWriter> attributes = {
      IntAttribute("is_causal", variant.causal ? 1 : 0),
      FloatAttribute("softcap", static_cast<float>(variant.cap))};
  if (variant.left != -1) attributes.push_back(IntAttribute("left_window_size", variant.left));
  if (variant.right != -1) attributes.push_back(IntAttribute("right_window_size", variant.right));
  if (variant.rank_3) {
    attributes.push_back(IntAttribute("q_num_heads", variant.heads));
    attributes.push_back(IntAttribute("kv_num_heads", variant.key_heads));
  }
  model.Node(
      {.op_type = "Attention", .inputs = inputs, .outputs = {"y"}, .attributes = attributes});
  const Floats y = RunModel(model, tensors);
  const std::vector<double> expected = Expected(variant, q, k, v);
  REQUIRE(y.dims == dims(variant.heads, kQueries));
  for (size_t i = 0; i < expected.size(); ++i) {
    CHECK_MESSAGE(std::abs(static_cast<double>(y.values[i]) - expected[i]) <= 1e-5, i);
  }
}

// In the second sentence query 1 sees nothing; with a causal mask, query 0 sees nothing either.
std::vector<float> HidingMask() {
  std::vector<float> mask(kBatch * kQueries * kKeys, 0.0f);
  const float hidden = -std::numeric_limits<float>::infinity();
  std::fill_n(mask.begin() + (kQueries + 1) * kKeys, kKeys, hidden);
  mask[kQueries * kKeys] = hidden;
  mask[1] = hidden;
  return mask;
}

TEST_CASE("key heads for one query head, for a group and for all, and operands of rank 3 and 4") {
  for (const bool rank_3 : {false, true}) {
    for (const int64_t key_heads : {4, 2, 1}) {
      CAPTURE(rank_3);
      CAPTURE(key_heads);
      Check({.key_heads = key_heads, .rank_3 = rank_3});
    }
  }
}

TEST_CASE("a query that sees nothing gets 0") {
  for (const bool bool_mask : {false, true}) {
    for (const bool causal : {false, true}) {
      for (const double cap : {0.0, 0.5}) {
        CAPTURE(bool_mask);
        CAPTURE(causal);
        CAPTURE(cap);
        Check({.key_heads = 2,
               .causal = causal,
               .cap = cap,
               .mask = HidingMask(),
               .bool_mask = bool_mask});
      }
    }
  }
}

TEST_CASE("causal, with a cap") {
  Check({.causal = true});
  Check({.rank_3 = true, .causal = true, .cap = 0.5});
}

TEST_CASE("a window around each query") {
  for (const int64_t left : {-1, 0, 1, 100}) {
    for (const int64_t right : {-1, 0, 1, 100}) {
      for (const bool causal : {false, true}) {
        CAPTURE(left);
        CAPTURE(right);
        CAPTURE(causal);
        Check({.causal = causal, .left = left, .right = right});
        Check({.causal = causal, .left = left, .right = right, .mask = HidingMask()});
      }
    }
  }
}

}  // namespace
}  // namespace octet::frontend_onnx
