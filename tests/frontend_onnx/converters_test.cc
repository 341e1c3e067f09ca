// The ops that ONNX nodes become, for each version of an operator.
#include <doctest/doctest.h>

#include <limits>

#include "ir/text/printer.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

// The ops of the imported model as text, without constants, arguments and outputs.
std::string Ops(const OnnxModelBuilder& model) {
  const auto module = ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  std::string text;
  for (const auto& op : module->ops()) {
    if (op->kind() == ir::OpKind::kConstant) continue;
    if (!text.empty()) text += "; ";
    text += std::string(op->name());
    for (const auto& [name, value] : op->attributes()) {
      const std::string line = ir::Print(*op);
      const size_t begin = line.find(name + " = ");
      size_t end = begin;
      for (int depth = 0; depth > 0 || (line[end] != '}' && line.substr(end, 2) != ", "); ++end) {
        depth += line[end] == '[' ? 1 : line[end] == ']' ? -1 : 0;
      }
      text += ' ' + line.substr(begin, end - begin);
    }
    text += " -> " + op->result()->type().ToString();
  }
  return text;
}

// x: f32[b,s,6], ids: i64[b,s].
OnnxModelBuilder Model(int64_t opset) {
  OnnxModelBuilder model;
  model.Opset(opset)
      .Input("ids", kOnnxInt64, {"b", "s"})
      .Input("x", kOnnxFloat, {"b", "s", 6})
      .Output("y", 0);
  return model;
}

std::string OpsOf(int64_t opset, OnnxNode node, const std::vector<ProtoWriter>& initializers = {}) {
  OnnxModelBuilder model = Model(opset);
  for (const ProtoWriter& initializer : initializers) model.Initializer(initializer);
  if (node.outputs.empty()) node.outputs = {"y"};
  return Ops(model.Node(node));
}

ProtoWriter Ints(std::string_view name, const std::vector<int64_t>& values) {
  return Int64Tensor(name, {static_cast<int64_t>(values.size())}, values);
}

TEST_CASE("Softmax coerces to a matrix before opset 13") {
  const OnnxNode plain = {.op_type = "Softmax", .inputs = {"x"}, .outputs = {}};
  CHECK(OpsOf(13, plain) == "softmax axis = 2 -> f32[b,s,6]");
  CHECK(OpsOf(12, plain) ==
        "reshape shape = dims[b,6*s] -> f32[b,6*s]; softmax axis = 1 -> f32[b,6*s]; "
        "reshape shape = dims[b,s,6] -> f32[b,s,6]");
  OnnxNode last = plain;
  last.attributes = {IntAttribute("axis", -1)};
  CHECK(OpsOf(12, last) == "softmax axis = 2 -> f32[b,s,6]");
  OnnxNode first = plain;
  first.attributes = {IntAttribute("axis", 0)};
  CHECK(OpsOf(13, first) == "softmax axis = 0 -> f32[b,s,6]");
}

TEST_CASE("Unsqueeze and Squeeze take axes as an attribute or as an input") {
  const std::string expected = "reshape shape = dims[b,1,1,s] -> i64[b,1,1,s]";
  CHECK(OpsOf(11, {.op_type = "Unsqueeze",
                   .inputs = {"ids"},
                   .outputs = {},
                   .attributes = {IntsAttribute("axes", {1, 2})}}) == expected);
  CHECK(OpsOf(13, {.op_type = "Unsqueeze", .inputs = {"ids", "a"}, .outputs = {}},
              {Ints("a", {2, 1})}) == expected);
  CHECK(OpsOf(13, {.op_type = "Unsqueeze", .inputs = {"ids", "a"}, .outputs = {}},
              {Ints("a", {-2, -3})}) == expected);
  const auto squeeze = [](const std::vector<ProtoWriter>& attributes,
                          std::vector<std::string> inputs) {
    return Ops(Model(13)
                   .Initializer(FloatTensor("w", {1, 3, 1}, {1, 2, 3}))
                   .Initializer(Ints("a", {-1}))
                   .Node({.op_type = "Squeeze",
                          .inputs = std::move(inputs),
                          .outputs = {"y"},
                          .attributes = attributes}));
  };
  CHECK(squeeze({}, {"w"}) == "reshape shape = dims[3] -> f32[3]");
  CHECK(squeeze({IntsAttribute("axes", {0})}, {"w"}) == "reshape shape = dims[3,1] -> f32[3,1]");
  CHECK(squeeze({}, {"w", "a"}) == "reshape shape = dims[1,3] -> f32[1,3]");
}

