// Compares each float step, on the reference kernels, with the op's definition in double.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "runtime/steps/gemm_blocks.h"
#include "tests/runtime/naive.h"
#include "tests/runtime/run_text.h"

namespace octet::runtime {
namespace {

using ir::DType;
using naive::FromTensor;
using naive::Numbers;

// The error of float sums of at most a few hundred terms.
constexpr double kTolerance = 2e-5;

TEST_CASE("linear, with and without bias, for each activation") {
  const ir::Tensor x = Random(DType::kF32, {2, 5, 24}, 1);
  const Numbers w = FromTensor(Random(DType::kF32, {24, 17}, 2));
  const Numbers bias = FromTensor(Random(DType::kF32, {17}, 3));
  const Numbers plain = naive::Linear(FromTensor(x), w, bias, 24, 17);
  const auto run = [&](const std::string& operands, const std::string& activation) {
    return RunText(
        "stage core graph(%x: f32[b,s,24]) {\n"
        "  %w = constant {value = random(2)} : f32[24,17]\n"
        "  %c = constant {value = random(3)} : f32[17]\n"
        "  %y = linear " +
            operands + activation +
            " : f32[b,s,17]\n"
            "  return %y as \"y\"\n}\n",
        {x})[0];
  };
  CHECK(Distance(run("%x, %w, %c", ""), plain) < kTolerance);
  CHECK(Distance(run("%x, %w, %c", " {activation = \"none\"}"), plain) < kTolerance);
  CHECK(Distance(run("%x, %w, %c", " {activation = \"gelu\"}"), naive::Map(plain, naive::Gelu)) <
        kTolerance);
  CHECK(Distance(run("%x, %w, %c", " {activation = \"tanh\"}"),
                 naive::Map(plain, [](double v) { return std::tanh(v); })) < kTolerance);
  CHECK(Distance(run("%x, %w, %c", " {activation = \"relu\"}"),
                 naive::Map(plain, [](double v) { return std::max(v, 0.0); })) < kTolerance);
  CHECK(Distance(run("%x, %w", ""), naive::Linear(FromTensor(x), w, {}, 24, 17)) < kTolerance);
}

TEST_CASE("linear gives the same bytes with a weight that is an input or a constant") {
  const ir::Tensor x = Random(DType::kF32, {7, 12}, 1);
  const ir::Tensor w = Random(DType::kF32, {12, 9}, 2);
  const Tensors constant = RunText(
      "stage core graph(%x: f32[b,12]) {\n"
      "  %w = constant {value = random(2)} : f32[12,9]\n"
      "  %y = linear %x, %w {activation = \"gelu\"} : f32[b,9]\n"
      "  return %y as \"y\"\n}\n",
      {x});
  const Tensors input = RunText(
      "stage core graph(%x: f32[b,12], %w: f32[12,9]) {\n"
      "  %y = linear %x, %w {activation = \"gelu\"} : f32[b,9]\n"
      "  return %y as \"y\"\n}\n",
      {x, w});
  CHECK(SameBytes(constant, input));
}

TEST_CASE("matmul broadcasts batches") {
  struct Case {
    std::vector<int64_t> a;
    std::vector<int64_t> b;
  };
  for (const Case& c : {Case{{3, 4}, {4, 5}}, Case{{2, 3, 4}, {4, 5}}, Case{{2, 3, 4}, {2, 4, 5}},
                        Case{{3, 4}, {2, 4, 5}}, Case{{2, 1, 3, 4}, {3, 4, 5}},
                        Case{{2, 6, 1, 4}, {1, 6, 4, 5}}, Case{{4}, {4, 5}}}) {
    const ir::Tensor a = Random(DType::kF32, c.a, 1);
    const ir::Tensor b = Random(DType::kF32, c.b, 2);
    const ir::Type a_type = a.type();
    const ir::Type b_type = b.type();
    CAPTURE(a_type.ToString());
    CAPTURE(b_type.ToString());
    // The batch dims of the result: the longer list, with 1s replaced by the other operand's dims.
    const std::vector<int64_t>& longer = c.a.size() > c.b.size() ? c.a : c.b;
    const std::vector<int64_t>& shorter = c.a.size() > c.b.size() ? c.b : c.a;
    std::vector<int64_t> batch(longer.begin(), longer.end() - 2);
    for (size_t i = 0; i + 2 < shorter.size(); ++i) {
      int64_t& dim = batch[batch.size() - (shorter.size() - 2) + i];
      dim = std::max(dim, shorter[i]);
    }
    if (c.b.size() == 2 && c.a.size() > 2) batch.assign(c.a.begin(), c.a.end() - 2);
    const int64_t m = c.a.size() == 1 ? 1 : c.a[c.a.size() - 2];
    int64_t batches = 1;
    for (const int64_t dim : batch) batches *= dim;
    Numbers expected;
    for (int64_t i = 0; i < batches; ++i) {
      // The index of the matrix that batch i reads, in an operand with these dims.
      const auto offset = [&](const std::vector<int64_t>& dims) {
        int64_t index = i;
        int64_t stride = 1;
        int64_t result = 0;
        for (size_t axis = batch.size(); axis-- > 0;) {
          const int64_t at = index % batch[axis];
          index /= batch[axis];
          const auto back = static_cast<int64_t>(batch.size() - axis) + 2;
          if (back > static_cast<int64_t>(dims.size())) continue;
          const int64_t size = dims[dims.size() - static_cast<size_t>(back)];
          if (size > 1) result += at * stride;
          stride *= size;
        }
        return result;
      };
      const float* a_data = a.as<float>() + offset(c.a) * m * 4;
      const float* b_data = b.as<float>() + offset(c.b) * 20;
      const Numbers y = naive::Linear({a_data, a_data + m * 4}, {b_data, b_data + 20}, {}, 4, 5);
      expected.insert(expected.end(), y.begin(), y.end());
    }
    std::vector<int64_t> out = batch;
    if (c.a.size() > 1) out.push_back(m);
    out.push_back(5);
    const std::string result = ir::Type{DType::kF32, ir::Shape(out.begin(), out.end())}.ToString();
    const std::string body = "  %y = matmul %a, %b : " + result + "\n  return %y as \"y\"\n}\n";
    const Tensors inputs = RunText(
        "graph(%a: " + a_type.ToString() + ", %b: " + b_type.ToString() + ") {\n" + body, {a, b});
    CHECK(Distance(inputs[0], expected) < kTolerance);
    // The same with a constant on the right, which the compiler may pack.
    const Tensors constant =
        RunText("graph(%a: " + a_type.ToString() +
                    ") {\n  %b = constant {value = random(2)} : " + b_type.ToString() + "\n" + body,
                {a});
    CHECK(SameBytes(inputs, constant));
  }
}

TEST_CASE("matmul with a vector on the right") {
  const ir::Tensor a = Random(DType::kF32, {3, 4}, 1);
  const Tensors y = RunText(
      "graph(%a: f32[3,4]) {\n"
      "  %b = constant {value = random(2)} : f32[4]\n"
      "  %y = matmul %a, %b : f32[3]\n"
      "  return %y as \"y\"\n}\n",
      {a});
  const Numbers b = FromTensor(Random(DType::kF32, {4}, 2));
  CHECK(Distance(y[0], naive::Linear(FromTensor(a), b, {}, 4, 1)) < kTolerance);
}

TEST_CASE("softmax along each axis") {
  const ir::Tensor x = Random(DType::kF32, {3, 5, 7}, 4);
  const int64_t cols[] = {3, 5, 7};
  const int64_t inner[] = {35, 7, 1};
  for (int axis = 0; axis < 3; ++axis) {
    const Tensors y =
        RunText("graph(%x: f32[b,5,7]) {\n  %y = softmax %x {axis = " + std::to_string(axis) +
                    "} : f32[b,5,7]\n  return %y as \"y\"\n}\n",
                {x});
    CHECK(Distance(y[0], naive::Softmax(FromTensor(x), cols[axis], inner[axis])) < kTolerance);
  }
}

TEST_CASE("softmax over an axis without elements is empty") {
  for (const std::string axis : {"0", "1"}) {
    const Tensors y = RunText("graph(%x: f32[b,s]) {\n  %y = softmax %x {axis = " + axis +
                                  "} : f32[b,s]\n  return %y as \"y\"\n}\n",
                              {Of<float>(DType::kF32, {3, 0}, {})});
    CHECK(y[0].dims() == std::vector<int64_t>{3, 0});
  }
}

TEST_CASE("layer_norm over one or two axes, and with a residual") {
  const ir::Tensor x = Random(DType::kF32, {4, 3, 10}, 1);
  const ir::Tensor residual = Random(DType::kF32, {4, 3, 10}, 2);
  const auto ln = [&](int axis, const std::string& shape, const std::string& operands) {
    return RunText(
        "graph(%x: f32[b,3,10], %g: f32" + shape + ", %h: f32" + shape + ") {\n  %y = layer_norm " +
            operands + " {axis = " + std::to_string(axis) +
            ", epsilon = 1e-3} : f32[b,3,10]\n  return %y as \"y\"\n}\n",
        {x,
         Random(DType::kF32,
                shape == "[10]" ? std::vector<int64_t>{10} : std::vector<int64_t>{3, 10}, 5),
         Random(DType::kF32,
                shape == "[10]" ? std::vector<int64_t>{10} : std::vector<int64_t>{3, 10}, 6)})[0];
  };
  const Numbers g1 = FromTensor(Random(DType::kF32, {10}, 5));
  const Numbers h1 = FromTensor(Random(DType::kF32, {10}, 6));
  const Numbers g2 = FromTensor(Random(DType::kF32, {3, 10}, 5));
  const Numbers h2 = FromTensor(Random(DType::kF32, {3, 10}, 6));
  const Numbers numbers = FromTensor(x);
  CHECK(Distance(ln(2, "[10]", "%x, %g, %h"), naive::LayerNorm(numbers, g1, h1, 1e-3)) <
        kTolerance);
  CHECK(Distance(ln(2, "[10]", "%x, %g"), naive::LayerNorm(numbers, g1, {}, 1e-3)) < kTolerance);
  CHECK(Distance(ln(1, "[3,10]", "%x, %g, %h"), naive::LayerNorm(numbers, g2, h2, 1e-3)) <
        kTolerance);

  const Tensors added = RunText(
      "stage core graph(%x: f32[b,3,10], %r: f32[b,3,10]) {\n"
      "  %g = constant {value = random(5)} : f32[10]\n"
      "  %h = constant {value = random(6)} : f32[10]\n"
      "  %y = add_layer_norm %x, %r, %g, %h {epsilon = 1e-3} : f32[b,3,10]\n"
      "  return %y as \"y\"\n}\n",
      {x, residual});
  Numbers sum = FromTensor(residual);
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += numbers[i];
  CHECK(Distance(added[0], naive::LayerNorm(sum, g1, h1, 1e-3)) < kTolerance);
}

TEST_CASE("elementwise functions") {
  const ir::Tensor x = Random(DType::kF32, {3, 50}, 1);
  struct Case {
    const char* op;
    double (*fn)(double);
  };
  for (const Case& c :
       {Case{"exp", [](double v) { return std::exp(v); }},
        Case{"erf", [](double v) { return std::erf(v); }},
        Case{"tanh", [](double v) { return std::tanh(v); }}, Case{"gelu", naive::Gelu}}) {
    CAPTURE(c.op);
    const Tensors y = RunText(std::string("graph(%x: f32[b,50]) {\n  %y = ") + c.op +
                                  " %x : f32[b,50]\n  return %y as \"y\"\n}\n",
                              {x});
    CHECK(Distance(y[0], naive::Map(FromTensor(x), c.fn)) < kTolerance);
  }
}

TEST_CASE("ops without a kernel run on ir::Evaluate") {
  const ir::Tensor x = Of<float>(DType::kF32, {2, 3}, {1, -2, 3, -4, 5, -6});
  const Tensors y = RunText(
      "graph(%x: f32[b,3]) {\n"
      "  %r = relu %x : f32[b,3]\n"
      "  %t = transpose %r {perm = [1, 0]} : f32[3,b]\n"
      "  %s = add %t, %t : f32[3,b]\n"
      "  return %s as \"y\"\n}\n",
      {x});
  CHECK(SameBytes(y, {Of<float>(DType::kF32, {3, 2}, {2, 0, 0, 10, 6, 0})}));
}

TEST_CASE("reshapes, outputs that are inputs or constants, and one value as two outputs") {
  const ir::Tensor x = Of<float>(DType::kF32, {2, 3}, {1, -2, 3, -4, 5, -6});
  const Tensors y = RunText(
      "graph(%x: f32[b,3]) {\n"
      "  %c = constant {value = [7.0, 8.0]} : f32[2]\n"
      "  %r = reshape %x {shape = dims[3*b]} : f32[3*b]\n"
      "  %n = neg %x : f32[b,3]\n"
      "  %m = reshape %n {shape = dims[b,1,3]} : f32[b,1,3]\n"
      "  return %r as \"r\", %c as \"c\", %x as \"x\", %m as \"m\", %n as \"n\", %n as \"n2\"\n}\n",
      {x});
  REQUIRE(y.size() == 6);
  CHECK(SameBytes({y[0]}, {Of<float>(DType::kF32, {6}, {1, -2, 3, -4, 5, -6})}));
  CHECK(SameBytes({y[1]}, {Of<float>(DType::kF32, {2}, {7, 8})}));
  CHECK(SameBytes({y[2]}, {x}));
  CHECK(SameBytes({y[3]}, {Of<float>(DType::kF32, {2, 1, 3}, {-1, 2, -3, 4, -5, 6})}));
  CHECK(SameBytes({y[4]}, {y[5]}));
}

TEST_CASE("an op without a kernel for its type is refused, and the error names the type") {
  const ir::Tensor x = Random(DType::kF64, {2, 2}, 1);
  for (const char* op : {"exp", "erf", "tanh", "gelu"}) {
    CHECK(ErrorOf(std::string("graph(%x: f64[2,2]) {\n  %y = ") + op +
                      " %x : f64[2,2]\n  return %y as \"y\"\n}\n",
                  {x})
              .message() == std::string(op) + " of f64[2,2]: there is a kernel for f32 only");
  }
}

TEST_CASE("the shares of a product cover it once, in whole tiles") {
  for (const int64_t m : {1, 5, 31, 64, 100, 1000}) {
    for (const int64_t n : {1, 16, 100, 768}) {
      for (const int threads : {1, 2, 3, 4, 6}) {
        const GemmShape shape = {m, n, 6, 16};
        std::vector<int> covered(static_cast<size_t>(m * n));
        for (int worker = 0; worker < threads; ++worker) {
          const GemmBlock share = GemmShare(shape, threads, worker);
          if (share.empty()) continue;
          for (int64_t row = share.m0; row < share.m1; ++row) {
            for (int64_t column = share.n0; column < share.n1; ++column) {
              ++covered[static_cast<size_t>(row * n + column)];
            }
          }
          CHECK(share.m0 % shape.tile_m == 0);
          CHECK(share.n0 % shape.tile_n == 0);
          CHECK((share.n1 % shape.tile_n == 0 || share.n1 == n));
        }
        CHECK(std::ranges::count(covered, 1) == m * n);
      }
    }
  }
  // Threads share the columns of one row, but the rows if there are many.
  CHECK(GemmShare({1, 768, 6, 64}, 2, 1).n0 == 384);
  CHECK(GemmShare({1024, 768, 6, 64}, 2, 1).m0 == 516);
}

}  // namespace
}  // namespace octet::runtime
