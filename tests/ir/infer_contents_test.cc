// Known contents of small integer tensors: shape arithmetic on numbers and symbols.
#include "ir/infer/contents.h"
#include "tests/ir/test_graph.h"

namespace octet::ir {
namespace {

using K = OpKind;
using Ints = std::vector<int64_t>;

Attribute Int(int64_t value) { return value; }
Attribute Dims(const std::string& text) { return ParseShape(text); }

std::string Contents(const Value* value) {
  return value->contents() ? ToString(*value->contents()) : "unknown";
}

TEST_CASE("constants, symbolic and iota have contents") {
  TestGraph g;
  CHECK(Contents(g.Ints({3, -1})) == "[3,-1]");
  CHECK(Contents(g.Constant(Tensor::FromVector<int32_t>(DType::kI32, {}, {7}))) == "[7]");
  CHECK(Contents(g.Constant(Tensor::FromVector<uint8_t>(DType::kBool, {2}, {0, 2}))) == "[0,1]");
  CHECK(Contents(g.Symbolic("[b,s,64]")) == "[b,s,64]");
  CHECK(Contents(g.Make(K::kIota, {}, {{"start", Int(2)}, {"limit", Dims("[5]")}})) == "[2,3,4]");
  // Too long, too many axes, not an integer, without data.
  CHECK(Contents(g.Ints(Ints(64))) != "unknown");
  CHECK(Contents(g.Ints(Ints(65))) == "unknown");
  CHECK(Contents(g.Make(K::kIota, {}, {{"start", Int(0)}, {"limit", Dims("[65]")}})) == "unknown");
  CHECK(Contents(g.Make(K::kIota, {}, {{"start", Int(0)}, {"limit", Dims("[s]")}})) == "unknown");
  CHECK(Contents(g.Constant(Tensor::FromVector<int64_t>(DType::kI64, {1, 1}, {1}))) == "unknown");
  CHECK(Contents(g.Constant(Tensor::FromVector<float>(DType::kF32, {1}, {1}))) == "unknown");
  CHECK(Contents(g.Constant(Tensor::Opaque(DType::kI64, {1}, "hash(0)"))) == "unknown");
}

TEST_CASE("ops that move elements keep contents") {
  TestGraph g;
  Value* shape = g.Symbolic("[b,s,64]");
  Value* at_1 = g.Make(K::kGather, {shape, g.Ints({1})}, {{"axis", Int(0)}});
  CHECK(Contents(at_1) == "[s]");
  CHECK(Contents(g.Make(K::kGather, {shape, g.Ints({-1, 0})}, {{"axis", Int(0)}})) == "[64,b]");
  Value* unknown = g.Argument("i64[1]");
  CHECK(Contents(g.Make(K::kGather, {shape, unknown}, {{"axis", Int(0)}})) == "unknown");
  CHECK(Contents(g.Make(K::kGather, {shape, at_1}, {{"axis", Int(0)}})) == "unknown");

  CHECK(Contents(g.Make(K::kConcat, {shape, g.Ints({7}), at_1}, {{"axis", Int(0)}})) ==
        "[b,s,64,7,s]");
  CHECK(Contents(g.Make(K::kConcat, {shape, unknown}, {{"axis", Int(0)}})) == "unknown");

  Value* scalar = g.Make(K::kReshape, {at_1}, {{"shape", Shape()}});
  CHECK(Contents(scalar) == "[s]");
  CHECK(Contents(g.Make(K::kReshape, {scalar}, {{"shape", Dims("[1,1]")}})) == "unknown");
  CHECK(Contents(g.Make(K::kExpand, {scalar}, {{"shape", Dims("[3]")}})) == "[s,s,s]");
  CHECK(Contents(g.Make(K::kExpand, {scalar}, {{"shape", Dims("[s]")}})) == "unknown");
  CHECK(Contents(g.Make(K::kTranspose, {shape}, {{"perm", Ints{0}}})) == "[b,s,64]");

  const auto slice = [&](Value* x, int64_t start, int64_t end, int64_t step) {
    return Contents(g.Make(K::kSlice, {x},
                           {{"axes", Ints{0}},
                            {"starts", Shape{start}},
                            {"ends", Shape{end}},
                            {"steps", Ints{step}}}));
  };
  CHECK(slice(shape, 1, 3, 1) == "[s,64]");
  CHECK(slice(shape, 0, 3, 2) == "[b,64]");
  CHECK(slice(shape, 0, 3, -1) == "[64,s,b]");
  CHECK(slice(shape, 3, 3, 1) == "[]");
}

TEST_CASE("casts keep contents") {
  TestGraph g;
  const auto cast = [&](Value* x, DType to) { return g.Make(K::kCast, {x}, {{"to", to}}); };
  Value* shape = g.Symbolic("[b,0]");
  CHECK(Contents(cast(shape, DType::kI32)) == "[b,0]");
  CHECK(Contents(cast(cast(shape, DType::kI32), DType::kI64)) == "[b,0]");
  CHECK(Contents(cast(shape, DType::kBool)) == "unknown");  // b may be 0
  CHECK(Contents(cast(g.Ints({0, 5}), DType::kBool)) == "[0,1]");
  CHECK(Contents(cast(shape, DType::kF32)) == "unknown");
  // It wraps like evaluation.
  CHECK(Contents(cast(g.Ints({(int64_t{1} << 32) + 5, int64_t{1} << 31}), DType::kI32)) ==
        "[5,-2147483648]");
}

// The result of the op on two elements, as text; "?" if it is not known.
std::string Binary(K kind, const std::string& x, const std::string& y, DType dtype = DType::kI64) {
  const auto a = Dim::Parse(x);
  const auto b = Dim::Parse(y);
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  const auto result = ApplyBinary(kind, dtype, *a, *b);
  return result ? result->ToString() : "?";
}

TEST_CASE("arithmetic on dimensions") {
  CHECK(Binary(K::kAdd, "3", "4") == "7");
  CHECK(Binary(K::kAdd, "s", "0") == "s");
  CHECK(Binary(K::kAdd, "s", "2*s") == "3*s");
  CHECK(Binary(K::kAdd, "s", "1") == "1 + s");
  CHECK(Binary(K::kAdd, "9223372036854775807", "1") == "?");
  CHECK(Binary(K::kSub, "s", "s") == "0");
  CHECK(Binary(K::kSub, "0", "s") == "-1*s");
  CHECK(Binary(K::kSub, "0", "-9223372036854775808") == "?");
  CHECK(Binary(K::kMul, "b", "12*s") == "12*b*s");
  CHECK(Binary(K::kDiv, "12*b*s", "4*b") == "3*s");
  CHECK(Binary(K::kDiv, "7", "2") == "3");
  CHECK(Binary(K::kDiv, "-7", "2") == "-3");
  CHECK(Binary(K::kDiv, "s", "2") == "floor(s / 2)");
  CHECK(Binary(K::kDiv, "s - 3", "2") == "?");  // a negative quotient is rounded up
  CHECK(Binary(K::kDiv, "s", "0") == "?");
  CHECK(Binary(K::kDiv, "7", "0") == "?");
  CHECK(Binary(K::kDiv, "-9223372036854775808", "-1") == "?");
  CHECK(Binary(K::kMax, "s", "0") == "s");
  CHECK(Binary(K::kMax, "s", "-5") == "s");
  CHECK(Binary(K::kMax, "s", "2*s") == "2*s");
  CHECK(Binary(K::kMax, "s", "1") == "max(s, 1)");
  CHECK(Binary(K::kMin, "s", "0") == "0");
  CHECK(Binary(K::kMin, "3", "5") == "3");
  CHECK(Binary(K::kMin, "b", "s") == "min(s, b)");
  CHECK(Binary(K::kPow, "2", "3") == "?");
  // i32 arithmetic that would wrap is not known.
  CHECK(Binary(K::kAdd, "2147483647", "1", DType::kI32) == "?");
  CHECK(Binary(K::kAdd, "2147483646", "1", DType::kI32) == "2147483647");
}

TEST_CASE("a comparison of dimensions is decided only if all values give the same result") {
  struct Row {
    std::string x, y, equal, less, less_or_equal;
  };
  const Row rows[] = {
      {"3", "3", "1", "0", "1"},    {"3", "4", "0", "1", "1"},   {"s", "s", "1", "0", "1"},
      {"s", "-1", "0", "0", "0"},   {"-1", "s", "0", "1", "1"},  {"s", "0", "?", "0", "?"},
      {"0", "s", "?", "?", "1"},    {"s", "64", "?", "?", "?"},  {"b", "s", "?", "?", "?"},
      {"s", "2*s", "?", "?", "1"},  {"2*s", "s", "?", "0", "?"}, {"-1*s", "1", "0", "1", "1"},
      {"-1*s", "b", "?", "?", "1"},
  };
  for (const Row& row : rows) {
    INFO(row.x, " against ", row.y);
    CHECK(Binary(K::kEqual, row.x, row.y) == row.equal);
    CHECK(Binary(K::kEqual, row.y, row.x) == row.equal);
    CHECK(Binary(K::kLess, row.x, row.y) == row.less);
    CHECK(Binary(K::kGreater, row.y, row.x) == row.less);
    CHECK(Binary(K::kLessOrEqual, row.x, row.y) == row.less_or_equal);
    CHECK(Binary(K::kGreaterOrEqual, row.y, row.x) == row.less_or_equal);
  }
}

TEST_CASE("elementwise ops broadcast contents") {
  TestGraph g;
  Value* shape = g.Symbolic("[b,s,64]");
  Value* two = g.Constant(Tensor::FromVector<int64_t>(DType::kI64, {}, {2}));
  CHECK(Contents(g.Make(K::kMul, {shape, two})) == "[2*b,2*s,128]");
  CHECK(Contents(g.Make(K::kAdd, {shape, two})) == "[2 + b,2 + s,66]");
  CHECK(Contents(g.Make(K::kSub, {shape, two})) == "[b - 2,s - 2,62]");
  CHECK(Contents(g.Make(K::kDiv, {shape, two})) == "[floor(b / 2),floor(s / 2),32]");
  const auto mod = [&](Value* x, int64_t fmod) {
    return Contents(g.Make(K::kMod, {x, two}, {{"fmod", Int(fmod)}}));
  };
  CHECK(mod(shape, 0) == "[b - 2*floor(b / 2),s - 2*floor(s / 2),0]");
  CHECK(mod(shape, 1) == mod(shape, 0));
  CHECK(mod(g.Make(K::kNeg, {shape}), 1) == "unknown");  // fmod has the sign of the dividend
  CHECK(Contents(g.Make(K::kNeg, {shape})) == "[-1*b,-1*s,-64]");
  CHECK(Contents(g.Make(K::kAbs, {g.Make(K::kNeg, {shape})})) == "[b,s,64]");
  CHECK(Contents(g.Make(K::kRelu, {g.Make(K::kNeg, {shape})})) == "[0,0,0]");

  // What exporters write for Expand: where(shape == -1, ones, shape).
  Value* target = g.Symbolic("[b,1,s]");
  Value* minus_one = g.Ints({-1, -1, -1});
  Value* equal = g.Make(K::kEqual, {target, minus_one});
  CHECK(Contents(equal) == "[0,0,0]");
  CHECK(Contents(g.Make(K::kWhere, {equal, g.Ints({1, 1, 1}), target})) == "[b,1,s]");
  Value* none = g.Make(K::kNot, {equal});
  CHECK(Contents(none) == "[1,1,1]");
  CHECK(Contents(g.Make(K::kAnd, {equal, none})) == "[0,0,0]");
  CHECK(Contents(g.Make(K::kOr, {equal, none})) == "[1,1,1]");
  Value* unknown = g.Argument("i64[3]");
  CHECK(Contents(g.Make(K::kMul, {shape, unknown})) == "unknown");
  CHECK(Contents(g.Make(K::kAdd, {g.Argument("i64[s]"), two})) == "unknown");
}

}  // namespace
}  // namespace octet::ir
