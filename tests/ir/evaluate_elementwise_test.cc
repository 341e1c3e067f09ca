// Elementwise arithmetic, comparisons and powers: values at the edges, and broadcasting.
#include <cmath>
#include <limits>

#include "ir/infer/shape_inference.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Floats = std::vector<float>;
using Ints = std::vector<int64_t>;
using Bools = std::vector<uint8_t>;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

template <typename T>
DType DTypeOf() {
  if constexpr (std::is_same_v<T, float>) return DType::kF32;
  if constexpr (std::is_same_v<T, double>) return DType::kF64;
  if constexpr (std::is_same_v<T, int64_t>) return DType::kI64;
  if constexpr (std::is_same_v<T, int32_t>) return DType::kI32;
  if constexpr (std::is_same_v<T, int8_t>) return DType::kI8;
  return DType::kU8;
}

template <typename T>
Tensor Vector(const std::vector<T>& values) {
  return Tensor::FromVector(DTypeOf<T>(), {static_cast<int64_t>(values.size())}, values);
}
Tensor BoolVector(const Bools& values) {
  return Tensor::FromVector(DType::kBool, {static_cast<int64_t>(values.size())}, values);
}
template <typename T>
Tensor Scalar(T value) {
  return Tensor::FromVector<T>(DTypeOf<T>(), {}, {value});
}

template <typename T>
std::vector<T> Run(K kind, const std::vector<T>& x, const std::vector<T>& y) {
  return EvaluateValues<T>(kind, {Vector(x), Vector(y)});
}
template <typename T>
Bools Compare(K kind, const std::vector<T>& x, const std::vector<T>& y) {
  return EvaluateValues<uint8_t>(kind, {Vector(x), Vector(y)});
}
template <typename T>
std::vector<T> Run(K kind, const std::vector<T>& x) {
  return EvaluateValues<T>(kind, {Vector(x)});
}

TEST_CASE_TEMPLATE("arithmetic on every dtype", T, float, double, int64_t, int32_t, int8_t,
                   uint8_t) {
  const std::vector<T> x = {7, 6, 100};
  const std::vector<T> y = {2, 3, 7};
  CHECK(Run<T>(K::kAdd, x, y) == std::vector<T>{9, 9, 107});
  CHECK(Run<T>(K::kSub, x, y) == std::vector<T>{5, 3, 93});
  CHECK(Run<T>(K::kMul, {7, 6, 10}, y) == std::vector<T>{14, 18, 70});
  CHECK(Run<T>(K::kDiv, x, y) ==
        std::vector<T>{static_cast<T>(T{7} / T{2}), 2, static_cast<T>(T{100} / T{7})});
  CHECK(Run<T>(K::kMin, x, {9, 3, 100}) == std::vector<T>{7, 3, 100});
  CHECK(Run<T>(K::kMax, x, {9, 3, 100}) == std::vector<T>{9, 6, 100});
  CHECK(Compare<T>(K::kEqual, x, {7, 7, 7}) == Bools{1, 0, 0});
  CHECK(Compare<T>(K::kGreater, x, {7, 7, 7}) == Bools{0, 0, 1});
  CHECK(Compare<T>(K::kGreaterOrEqual, x, {7, 7, 7}) == Bools{1, 0, 1});
  CHECK(Compare<T>(K::kLess, x, {7, 7, 7}) == Bools{0, 1, 0});
  CHECK(Compare<T>(K::kLessOrEqual, x, {7, 7, 7}) == Bools{1, 1, 0});
  CHECK(Run<T>(K::kPow, {3, 2, 5}, {2, 5, 1}) == std::vector<T>{9, 32, 5});
  CHECK(Run<T>(K::kAbs, x) == x);
  CHECK(Run<T>(K::kRelu, x) == x);
}

TEST_CASE("integers wrap") {
  CHECK(Run<int32_t>(K::kAdd, {INT32_MAX}, {1}) == std::vector<int32_t>{INT32_MIN});
  CHECK(Run<int64_t>(K::kMul, {INT64_MAX}, {2}) == Ints{-2});
  CHECK(Run<uint8_t>(K::kSub, {3}, {5}) == std::vector<uint8_t>{254});
  CHECK(Run<int64_t>(K::kNeg, {INT64_MIN, 5}) == Ints{INT64_MIN, -5});
  CHECK(Run<int8_t>(K::kAbs, {-128, -5}) == std::vector<int8_t>{-128, 5});
  CHECK(Run<int64_t>(K::kDiv, {INT64_MIN, -7, 7}, {-1, 2, -2}) == Ints{INT64_MIN, -3, -3});
  CHECK(Run<int32_t>(K::kDiv, {INT32_MIN}, {-1}) == std::vector<int32_t>{INT32_MIN});
}