TEST_CASE("ReduceMean takes axes as an attribute or as an input") {
  const std::string expected = "reduce_mean axes = [2] keepdims = 1 -> f32[b,s,1]";
  CHECK(OpsOf(17, {.op_type = "ReduceMean",
                   .inputs = {"x"},
                   .outputs = {},
                   .attributes = {IntsAttribute("axes", {-1})}}) == expected);
  CHECK(OpsOf(18, {.op_type = "ReduceMean", .inputs = {"x", "a"}, .outputs = {}},
              {Ints("a", {-1})}) == expected);
  CHECK(OpsOf(18, {.op_type = "ReduceMean",
                   .inputs = {"x"},
                   .outputs = {},
                   .attributes = {IntAttribute("keepdims", 0)}}) ==
        "reduce_mean axes = [0, 1, 2] keepdims = 0 -> f32[]");
  CHECK(OpsOf(18, {.op_type = "ReduceMean",
                   .inputs = {"x"},
                   .outputs = {},
                   .attributes = {IntAttribute("noop_with_empty_axes", 1)}}) == "");
}

TEST_CASE("Shape selects dimensions since opset 15") {
  const auto shape = [](const std::vector<ProtoWriter>& attributes) {
    return OpsOf(15,
                 {.op_type = "Shape", .inputs = {"x"}, .outputs = {}, .attributes = attributes});
  };
  CHECK(shape({}) == "symbolic value = dims[b,s,6] -> i64[3]");
  CHECK(shape({IntAttribute("start", 1)}) == "symbolic value = dims[s,6] -> i64[2]");
  CHECK(shape({IntAttribute("start", -2), IntAttribute("end", -1)}) ==
        "symbolic value = dims[s] -> i64[1]");
  CHECK(shape({IntAttribute("start", -9), IntAttribute("end", 9)}) ==
        "symbolic value = dims[b,s,6] -> i64[3]");
  CHECK(shape({IntAttribute("start", 2), IntAttribute("end", 1)}) ==
        "symbolic value = dims[] -> i64[0]");
}

TEST_CASE("Reshape: 0 copies a size, -1 infers it, allowzero keeps 0") {
  const auto reshape = [](const std::vector<int64_t>& target) {
    return OpsOf(14, {.op_type = "Reshape", .inputs = {"x", "t"}, .outputs = {}},
                 {Ints("t", target)});
  };
  CHECK(reshape({0, 0, 2, 3}) == "reshape shape = dims[b,s,2,3] -> f32[b,s,2,3]");
  CHECK(reshape({0, -1, 3}) == "reshape shape = dims[b,2*s,3] -> f32[b,2*s,3]");
  CHECK(reshape({-1}) == "reshape shape = dims[6*b*s] -> f32[6*b*s]");
  CHECK(reshape({0, 0, 0}) == "");
  CHECK(Ops(Model(14)
                .Initializer(FloatTensor("w", {0, 3}, {}))
                .Initializer(Ints("t", {3, 0}))
                .Node({.op_type = "Reshape",
                       .inputs = {"w", "t"},
                       .outputs = {"y"},
                       .attributes = {IntAttribute("allowzero", 1)}})) ==
        "reshape shape = dims[3,0] -> f32[3,0]");
}

TEST_CASE("Flatten") {
  const auto flatten = [](int64_t axis) {
    return OpsOf(13, {.op_type = "Flatten",
                      .inputs = {"x"},
                      .outputs = {},
                      .attributes = {IntAttribute("axis", axis)}});
  };
  CHECK(flatten(0) == "reshape shape = dims[1,6*b*s] -> f32[1,6*b*s]");
  CHECK(flatten(2) == "reshape shape = dims[b*s,6] -> f32[b*s,6]");
  CHECK(flatten(-1) == flatten(2));
  CHECK(flatten(3) == "reshape shape = dims[6*b*s,1] -> f32[6*b*s,1]");
}

