// Shapes, axes and sizes that make no sense are refused at import, before anything is allocated.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

// A builder with x: f32[batch,3], w: f32[2,3], and the lists p and q of integers.
OnnxModelBuilder Model(const std::vector<int64_t>& p, const std::vector<int64_t>& q = {}) {
  OnnxModelBuilder model = ModelOfX();
  model.Initializer(FloatTensor("w", {2, 3}, {1, 2, 3, 4, 5, 6}))
      .Initializer(Int64Tensor("p", {static_cast<int64_t>(p.size())}, p))
      .Initializer(Int64Tensor("q", {static_cast<int64_t>(q.size())}, q));
  return model;
}

void CheckNodeError(OnnxModelBuilder model, OnnxNode node, StatusCode code,
                    std::initializer_list<std::string_view> fragments) {
  node.name = "the_node";
  if (node.outputs.empty()) node.outputs = {"y"};
  const Status status = ImportString(model.Node(node).Build()).status();
  CheckError(status, code, fragments);
  CHECK(status.place().node == "the_node");
}

TEST_CASE("Reshape") {
  const OnnxNode of_w = {.op_type = "Reshape", .inputs = {"w", "p"}, .outputs = {}};
  const OnnxNode of_x = {.op_type = "Reshape", .inputs = {"x", "p"}, .outputs = {}};
  CheckNodeError(Model({-1, -1}), of_w, StatusCode::kInvalidModel, {"infers two dimensions"});
  CheckNodeError(Model({-2, 3}), of_w, StatusCode::kInvalidModel, {"to dimension -2"});
  CheckNodeError(Model({2, 3, 0}), of_w, StatusCode::kInvalidModel, {"copies dimension 2"});
  CheckNodeError(Model({4, 3}), of_w, StatusCode::kInvalidModel, {"[2,3]", "[4,3]"});
  CheckNodeError(Model({4, -1}), of_w, StatusCode::kInvalidModel, {"cannot infer dimension 1"});
  CheckNodeError(Model({-1, -1}), of_x, StatusCode::kInvalidModel, {"infers two dimensions"});
  OnnxNode allow_zero = of_w;
  allow_zero.attributes = {IntAttribute("allowzero", 1)};
  CheckNodeError(Model({0, -1}), allow_zero, StatusCode::kInvalidModel, {"cannot infer"});
}

TEST_CASE("a shape that depends on data") {
  OnnxModelBuilder model = Model({});
  model.Input("shape", kOnnxInt64, {2});
  CheckNodeError(model, {.op_type = "Reshape", .inputs = {"w", "shape"}, .outputs = {}},
                 StatusCode::kUnsupported, {"input 1 ('shape') of Reshape depends on data"});
}

TEST_CASE("Transpose") {
  for (const std::vector<int64_t>& perm :
       {std::vector<int64_t>{0, 0}, {0, 2}, {0, -1}, {0}, {0, 1, 2}}) {
    CheckNodeError(Model({}),
                   {.op_type = "Transpose",
                    .inputs = {"w"},
                    .outputs = {},
                    .attributes = {IntsAttribute("perm", perm)}},
                   StatusCode::kInvalidModel, {"transpose of f32[2,3]"});
  }
}

TEST_CASE("Concat") {
  OnnxModelBuilder model = Model({});
  model.Initializer(FloatTensor("v", {1, 2}, {1, 2}));
  const auto concat = [](int64_t axis) {
    return OnnxNode{.op_type = "Concat",
                    .inputs = {"w", "v"},
                    .outputs = {},
                    .attributes = {IntAttribute("axis", axis)}};
  };
  CheckNodeError(model, concat(5), StatusCode::kInvalidModel, {"axis 5"});
  CheckNodeError(model, concat(0), StatusCode::kInvalidModel, {"[2,3]", "[1,2]"});
  OnnxNode many = concat(0);
  many.inputs.assign(1025, "w");
  CheckNodeError(model, many, StatusCode::kUnsupported, {"Concat of 1025 values"});
}

TEST_CASE("MatMul of sizes that do not match") {
  CheckNodeError(Model({}), {.op_type = "MatMul", .inputs = {"x", "w"}, .outputs = {}},
                 StatusCode::kInvalidModel, {"[b", "[2,3]"});
}

TEST_CASE("Split") {
  const auto split = [](std::vector<std::string> inputs) {
    return OnnxNode{.op_type = "Split",
                    .inputs = std::move(inputs),
                    .outputs = {"y", "z"},
                    .attributes = {IntAttribute("axis", 1)}};
  };
  CheckNodeError(Model({1, 1}), split({"x", "p"}), StatusCode::kInvalidModel,
                 {"add up to 2, not to 3"});
  CheckNodeError(Model({4, -1}), split({"x", "p"}), StatusCode::kInvalidModel, {"part of -1"});
  CheckNodeError(Model({1, 1, 1}), split({"x", "p"}), StatusCode::kInvalidModel,
                 {"3 sizes for 2 outputs"});
  CheckNodeError(Model({}), split({"x"}), StatusCode::kInvalidModel, {"2 equal parts"});
  CheckNodeError(Model({std::numeric_limits<int64_t>::max(), 1}), split({"x", "p"}),
                 StatusCode::kInvalidModel, {});
  CHECK(ImportString(Model({3, 0}).Node(split({"x", "p"})).Build()).ok());
}