TEST_CASE("integer division by zero is an error, float division is not") {
  CHECK(
      EvaluateOp(K::kDiv, {Vector<int64_t>({1, 2}), Vector<int64_t>({1, 0})}).status().ToString() ==
      "InvalidArgument: node 'node': module 'module': integer division by zero");
  CHECK(EvaluateOp(K::kDiv, {Vector<uint8_t>({1}), Scalar<uint8_t>(0)}).status().code() ==
        StatusCode::kInvalidArgument);
  CHECK(Run<float>(K::kDiv, {1, -1}, {0, 0}) == Floats{kInf, -kInf});
}

TEST_CASE("NaN propagates") {
  for (const K kind : {K::kAdd, K::kMul, K::kMin, K::kMax}) {
    for (const float x : Run<float>(kind, {kNan, 1, kNan}, {1, kNan, kNan})) CHECK(std::isnan(x));
  }
  CHECK(std::isnan(Run<float>(K::kRelu, {kNan})[0]));
  CHECK(Compare<float>(K::kEqual, {kNan}, {kNan}) == Bools{0});
  CHECK(Compare<float>(K::kLessOrEqual, {kNan}, {1}) == Bools{0});
  CHECK(Compare<float>(K::kGreaterOrEqual, {1}, {kNan}) == Bools{0});
  CHECK(EvaluateValues<uint8_t>(K::kIsNan, {Vector<float>({kNan, kInf, 0})}) == Bools{1, 0, 0});
}

TEST_CASE("unary floats") {
  CHECK(Run<float>(K::kSqrt, {4, 2, 0}) == Floats{2, std::sqrt(2.0f), 0});
  CHECK(std::isnan(Run<float>(K::kSqrt, {-1})[0]));
  CHECK(Run<float>(K::kReciprocal, {4, -0.0f}) == Floats{0.25f, -kInf});
  CHECK(Run<float>(K::kRelu, {-1, 2, -kInf}) == Floats{0, 2, 0});
  CHECK(std::signbit(Run<float>(K::kNeg, {0})[0]));
  CHECK(Run<double>(K::kAbs, {-0.5}) == std::vector<double>{0.5});
}

TEST_CASE("logic takes any byte except 0 as true") {
  const Tensor x = BoolVector({0, 0, 1, 2});
  const Tensor y = BoolVector({0, 1, 0, 1});
  CHECK(EvaluateValues<uint8_t>(K::kAnd, {x, y}) == Bools{0, 0, 0, 1});
  CHECK(EvaluateValues<uint8_t>(K::kOr, {x, y}) == Bools{0, 1, 1, 1});
  CHECK(EvaluateValues<uint8_t>(K::kNot, {x}) == Bools{1, 1, 0, 0});
  CHECK(EvaluateValues<uint8_t>(K::kEqual, {x, y}) == Bools{1, 0, 0, 1});
  CHECK(EvaluateValues<float>(K::kWhere, {x, Vector<float>({1, 2, 3, 4}), Scalar<float>(-1)}) ==
        Floats{-1, -1, 3, 4});
}

// The element of `x` that is broadcast to index `i` of `dims`.
float At(const Tensor& x, const Ints& dims, int64_t i) {
  int64_t offset = 0;
  int64_t stride = 1;
  for (size_t a = 0; a < dims.size(); ++a) {
    const int64_t size = dims[dims.size() - 1 - a];
    const int64_t own = a < x.dims().size() ? x.dims()[x.dims().size() - 1 - a] : 1;
    if (own != 1) offset += i % size * stride;
    stride *= own;
    i /= size;
  }
  return x.as<float>()[offset];
}

TEST_CASE("broadcasting of every pattern of axes") {
  // Operands with every choice of three axes of full size or 1, and some with fewer axes.
  const Ints dims = {2, 3, 4};
  std::vector<Tensor> operands;
  for (int mask = 0; mask < 8; ++mask) {
    Ints own;
    for (int a = 0; a < 3; ++a)
      own.push_back((mask >> a & 1) != 0 ? dims[static_cast<size_t>(a)] : 1);
    operands.push_back(*RandomTensor(DType::kF32, own, static_cast<uint64_t>(mask)));
  }
  operands.push_back(*RandomTensor(DType::kF32, {}, 8));
  operands.push_back(*RandomTensor(DType::kF32, {4}, 9));
  operands.push_back(*RandomTensor(DType::kF32, {3, 1}, 10));
  const Tensor full = *RandomTensor(DType::kF32, dims, 11);
  const Tensor condition = *RandomTensor(DType::kBool, {3, 1}, 12);
  for (const Tensor& x : operands) {
    for (const Tensor& y : operands) {
      const auto shape = BroadcastShapes(x.type().shape, y.type().shape);
      REQUIRE(shape.ok());
      const Ints out = *StaticShape(*shape);
      const auto sub = EvaluateValues<float>(K::kSub, {x, y});
      for (size_t i = 0; i < sub.size(); ++i) {
        const auto n = static_cast<int64_t>(i);
        if (sub[i] != At(x, out, n) - At(y, out, n)) FAIL_CHECK("sub ", ToString(*shape), " ", i);
      }
    }
    const auto chosen = EvaluateValues<float>(K::kWhere, {condition, x, full});
    for (size_t i = 0; i < chosen.size(); ++i) {
      const auto n = static_cast<int64_t>(i);
      const bool is_true = condition.as<uint8_t>()[n / 4 % 3] != 0;
      if (chosen[i] != At(is_true ? x : full, dims, n)) FAIL_CHECK("where ", i);
    }
  }
}