TEST_CASE("Split by attribute, by input, and evenly") {
  const auto split = [](int64_t opset, const std::vector<ProtoWriter>& attributes,
                        std::vector<std::string> inputs) {
    std::vector<ProtoWriter> all = attributes;
    all.push_back(IntAttribute("axis", -1));
    return Ops(Model(opset)
                   .Output("z")
                   .Initializer(Ints("sizes", {2, 4}))
                   .Node({.op_type = "Split",
                          .inputs = std::move(inputs),
                          .outputs = {"y", "z"},
                          .attributes = all}));
  };
  const std::string expected =
      "slice axes = [2] ends = dims[2] starts = dims[0] steps = [1] -> f32[b,s,2]; "
      "slice axes = [2] ends = dims[6] starts = dims[2] steps = [1] -> f32[b,s,4]";
  CHECK(split(12, {IntsAttribute("split", {2, 4})}, {"x"}) == expected);
  CHECK(split(13, {}, {"x", "sizes"}) == expected);
  const std::string even =
      "slice axes = [2] ends = dims[3] starts = dims[0] steps = [1] -> f32[b,s,3]; "
      "slice axes = [2] ends = dims[6] starts = dims[3] steps = [1] -> f32[b,s,3]";
  CHECK(split(13, {}, {"x"}) == even);
  CHECK(split(18, {IntAttribute("num_outputs", 2)}, {"x"}) == even);
  // 6 into 4 parts since opset 18: 2, 2, 2, 0.
  const std::string uneven = Ops(Model(18).Node({.op_type = "Split",
                                                 .inputs = {"x"},
                                                 .outputs = {"y", "p", "q", "r"},
                                                 .attributes = {IntAttribute("axis", 2)}}));
  CHECK(uneven.ends_with("-> f32[b,s,0]"));
}

TEST_CASE("Slice with symbolic and open ends") {
  const auto slice = [](const std::vector<int64_t>& starts, const std::vector<int64_t>& ends) {
    return OpsOf(13, {.op_type = "Slice", .inputs = {"x", "starts", "ends", "axes"}, .outputs = {}},
                 {Ints("starts", starts), Ints("ends", ends), Ints("axes", {-1, 1})});
  };
  CHECK(slice({-2, 0}, {-1, std::numeric_limits<int64_t>::max()}) ==
        "slice axes = [2, 1] ends = dims[5,s] starts = dims[4,0] steps = [1, 1] -> f32[b,s,1]");
  CHECK(slice({4, 0}, {99, 1}) ==
        "slice axes = [2, 1] ends = dims[6,1] starts = dims[4,0] steps = [1, 1] -> f32[b,1,2]");
  CHECK(OpsOf(9, {.op_type = "Slice",
                  .inputs = {"x"},
                  .outputs = {},
                  .attributes = {IntsAttribute("starts", {1}), IntsAttribute("ends", {3}),
                                 IntsAttribute("axes", {2})}}) ==
        "slice axes = [2] ends = dims[3] starts = dims[1] steps = [1] -> f32[b,s,2]");
}