TEST_CASE("Slice") {
  const auto slice = [](std::vector<std::string> more) {
    std::vector<std::string> inputs = {"w", "p", "q"};
    inputs.insert(inputs.end(), more.begin(), more.end());
    return OnnxNode{.op_type = "Slice", .inputs = inputs, .outputs = {"y"}};
  };
  const auto model = [](const std::vector<int64_t>& p, const std::vector<int64_t>& q,
                        const std::vector<int64_t>& axes, const std::vector<int64_t>& steps) {
    OnnxModelBuilder builder = Model(p, q);
    builder.Initializer(Int64Tensor("axes", {static_cast<int64_t>(axes.size())}, axes));
    builder.Initializer(Int64Tensor("steps", {static_cast<int64_t>(steps.size())}, steps));
    return builder;
  };
  const std::vector<std::string> more = {"axes", "steps"};
  CheckNodeError(model({0}, {1}, {1}, {0}), slice(more), StatusCode::kInvalidModel, {"step of 0"});
  CheckNodeError(model({0}, {1}, {1}, {std::numeric_limits<int64_t>::min()}), slice(more),
                 StatusCode::kInvalidModel, {"step -9223372036854775808 is too big"});
  CheckNodeError(model({0}, {1}, {2}, {1}), slice(more), StatusCode::kInvalidModel, {"axis 2"});
  CheckNodeError(model({0, 0}, {1, 1}, {1, -1}, {1, 1}), slice(more), StatusCode::kInvalidModel,
                 {"given twice"});
  CheckNodeError(model({0, 0}, {1}, {1}, {1}), slice(more), StatusCode::kInvalidModel,
                 {"2 starts, 1 ends, 1 axes and 1 steps"});
  CheckNodeError(Model({}), {.op_type = "Slice", .inputs = {"w"}, .outputs = {}},
                 StatusCode::kInvalidModel, {"Slice lacks input 1"});
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const auto clamped = ImportString(model({kMin}, {kMax}, {1}, {1}).Node(slice(more)).Build());
  REQUIRE_MESSAGE(clamped.ok(), clamped.status().ToString());
  CHECK(clamped->outputs()[0].value->type().ToString() == "f32[2,3]");
  const auto empty = ImportString(model({kMax}, {kMin}, {1}, {1}).Node(slice(more)).Build());
  REQUIRE_MESSAGE(empty.ok(), empty.status().ToString());
  CHECK(empty->outputs()[0].value->type().ToString() == "f32[2,0]");
}

TEST_CASE("sizes that do not fit in any memory") {
  const int64_t big = int64_t{1} << 40;
  const OnnxNode expand = {.op_type = "Expand", .inputs = {"s", "p"}, .outputs = {}};
  OnnxModelBuilder with_scalar = Model({big});
  with_scalar.Initializer(FloatTensor("s", {}, {1}));
  CheckNodeError(with_scalar, expand, StatusCode::kResourceLimit, {});
  const OnnxNode fill = {.op_type = "ConstantOfShape", .inputs = {"p"}, .outputs = {}};
  const int64_t half = int64_t{1} << 31;
  CheckNodeError(Model({half, half}), fill, StatusCode::kResourceLimit, {});
  CheckNodeError(Model({half << 2, half << 2}), fill, StatusCode::kResourceLimit, {});
  CheckNodeError(Model({-1, 4}), fill, StatusCode::kInvalidModel, {"[-1,4]"});
}

TEST_CASE("values of too high a rank") {
  CheckNodeError(Model({2, 1, 1, 1, 1, 1, 1, 1, 3}),
                 {.op_type = "Reshape", .inputs = {"w", "p"}, .outputs = {}},
                 StatusCode::kUnsupported, {"rank 9"});
}