TEST_CASE("empty tensors") {
  CHECK(Run<float>(K::kAdd, {}, {}).empty());
  CHECK(EvaluateValues<float>(K::kAdd, {Vector<float>({}), Scalar<float>(1)}).empty());
  CHECK(Run<int64_t>(K::kDiv, {}, {0}).empty());  // nothing is divided
}

TEST_CASE("powers") {
  CHECK(Run<float>(K::kPow, {3, -2, -2, 2, 0.1f}, {2, 3, -2, 0, 2}) ==
        Floats{9, -8, 0.25f, 1, 0.1f * 0.1f});
  // A scalar exponent gives the same bits as a vector of equal exponents.
  const Tensor x = *EvaluateOp(K::kAbs, {*RandomTensor(DType::kF32, {1000}, 1)});
  for (const float exponent : {2.0f, 3.0f, 0.5f, -1.0f}) {
    CHECK(EvaluateValues<float>(K::kPow, {x, Scalar(exponent)}) ==
          EvaluateValues<float>(K::kPow, {x, Vector(Floats(1000, exponent))}));
  }
  CHECK(Run<float>(K::kPow, {2, 4, -0.0f, kInf, -kInf}, {0.5f, 0.5f, 0.5f, 0.5f, 0.5f}) ==
        Floats{std::sqrt(2.0f), 2, 0, kInf, kInf});
  CHECK_FALSE(std::signbit(Run<float>(K::kPow, {-0.0f}, {0.5f})[0]));
  CHECK(Run<float>(K::kPow, {kNan, 0}, {0, -1}) == Floats{1, kInf});
  CHECK(Run<double>(K::kPow, {2}, {1.5})[0] == doctest::Approx(2.8284271247));
  CHECK(EvaluateValues<float>(K::kPow, {Vector<float>({3}), Scalar<int64_t>(3)}) == Floats{27});
  CHECK(EvaluateValues<int64_t>(K::kPow, {Vector<int64_t>({2, 3, 9}), Scalar<float>(0.5f)}) ==
        Ints{1, 1, 3});
  CHECK(Run<int64_t>(K::kPow, {2, -3, 2, 1, 0}, {62, 3, 64, -1, 0}) ==
        Ints{int64_t{1} << 62, -27, 0, 1, 1});
  CHECK(Run<int64_t>(K::kPow, {0, 2}, {-1, -1}) == Ints{INT64_MAX, 0});
  CHECK(EvaluateValues<int32_t>(K::kPow, {Vector<int32_t>({-1000, 1000}), Scalar<float>(3.5f)}) ==
        std::vector<int32_t>{0, INT32_MAX});
}

TEST_CASE("an op that needs a kernel is not evaluated") {
  TestGraph g;
  Value* x = g.Argument("f32[4]");
  Value* half = g.Argument("f16[4]");
  CHECK(CanEvaluate(*g.Make(K::kAdd, {x, x})->def()));
  CHECK_FALSE(CanEvaluate(*g.Make(K::kAdd, {half, half})->def()));
  CHECK_FALSE(CanEvaluate(*g.Make(K::kIsNan, {half})->def()));
  CHECK_FALSE(CanEvaluate(*g.Make(K::kEqual, {half, half})->def()));
  CHECK(CanEvaluate(*g.Make(K::kCast, {half}, {{"to", DType::kF32}})->def()));
  CHECK_FALSE(CanEvaluate(*g.Ints({1})->def()));
  for (const K kind : {K::kExp, K::kErf, K::kTanh, K::kGelu}) {
    CHECK_FALSE(CanEvaluate(*g.Make(kind, {x})->def()));
  }
  CHECK(EvaluateOp(K::kExp, {Scalar<float>(1)}).status().ToString() ==
        "Unsupported: node 'node': module 'module': exp cannot be evaluated");
}

}  // namespace
}  // namespace octet::ir