// The bounds and the size of a Slice of ids [b,s] along axis 1.
std::string SliceOfSequence(int64_t start, int64_t end, int64_t step = 1) {
  const auto module = ImportString(Model(13)
                                       .Initializer(Ints("starts", {start}))
                                       .Initializer(Ints("ends", {end}))
                                       .Initializer(Ints("axes", {1}))
                                       .Initializer(Ints("steps", {step}))
                                       .Node({.op_type = "Slice",
                                              .inputs = {"ids", "starts", "ends", "axes", "steps"},
                                              .outputs = {"y"}})
                                       .Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const ir::Op& slice = *module->ops().back();
  REQUIRE(slice.kind() == ir::OpKind::kSlice);
  return "[" + slice.dims_attr("starts")[0].ToString() + ", " +
         slice.dims_attr("ends")[0].ToString() + ") -> " + slice.result()->shape()[1].ToString();
}

TEST_CASE("Slice of an axis of unknown size") {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  CHECK(SliceOfSequence(0, 16) == "[0, min(s, 16)) -> min(s, 16)");
  CHECK(SliceOfSequence(0, -1) == "[0, s - 1) -> s - 1");
  CHECK(SliceOfSequence(1, -1) == "[1, s - 1) -> s - 2");
  CHECK(SliceOfSequence(1, kMax) == "[1, s) -> s - 1");
  CHECK(SliceOfSequence(-16, kMax) == "[max(s - 16, 0), s) -> min(s, 16)");
  CHECK(SliceOfSequence(2, 18) == "[2, min(s, 18)) -> min(s - 2, 16)");
  CHECK(SliceOfSequence(0, kMax, 2) == "[0, s) -> floor((1 + s) / 2)");
  CHECK(SliceOfSequence(5, 3) == "[5, 5) -> 0");
  CHECK(SliceOfSequence(-1, kMin, -1) == "[0, s) -> s");
  CHECK(SliceOfSequence(kMax, 0, -1) == "[1, s) -> s - 1");
  CHECK(SliceOfSequence(-1, -5, -1) == "[max(s - 4, 0), s) -> min(s, 4)");
  CHECK(SliceOfSequence(7, kMin, -2) == "[0, min(s, 8)) -> 4 + floor(min(s - 7, 1) / 2)");
}

TEST_CASE("Slice backwards over an axis of known size") {
  CHECK(
      OpsOf(13,
            {.op_type = "Slice", .inputs = {"x", "starts", "ends", "axes", "steps"}, .outputs = {}},
            {Ints("starts", {-1, 3}), Ints("ends", {-99, 0}), Ints("axes", {2, 1}),
             Ints("steps", {-2, -1})}) ==
      "slice axes = [2, 1] ends = dims[6,min(s, 4)] starts = dims[0,1] steps = [-2, -1] -> "
      "f32[b,min(s - 1, 3),3]");
}

TEST_CASE("Range of sums, with steps") {
  const auto range = [](int64_t start, int64_t delta) {
    return Ops(
        Model(17)
            .Initializer(Int64Tensor("start", {}, {start}))
            .Initializer(Int64Tensor("one", {}, {1}))
            .Initializer(Int64Tensor("delta", {}, {delta}))
            .Node({.op_type = "Shape",
                   .inputs = {"ids"},
                   .outputs = {"shape"},
                   .attributes = {IntAttribute("start", 1)}})
            .Node({.op_type = "Squeeze", .inputs = {"shape"}, .outputs = {"s"}})
            .Node({.op_type = "Add", .inputs = {"s", "one"}, .outputs = {"limit"}})
            .Node({.op_type = "Range", .inputs = {"start", "limit", "delta"}, .outputs = {"y"}}));
  };
  CHECK(range(0, 1).ends_with("iota limit = dims[1 + s] start = 0 -> i64[1 + s]"));
  CHECK(range(2, 1).ends_with("iota limit = dims[1 + s] start = 2 -> i64[s - 1]"));
  CHECK(range(0, 2).ends_with("-> i64[1 + floor(s / 2)]; mul -> i64[1 + floor(s / 2)]"));
}

TEST_CASE("Expand broadcasts both ways") {
  CHECK(OpsOf(13, {.op_type = "Expand", .inputs = {"w", "t"}, .outputs = {}},
              {FloatTensor("w", {3, 1}, {1, 2, 3}), Ints("t", {2, 1, 4})}) ==
        "expand shape = dims[2,3,4] -> f32[2,3,4]");
  CHECK(OpsOf(13, {.op_type = "Expand", .inputs = {"w", "t"}, .outputs = {}},
              {FloatTensor("w", {3, 4}, std::vector<float>(12)), Ints("t", {1, 1})}) == "");
}

TEST_CASE("Expand to a size that might be -1") {
  // where(shape == -1, ones, shape), of ids[:, 1:-1].
  const std::string ops = Ops(
      Model(17)
          .Initializer(Ints("one", {1}))
          .Initializer(Ints("minus_one", {-1}))
          .Initializer(Ints("ones", {1, 1}))
          .Initializer(FloatTensor("w", {1, 1}, {1}))
          .Node({.op_type = "Slice",
                 .inputs = {"ids", "one", "minus_one", "one"},
                 .outputs = {"inner"}})
          .Node({.op_type = "Shape", .inputs = {"inner"}, .outputs = {"shape"}})
          .Node({.op_type = "Equal", .inputs = {"shape", "minus_one"}, .outputs = {"is_open"}})
          .Node({.op_type = "Where", .inputs = {"is_open", "ones", "shape"}, .outputs = {"target"}})
          .Node({.op_type = "Expand", .inputs = {"w", "target"}, .outputs = {"y"}}));
  CHECK(ops.ends_with("expand shape = dims[b,s - 2] -> f32[b,s - 2]"));
}

TEST_CASE("shape arithmetic is resolved into dims") {
  // ConstantOfShape(Shape(ids)), and Range over the sequence.
  CHECK(Ops(Model(17)
                .Node({.op_type = "Shape", .inputs = {"ids"}, .outputs = {"shape"}})
                .Node({.op_type = "ConstantOfShape",
                       .inputs = {"shape"},
                       .outputs = {"y"},
                       .attributes = {TensorAttribute("value", FloatTensor("", {1}, {1}))}})) ==
        "symbolic value = dims[b,s] -> i64[2]; reshape shape = dims[] -> f32[]; "
        "expand shape = dims[b,s] -> f32[b,s]");
  CHECK(
      Ops(Model(17)
              .Initializer(Int64Tensor("zero", {}, {0}))
              .Initializer(Int64Tensor("one", {}, {1}))
              .Node({.op_type = "Shape", .inputs = {"ids"}, .outputs = {"shape"}})
              .Node({.op_type = "Gather", .inputs = {"shape", "one"}, .outputs = {"length"}})
              .Node({.op_type = "Range", .inputs = {"zero", "length", "one"}, .outputs = {"y"}})) ==
      "symbolic value = dims[b,s] -> i64[2]; gather axis = 0 -> i64[]; "
      "iota limit = dims[s] start = 0 -> i64[s]");
  CHECK(OpsOf(17, {.op_type = "Size", .inputs = {"x"}, .outputs = {}}) ==
        "symbolic value = dims[6*b*s] -> i64[1]; reshape shape = dims[] -> i64[]");
}

TEST_CASE("ReduceProd of a shape") {
  const auto product = [](const std::vector<ProtoWriter>& attributes) {
    return Ops(Model(13)
                   .Node({.op_type = "Shape", .inputs = {"x"}, .outputs = {"shape"}})
                   .Node({.op_type = "ReduceProd",
                          .inputs = {"shape"},
                          .outputs = {"y"},
                          .attributes = attributes}));
  };
  const std::string dims = "symbolic value = dims[b,s,6] -> i64[3]; ";
  CHECK(product({}) == dims + "symbolic value = dims[6*b*s] -> i64[1]");
  CHECK(product({IntsAttribute("axes", {0}), IntAttribute("keepdims", 0)}) ==
        dims + "symbolic value = dims[6*b*s] -> i64[1]; reshape shape = dims[] -> i64[]");
  CHECK(OpsOf(13, {.op_type = "ReduceProd", .inputs = {"x"}, .outputs = {}}) ==
        "reduce_prod axes = [0, 1, 2] keepdims = 1 -> f32[1,1,1]");
}

TEST_CASE("LayerNormalization computes its mean and deviation when they are used") {
  OnnxModelBuilder model = Model(17);
  model.Output("mean")
      .Output("deviation")
      .Initializer(FloatTensor("g", {6}, std::vector<float>(6)));
  const std::string ops = Ops(model.Node({.op_type = "LayerNormalization",
                                          .inputs = {"x", "g"},
                                          .outputs = {"y", "mean", "deviation"}}));
  CHECK(ops.starts_with("layer_norm "));
  CHECK(ops.ends_with("sqrt -> f32[b,s,1]; reciprocal -> f32[b,s,1]"));
}

TEST_CASE("Gemm becomes a product, a scaling and an addition") {
  const std::vector<ProtoWriter> weights = {FloatTensor("m", {2, 6}, std::vector<float>(12)),
                                            FloatTensor("w", {4, 6}, std::vector<float>(24)),
                                            FloatTensor("c", {4}, std::vector<float>(4))};
  const auto gemm = [&](std::vector<std::string> inputs, std::vector<ProtoWriter> attributes) {
    return OpsOf(13,
                 {.op_type = "Gemm",
                  .inputs = std::move(inputs),
                  .outputs = {},
                  .attributes = std::move(attributes)},
                 weights);
  };
  CHECK(gemm({"m", "w", "c"}, {IntAttribute("transB", 1)}) ==
        "transpose perm = [1, 0] -> f32[6,4]; matmul -> f32[2,4]; add -> f32[2,4]");
  CHECK(gemm({"m", "m"}, {IntAttribute("transA", 1), FloatAttribute("alpha", 2)}) ==
        "transpose perm = [1, 0] -> f32[6,2]; matmul -> f32[6,6]; mul -> f32[6,6]");
  CHECK(gemm({"m", "w", "c"}, {IntAttribute("transB", 1), FloatAttribute("beta", 0.5F)}) ==
        "transpose perm = [1, 0] -> f32[6,4]; matmul -> f32[2,4]; mul -> f32[4]; add -> f32[2,4]");
}

TEST_CASE("Gelu, exact and approximate") {
  CHECK(OpsOf(20, {.op_type = "Gelu", .inputs = {"x"}, .outputs = {}}) == "gelu -> f32[b,s,6]");
  const std::string tanh = OpsOf(20, {.op_type = "Gelu",
                                      .inputs = {"x"},
                                      .outputs = {},
                                      .attributes = {StringAttribute("approximate", "tanh")}});
  CHECK(tanh ==
        "pow -> f32[b,s,6]; mul -> f32[b,s,6]; add -> f32[b,s,6]; mul -> f32[b,s,6]; "
        "tanh -> f32[b,s,6]; add -> f32[b,s,6]; mul -> f32[b,s,6]; mul -> f32[b,s,6]");
}

TEST_CASE("nodes that change nothing do not become ops") {
  CHECK(OpsOf(13, {.op_type = "Identity", .inputs = {"x"}, .outputs = {}}) == "");
  CHECK(OpsOf(13, {.op_type = "Cast",
                   .inputs = {"x"},
                   .outputs = {},
                   .attributes = {IntAttribute("to", kOnnxFloat)}}) == "");
  CHECK(OpsOf(19, {.op_type = "CastLike", .inputs = {"ids", "x"}, .outputs = {}}) ==
        "cast to = f32 -> f32[b,s]");
  CHECK(OpsOf(13, {.op_type = "Max", .inputs = {"x"}, .outputs = {}}) == "");
  CHECK(OpsOf(13, {.op_type = "Max", .inputs = {"x", "x", "x"}, .outputs = {}}) ==
        "max -> f32[b,s,6]; max -> f32[b,s,6]");
}

TEST_CASE("Dropout in inference, with and without its mask") {
  CHECK(OpsOf(10, {.op_type = "Dropout",
                   .inputs = {"x"},
                   .outputs = {"y", "mask"},
                   .attributes = {FloatAttribute("ratio", 0.1F)}}) == "");
  CHECK(Ops(Model(13)
                .Output("mask", kOnnxBool)
                .Node({.op_type = "Dropout", .inputs = {"x"}, .outputs = {"y", "mask"}})) ==
        "expand shape = dims[b,s,6] -> bool[b,s,6]");
  CheckImportError(
      Model(13)
          .Initializer(RawTensor("training", kOnnxBool, {}, "\x01"))
          .Node({.op_type = "Dropout", .inputs = {"x", "", "training"}, .outputs = {"y"}})
          .Build(),
      StatusCode::kUnsupported, {"training mode"});
}

TEST_CASE("Clip takes bounds as inputs, or as attributes before opset 11") {
  CHECK(OpsOf(13, {.op_type = "Clip", .inputs = {"x", "", "high"}, .outputs = {}},
              {FloatTensor("high", {}, {6})}) == "min -> f32[b,s,6]");
  CHECK(OpsOf(10, {.op_type = "Clip",
                   .inputs = {"x"},
                   .outputs = {},
                   .attributes = {FloatAttribute("min", 0), FloatAttribute("max", 6)}}) ==
        "max -> f32[b,s,6]; min -> f32[b,s,6]");
}

TEST_CASE("Constant in all its forms") {
  const auto type = [](const ProtoWriter& attribute) {
    const auto module = ImportString(
        Model(13)
            .Node(
                {.op_type = "Constant", .inputs = {}, .outputs = {"y"}, .attributes = {attribute}})
            .Build());
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    return module->outputs()[0].value->constant()->Describe() + " " +
           module->outputs()[0].value->type().ToString();
  };
  CHECK(type(IntAttribute("value_int", 7)) == "splat(7) i64[]");
  CHECK(type(IntsAttribute("value_ints", {1, 2})) == "[1, 2] i64[2]");
  CHECK(type(FloatAttribute("value_float", 0.5F)) == "splat(0.5) f32[]");
  CHECK(type(FloatsAttribute("value_floats", {1, 2})) == "[1.0, 2.0] f32[2]");
  CHECK(type(TensorAttribute("value", FloatTensor("", {1}, {3}))) == "splat(3.0) f32[1]");
}

TEST_CASE("Pow casts the exponent") {
  CHECK(OpsOf(13, {.op_type = "Pow", .inputs = {"x", "two"}, .outputs = {}},
              {Int64Tensor("two", {}, {2})}) == "cast to = f32 -> f32[]; pow -> f32[b,s,6]");
}

TEST_CASE("an If with a known condition is replaced by the branch that it takes") {
  const auto branch = [](const std::string& op, const std::string& inner) {
    ProtoWriter graph;
    graph.Message(1, NodeProto({.op_type = op, .inputs = {"x"}, .outputs = {inner}}));
    graph.Message(12, ProtoWriter().Bytes(1, inner));
    return graph;
  };
  const auto model = [&](const std::string& shape_of, const ProtoWriter& then_branch,
                         const ProtoWriter& else_branch) {
    return Model(17)
        .Initializer(Int64Tensor("six", {1}, {6}))
        .Node({.op_type = "Shape",
               .inputs = {shape_of},
               .outputs = {"size"},
               .attributes = {IntAttribute("start", -1)}})
        .Node({.op_type = "Equal", .inputs = {"size", "six"}, .outputs = {"same"}})
        .Node({.op_type = "If",
               .inputs = {"same"},
               .outputs = {"y"},
               .attributes = {GraphAttribute("then_branch", then_branch),
                              GraphAttribute("else_branch", else_branch)},
               .name = "choose"});
  };
  const ProtoWriter relu = branch("Relu", "inner");
  // The other branch may have an unknown operator.
  CHECK(Ops(model("x", relu, branch("LSTM", "inner"))).ends_with("; relu -> f32[b,s,6]"));
  CheckImportError(model("x", branch("LSTM", "inner"), relu).Build(), StatusCode::kUnsupported,
                   {"unknown operator: LSTM"});
  CheckImportError(model("ids", relu, relu).Build(), StatusCode::kUnsupported,
                   {"node 'choose'", "the condition of If depends on data or on the sizes"});
  CheckImportError(model("x", branch("Relu", "size"), relu).Build(), StatusCode::kInvalidModel,
                   {"this name is defined twice"});
  CheckImportError(model("x", ProtoWriter(), relu).Build(), StatusCode::kInvalidModel,
                   {"the then_branch of If has 0 inputs and 0 outputs"});
}

TEST_CASE("Range counts in any step, and in floats") {
  const auto range = [](const ProtoWriter& start, const ProtoWriter& limit,
                        const ProtoWriter& delta) {
    return OpsOf(17, {.op_type = "Range", .inputs = {"start", "limit", "delta"}, .outputs = {}},
                 {start, limit, delta});
  };
  const auto number = [](const std::string& name, int64_t value) {
    return Int64Tensor(name, {}, {value});
  };
  CHECK(range(number("start", 2), number("limit", 5), number("delta", 1)) ==
        "iota limit = dims[5] start = 2 -> i64[3]");
  CHECK(range(number("start", 9), number("limit", 2), number("delta", -3)).ends_with("i64[3]"));
  CHECK(range(FloatTensor("start", {}, {0.5F}), FloatTensor("limit", {}, {2}),
              FloatTensor("delta", {}, {0.25F}))
            .ends_with("f32[6]"));
}

TEST_CASE("a node whose output's shape depends on data is refused") {
  CheckImportError(
      Model(17).Node({.op_type = "NonZero", .inputs = {"ids"}, .outputs = {"y"}}).Build(),
      StatusCode::kUnsupported, {"NonZero of data"});
  CheckImportError(
      Model(17).Node({.op_type = "Tile", .inputs = {"x", "ids"}, .outputs = {"y"}}).Build(),
      StatusCode::kUnsupported, {"depends on data"});
}

TEST_CASE("a constant that a cast may change is not taken for what it was") {
  // 256 becomes 0 in 8 bits, and 300 becomes 44.
  const auto cast = [](int64_t number, const OnnxNode& user) {
    return Model(17)
        .Initializer(Int64Tensor("wide", {}, {number}))
        .Node({.op_type = "Cast",
               .inputs = {"wide"},
               .outputs = {"narrow"},
               .attributes = {IntAttribute("to", kOnnxUint8)}})
        .Node(user)
        .Build();
  };
  CheckImportError(cast(256, {.op_type = "NonZero", .inputs = {"narrow"}, .outputs = {"y"}}),
                   StatusCode::kUnsupported, {"NonZero of data"});
  CheckImportError(
      cast(300, {.op_type = "Range", .inputs = {"narrow", "narrow", "narrow"}, .outputs = {"y"}}),
      StatusCode::kUnsupported, {"Range"});
}

TEST_CASE("Attention of opset 23, and the uses of it that are refused") {
  const auto model = [](const std::vector<ProtoWriter>& attributes,
                        const std::vector<std::string>& more = {}) {
    OnnxModelBuilder builder;
    builder.Opset(23).Output("y");
    for (const char* name : {"q", "k", "v"}) {
      builder.Input(name, kOnnxFloat, {"batch", 2, "sequence", 16});
    }
    builder.Input("mask", kOnnxBool, {"batch", 1, "sequence", "sequence"});
    std::vector<std::string> inputs = {"q", "k", "v", "mask"};
    inputs.insert(inputs.end(), more.begin(), more.end());
    return builder.Node(
        {.op_type = "Attention", .inputs = inputs, .outputs = {"y"}, .attributes = attributes});
  };
  const std::string scores = "f32[batch,2,sequence,sequence]";
  CHECK(Ops(model({})) ==
        "mul -> f32[batch,2,sequence,16]; transpose perm = [0, 1, 3, 2] -> "
        "f32[batch,2,16,sequence]; mul -> f32[batch,2,16,sequence]; matmul -> " +
            scores + "; where -> f32[batch,1,sequence,sequence]; add -> " + scores +
            "; softmax axis = 3 zero_when_hidden = 1 -> " + scores +
            "; matmul -> f32[batch,2,sequence,16]");
  const auto fails = [&](const OnnxModelBuilder& builder, std::string_view fragment) {
    CheckImportError(builder.Build(), StatusCode::kUnsupported, {fragment});
  };
  fails(model({FloatAttribute("scale", -1)}), "scale of 0 or less");
  fails(model({}, {"k", "v"}), "cache");
  fails(model({}, {"", "", "k"}), "nonpad_kv_seqlen");
  CheckImportError(model({IntAttribute("q_num_heads", 3)}).Build(), StatusCode::kInvalidModel,
                   {"q_num_heads is 3, the heads are 2"});
  CheckImportError(OnnxModelBuilder()
                       .Opset(23)
                       .Input("q", kOnnxFloat, {1, 4, 32})
                       .Output("y")
                       .Node({.op_type = "Attention", .inputs = {"q", "q", "q"}, .outputs = {"y"}})
                       .Build(),
                   StatusCode::kInvalidModel, {"'q_num_heads' is missing"});
}

}  // namespace
}  // namespace octet::frontend_onnx