TEST_CASE("Range") {
  const auto model = [](const ProtoWriter& start, const ProtoWriter& limit,
                        const ProtoWriter& delta) {
    return OnnxModelBuilder().Output("y", 0).Initializer(start).Initializer(limit).Initializer(
        delta);
  };
  const OnnxNode range = {
      .op_type = "Range", .inputs = {"start", "limit", "delta"}, .outputs = {"y"}};
  const auto of_ints = [&](int64_t start, int64_t limit, int64_t delta) {
    return model(Int64Tensor("start", {}, {start}), Int64Tensor("limit", {}, {limit}),
                 Int64Tensor("delta", {}, {delta}));
  };
  CheckNodeError(of_ints(0, 5, 0), range, StatusCode::kInvalidModel, {"step of 0"});
  CheckNodeError(of_ints(0, 1'000'000'000'000, 1), range, StatusCode::kResourceLimit, {});
  CheckNodeError(
      of_ints(std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), 1), range,
      StatusCode::kUnsupported, {});
  CheckNodeError(model(FloatTensor("start", {}, {0}), FloatTensor("limit", {}, {NAN}),
                       FloatTensor("delta", {}, {1})),
                 range, StatusCode::kInvalidModel, {"Range without an end"});
  const auto empty = ImportString(of_ints(5, 2, 1).Node(range).Build());
  REQUIRE_MESSAGE(empty.ok(), empty.status().ToString());
  CHECK(empty->outputs()[0].value->type().ToString() == "i64[0]");
}

TEST_CASE("LayerNormalization") {
  OnnxModelBuilder model = ModelOfX();
  model.Initializer(FloatTensor("two", {2}, {1, 1})).Initializer(FloatTensor("g", {3}, {1, 1, 1}));
  const auto node = [](std::string scale, int64_t axis) {
    return OnnxNode{.op_type = "LayerNormalization",
                    .inputs = {"x", std::move(scale)},
                    .outputs = {"y", "mean"},
                    .attributes = {IntAttribute("axis", axis)}};
  };
  CheckNodeError(model, node("g", 9), StatusCode::kInvalidModel, {"axis 9"});
  CheckNodeError(model, node("two", -1), StatusCode::kInvalidModel, {"[2]"});
  CHECK(ImportString(OnnxModelBuilder(model).Node(node("g", -1)).Build()).ok());
}

TEST_CASE("other nodes") {
  const auto fails = [](const OnnxNode& node, std::string_view fragment,
                        StatusCode code = StatusCode::kInvalidModel) {
    CAPTURE(node.op_type);
    CheckNodeError(Model({3}, {7}), node, code, {fragment});
  };
  fails({.op_type = "Softmax",
         .inputs = {"x"},
         .outputs = {},
         .attributes = {IntAttribute("axis", 2)}},
        "axis 2");
  fails({.op_type = "Flatten",
         .inputs = {"x"},
         .outputs = {},
         .attributes = {IntAttribute("axis", 3)}},
        "axis 3");
  fails({.op_type = "Unsqueeze", .inputs = {"x"}, .outputs = {}}, "without axes");
  fails({.op_type = "Unsqueeze", .inputs = {"x", "q"}, .outputs = {}}, "axis 7");
  fails({.op_type = "Squeeze",
         .inputs = {"x"},
         .outputs = {},
         .attributes = {IntsAttribute("axes", {1})}},
        "dimension 3");
  fails({.op_type = "Gather",
         .inputs = {"x", "p"},
         .outputs = {},
         .attributes = {IntAttribute("axis", -3)}},
        "axis -3");
  fails({.op_type = "CumSum", .inputs = {"x", "q"}, .outputs = {}}, "axis 7");
  fails({.op_type = "CumSum", .inputs = {"x", "w"}, .outputs = {}}, "depends on data",
        StatusCode::kUnsupported);
  fails({.op_type = "Expand", .inputs = {"w", "q"}, .outputs = {}}, "[7]");
  fails({.op_type = "Cast", .inputs = {"x"}, .outputs = {}, .attributes = {IntAttribute("to", 23)}},
        "float4e2m1", StatusCode::kUnsupported);
  fails({.op_type = "Gemm", .inputs = {"x", "p"}, .outputs = {}}, "must be matrices");
  fails({.op_type = "Gemm",
         .inputs = {"x", "w", "w"},
         .outputs = {},
         .attributes = {IntAttribute("transB", 1)}},
        "[2,3]");
  fails({.op_type = "Add", .inputs = {"x", "p"}, .outputs = {}}, "i64");
  fails({.op_type = "Constant", .inputs = {}, .outputs = {}}, "needs a tensor",
        StatusCode::kUnsupported);
  fails({.op_type = "Constant",
         .inputs = {},
         .outputs = {},
         .attributes = {TensorAttribute("value", RawTensor("", kOnnxFloat, {2}, "1234"))}},
        "has 4 bytes");
  fails({.op_type = "ConstantOfShape",
         .inputs = {"p"},
         .outputs = {},
         .attributes = {TensorAttribute("value", FloatTensor("", {2}, {1, 2}))}},
        "one element");
  fails({.op_type = "Pow", .inputs = {"p", "w"}, .outputs = {}}, "integer by a float",
        StatusCode::kUnsupported);
  fails({.op_type = "ReduceMean",
         .inputs = {"x"},
         .outputs = {},
         .attributes = {IntsAttribute("axes", {1, -1})}},
        "given twice");
}

}  // namespace
}  // namespace octet::frontend_onnx
