// Dynamic quantization and quantized linears: int8 and debug mode must give the same bits.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/rewriter.h"
#include "kernels/kernel_table.h"
#include "kernels/testing/isa_tables.h"
#include "tests/runtime/run_text.h"

namespace octet::runtime {
namespace {

using ir::DType;

struct QLinearCase {
  int64_t m = 5;
  int64_t k = 12;
  int64_t n = 7;
  std::string observer = "per_token_affine_u8";
  std::string activation = "none";
  std::vector<int32_t> weight_zero_point = {};  // empty: all 0
  bool bias = true;
  bool zero_weight = false;
};

ir::Tensor Weight(const QLinearCase& c) {
  if (c.zero_weight) return *ir::Tensor::Allocate(DType::kI8, {c.k, c.n});
  return Random(DType::kI8, {c.k, c.n}, 7);
}

ir::Tensor WeightZeroPoint(const QLinearCase& c) {
  std::vector<int32_t> values = c.weight_zero_point;
  values.resize(static_cast<size_t>(c.n), 0);
  return Of<int32_t>(DType::kI32, {c.n}, values);
}

// y = qlinear(quantize_dynamic(x)), with outputs y, q, scale and zero point.
ir::Module BuildQLinear(const QLinearCase& c, bool debug) {
  ir::Module module;
  module.set_stage(ir::Stage::kQuant);
  ir::Value* x = module.AddArgument("x", {DType::kF32, {ir::Dim::Symbol("m"), c.k}});
  ir::Rewriter rewriter(&module);
  const ir::Tensor w8 = Weight(c);
  std::vector<float> floats(w8.as<int8_t>(), w8.as<int8_t>() + w8.num_elements());
  const ir::Tensor w = debug ? Of<float>(DType::kF32, w8.dims(), floats) : w8;
  auto quantize = rewriter.Create(
      ir::OpKind::kQuantizeDynamic, {x},
      {{"observer", *ir::ParseObserverSpec(c.observer)}, {"to", debug ? DType::kF32 : DType::kU8}});
  REQUIRE(quantize.ok());
  std::vector<ir::Value*> operands = {
      (*quantize)->result(0),
      (*quantize)->result(1),
      (*quantize)->result(2),
      *rewriter.Constant(w),
      *rewriter.Constant(Random(DType::kF32, {c.n}, 8)),
      *rewriter.Constant(WeightZeroPoint(c)),
  };
  if (c.bias) operands.push_back(*rewriter.Constant(Random(DType::kF32, {c.n}, 9)));
  auto qlinear = rewriter.Create(ir::OpKind::kQLinear, operands, {{"activation", c.activation}});
  REQUIRE(qlinear.ok());
  module.AddOutput("y", (*qlinear)->result());
  for (int i = 0; i < 3; ++i) module.AddOutput("q" + std::to_string(i), (*quantize)->result(i));
  return module;
}

Tensors RunQLinear(const QLinearCase& c, bool debug, const ir::Tensor& x, int threads = 1,
                   const kernels::KernelTable& kernels = ReferenceKernels()) {
  auto program = Compile(BuildQLinear(c, debug), kernels);
  REQUIRE_MESSAGE(program.ok(), program.status().ToString());
  return RunProgram(*program, {x}, threads);
}

// sum (q - zp) s (w - wzp) ws + bias, in double, from the quantized activations of a run.
std::vector<double> Expected(const QLinearCase& c, const Tensors& outputs) {
  const ir::Tensor w = Weight(c);
  const ir::Tensor ws = Random(DType::kF32, {c.n}, 8);
  const ir::Tensor wz = WeightZeroPoint(c);
  const ir::Tensor bias = Random(DType::kF32, {c.n}, 9);
  std::vector<double> y;
  for (int64_t i = 0; i < c.m; ++i) {
    for (int64_t j = 0; j < c.n; ++j) {
      double sum = 0;
      for (int64_t p = 0; p < c.k; ++p) {
        sum += (outputs[1].as<uint8_t>()[i * c.k + p] - outputs[3].as<int32_t>()[i]) *
               (w.as<int8_t>()[p * c.n + j] - wz.as<int32_t>()[j]);
      }
      const double scale =
          static_cast<double>(outputs[2].as<float>()[i]) * static_cast<double>(ws.as<float>()[j]);
      y.push_back(sum * scale + (c.bias ? static_cast<double>(bias.as<float>()[j]) : 0.0));
    }
  }
  return y;
}

// Debug's quantized activations are floats of the same integers.
void CheckDebugEqualsInt8(const Tensors& int8, const Tensors& debug) {
  CHECK(SameBytes({int8[0], int8[2], int8[3]}, {debug[0], debug[2], debug[3]}));
  for (int64_t i = 0; i < int8[1].num_elements(); ++i) {
    if (static_cast<float>(int8[1].as<uint8_t>()[i]) != debug[1].as<float>()[i]) {
      FAIL("quantized activation ", i, " differs");
    }
  }
}

TEST_CASE("int8 equals the definition, and debug equals int8 byte for byte") {
  for (const QLinearCase& c :
       {QLinearCase{}, QLinearCase{.m = 1, .k = 1, .n = 1}, QLinearCase{.k = 13, .n = 5},
        QLinearCase{.m = 70, .k = 515, .n = 33}, QLinearCase{.m = 3, .k = 1027, .n = 16},
        QLinearCase{.bias = false}}) {
    CAPTURE(c.m);
    CAPTURE(c.k);
    CAPTURE(c.n);
    const ir::Tensor x = Random(DType::kF32, {c.m, c.k}, 3);
    const Tensors int8 = RunQLinear(c, false, x);
    CHECK(Distance(int8[0], Expected(c, int8)) < 1e-5);
    CheckDebugEqualsInt8(int8, RunQLinear(c, true, x));
  }
}

TEST_CASE("debug equals int8 for extreme integers") {
  // Each row has its extremes in long runs, so that partial sums are as large as possible.
  const QLinearCase c{.m = 4, .k = 2048, .n = 3};
  std::vector<float> values;
  for (int64_t i = 0; i < c.m * c.k; ++i) values.push_back(i / 700 % 2 == 0 ? 255.0f : -1e-3f);
  const ir::Tensor x = Of<float>(DType::kF32, {c.m, c.k}, values);
  CheckDebugEqualsInt8(RunQLinear(c, false, x), RunQLinear(c, true, x));
}

TEST_CASE("activation functions are the same in both modes") {
  for (const char* activation : {"gelu", "tanh", "relu"}) {
    const QLinearCase c{.activation = activation};
    const ir::Tensor x = Random(DType::kF32, {c.m, c.k}, 3);
    const Tensors int8 = RunQLinear(c, false, x);
    CheckDebugEqualsInt8(int8, RunQLinear(c, true, x));
    CHECK_FALSE(SameBytes({int8[0]}, {RunQLinear({}, false, x)[0]}));
  }
}

TEST_CASE("weights with zero points: the same bits in debug mode, on each ISA, for any threads") {
  for (const QLinearCase& c :
       {QLinearCase{.m = 9, .k = 600, .n = 4, .weight_zero_point = {127, -128, 0, 5}},
        QLinearCase{.m = 70, .k = 35, .n = 83, .weight_zero_point = {0, -128, 127, 1, -1}},
        QLinearCase{.m = 1, .k = 3, .n = 1, .weight_zero_point = {-7}, .bias = false},
        QLinearCase{.m = 8,
        .k = 64,
        .n = 17,
        .observer = "per_tensor_affine_u7",
        .activation = "gelu",
        .weight_zero_point = {3}}}) {
    CAPTURE(c.k);
    const ir::Tensor x = Random(DType::kF32, {c.m, c.k}, 3);
    const Tensors int8 = RunQLinear(c, false, x);
    if (c.activation == "none") CHECK(Distance(int8[0], Expected(c, int8)) < 1e-5);
    CheckDebugEqualsInt8(int8, RunQLinear(c, true, x));
    for (const kernels::IsaTable& isa : kernels::IsaTables()) {
      for (const int threads : {1, 3}) {
        CHECK(SameBytes(int8, RunQLinear(c, false, x, threads, isa.table)));
      }
    }
  }
}

TEST_CASE("weights with zero points run on the int8 GEMM") {
  const QLinearCase c{.weight_zero_point = {1}};
  const auto program = *Compile(BuildQLinear(c, false), ReferenceKernels());
  bool found = false;
  for (const auto& step : program->steps) {
    found |= step.step->kernel() == ReferenceKernels().gemm_u8s8->name;
  }
  CHECK(found);
}

TEST_CASE("a row with a NaN or an infinity gives NaN, and other rows do not change") {
  const QLinearCase c{.m = 4};
  ir::Tensor x = Random(DType::kF32, {c.m, c.k}, 3);
  const Tensors clean = RunQLinear(c, false, x);
  auto* data = static_cast<float*>(x.mutable_data());
  data[c.k + 2] = std::numeric_limits<float>::quiet_NaN();
  data[3 * c.k] = -std::numeric_limits<float>::infinity();
  for (const bool debug : {false, true}) {
    const Tensors y = RunQLinear(c, debug, x);
    for (int64_t i = 0; i < c.m * c.n; ++i) {
      const int64_t row = i / c.n;
      if (row == 1 || row == 3) {
        CHECK(std::isnan(y[0].as<float>()[i]));
      } else {
        CHECK(y[0].as<float>()[i] == clean[0].as<float>()[i]);
      }
    }
  }
}

TEST_CASE("each observer: the error is at most one step, and debug equals int8") {
  for (const char* observer :
       {"per_token_affine_u8", "per_token_affine_u7", "per_token_symmetric_u8",
        "per_token_symmetric_u7", "per_tensor_affine_u8", "per_tensor_affine_u7",
        "per_tensor_symmetric_u8", "per_tensor_affine_u8_pytorch", "per_tensor_affine_u7_pytorch",
        "per_token_affine_u8_pytorch"}) {
    CAPTURE(observer);
    const QLinearCase c{.m = 6, .k = 33, .n = 4, .observer = observer};
    const ir::Tensor x = Random(DType::kF32, {c.m, c.k}, 3);
    const Tensors y = RunQLinear(c, false, x);
    const int levels = std::string(observer).find("u7") != std::string::npos ? 127 : 255;
    for (int64_t i = 0; i < c.m * c.k; ++i) {
      const float scale = y[2].as<float>()[i / c.k];
      const int q = y[1].as<uint8_t>()[i];
      // PyTorch rounds number and zero point separately, so q can be one above 127, not above 255.
      CHECK(q <= std::min(levels + 1, 255));
      const float back = static_cast<float>(q - y[3].as<int32_t>()[i / c.k]) * scale;
      CHECK(std::abs(back - x.as<float>()[i]) <= 1.001f * scale);
    }
    const bool per_tensor = std::string(observer).starts_with("per_tensor");
    const float* scales = y[2].as<float>();
    CHECK(std::all_of(scales, scales + c.m, [&](float s) { return s == scales[0]; }) == per_tensor);
    CHECK(Distance(y[0], Expected(c, y)) < 1e-5);
    CheckDebugEqualsInt8(y, RunQLinear(c, true, x));
    // Several threads find the range of the whole tensor.
    CHECK(SameBytes(y, RunQLinear(c, false, x, 3)));
  }
}

TEST_CASE("PyTorch's activation parameters, computed by hand") {
  // x in [-1, 3]: scale 4/127, zero point rne(127 * 1/4) = rne(31.75) = 32.
  const QLinearCase c{.m = 1, .k = 3, .n = 1, .observer = "per_tensor_affine_u7_pytorch"};
  const Tensors y = RunQLinear(c, false, Of<float>(DType::kF32, {1, 3}, {-1.0f, 0.0f, 3.0f}));
  CHECK(y[2].as<float>()[0] == static_cast<float>(4.0 / 127));
  CHECK(y[3].as<int32_t>()[0] == 32);
  CHECK(SameBytes({y[1]}, {Of<uint8_t>(DType::kU8, {1, 3}, {0, 32, 127})}));
  // All zero: scale 0.1, zero point 0. Tiny: the smallest scale is 6.1e-5.
  const Tensors zero = RunQLinear(c, false, Of<float>(DType::kF32, {1, 3}, {0, 0, 0}));
  CHECK(zero[2].as<float>()[0] == 0.1f);
  CHECK(zero[3].as<int32_t>()[0] == 0);
  const Tensors tiny = RunQLinear(c, false, Of<float>(DType::kF32, {1, 3}, {0, 1e-6f, 2e-6f}));
  CHECK(tiny[2].as<float>()[0] == 6.1e-5f);
}

TEST_CASE("activations or weights of zeros give the bias") {
  const ir::Tensor bias = Random(DType::kF32, {7}, 9);
  const auto check_bias = [&](const QLinearCase& c, const ir::Tensor& x) {
    const Tensors y = RunQLinear(c, false, x);
    CheckDebugEqualsInt8(y, RunQLinear(c, true, x));
    for (int64_t i = 0; i < c.m * c.n; ++i) {
      CHECK(y[0].as<float>()[i] == bias.as<float>()[i % c.n]);
    }
  };
  check_bias({}, *ir::Tensor::Allocate(DType::kF32, {5, 12}));
  check_bias({.zero_weight = true}, Random(DType::kF32, {5, 12}, 3));
}

TEST_CASE("octet's other schemes on rows of zeros") {
  for (const char* observer : {"per_token_affine_u7", "per_token_symmetric_u8"}) {
    const QLinearCase c{.m = 1, .observer = observer};
    const Tensors y = RunQLinear(c, false, Of<float>(DType::kF32, {1, 12}, std::vector<float>(12)));
    CHECK(y[2].as<float>()[0] == 1.0f);
    CHECK(y[1].as<uint8_t>()[0] == y[3].as<int32_t>()[0]);
    CHECK(y[3].as<int32_t>()[0] == (std::string(observer).ends_with("metric_u8") ? 128 : 0));
  }
}

Status CompileError(const QLinearCase& c, bool debug = false) {
  return Compile(BuildQLinear(c, debug), ReferenceKernels()).status();
}

TEST_CASE("a qlinear that cannot be computed exactly is refused") {
  const Status wide = CompileError({.k = kernels::kGemmU8S8MaxK + 1, .n = 1});
  CHECK(wide.code() == StatusCode::kUnsupported);
  CHECK(wide.message() == "a qlinear with K = 32769; at most 32768 is certain not to overflow");
  CHECK(CompileError({.k = kernels::kGemmU8S8MaxK, .n = 1}).ok());

  const Status zero_point = CompileError({.weight_zero_point = {300}});
  CHECK(zero_point.code() == StatusCode::kInvalidModel);
  CHECK(zero_point.message() == "a weight zero point is not an 8-bit integer");
}

TEST_CASE("a debug weight must hold 8-bit integers; weights must be constants") {
  const auto text = [](const std::string& weight, const std::string& arguments) {
    return "stage quant graph(%q: f32[2,2], %s: f32[2], %z: i32[2]" + arguments + ") {\n" + weight +
           "  %ws = constant {value = splat(1.0)} : f32[2]\n"
           "  %wz = constant {value = splat(0)} : i32[2]\n"
           "  %y = qlinear %q, %s, %z, %w, %ws, %wz : f32[2,2]\n"
           "  return %y as \"y\"\n}\n";
  };
  for (const char* value : {"0.5", "128.0", "nan"}) {
    const Status status = ErrorOf(
        text(std::string("  %w = constant {value = splat(") + value + ")} : f32[2,2]\n", ""), {});
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message().find("not an 8-bit integer") != std::string::npos);
  }
  const Status computed = ErrorOf(text("", ", %w: f32[2,2]"), {});
  CHECK(computed.code() == StatusCode::kUnsupported);
  CHECK(computed.message() == "a qlinear whose weight or weight zero point is computed");
}

TEST_CASE("observe passes its operand on") {
  const ir::Tensor x = Random(DType::kF32, {2, 3}, 1);
  CHECK(SameBytes(RunText("stage quant graph(%x: f32[2,3]) {\n"
                          "  %o = observe %x {observer = \"per_token_affine_u8\"} : f32[2,3]\n"
                          "  %y = neg %o : f32[2,3]\n  return %y as \"y\"\n}\n",
                          {x}),
                  RunText("graph(%x: f32[2,3]) {\n"
                          "  %y = neg %x : f32[2,3]\n  return %y as \"y\"\n}\n",
                          {x})));
}

}  // namespace
}  // namespace octet::runtime
