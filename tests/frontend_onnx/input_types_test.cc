// Names and sizes of the inputs' dimensions: from the file, and from what the graph requires.
#include <doctest/doctest.h>

#include "runtime/compile.h"
#include "runtime/select_kernels.h"
#include "runtime/session.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

// The types of the inputs, or the error.
std::string Inputs(const OnnxModelBuilder& model) {
  const auto module = ImportString(model.Build());
  if (!module.ok()) return module.status().ToString();
  std::string text;
  for (const auto& argument : module->arguments()) {
    text += (text.empty() ? "" : " ") + argument->type().ToString();
  }
  return text;
}

OnnxModelBuilder TwoInputs(const std::vector<OnnxDim>& x, const std::vector<OnnxDim>& y) {
  OnnxModelBuilder model;
  model.Input("x", kOnnxInt64, x).Input("y", kOnnxInt64, y).Output("z", 0);
  return model;
}

const OnnxNode kAdd = {.op_type = "Add", .inputs = {"x", "y"}, .outputs = {"z"}};

TEST_CASE("if two names must be one dimension, the earlier name is used") {
  CHECK(Inputs(TwoInputs({"batch", "length"}, {"N", "L"}).Node(kAdd)) ==
        "i64[batch,length] i64[batch,length]");
  CHECK(Inputs(TwoInputs({"", ""}, {-1, 0}).Node(kAdd)) == "i64[b,s] i64[b,s]");
  const OnnxNode concat = {.op_type = "Concat",
                           .inputs = {"x", "y"},
                           .outputs = {"z"},
                           .attributes = {IntAttribute("axis", 1)}};
  CHECK(Inputs(TwoInputs({"batch", "p"}, {"N", "q"}).Node(concat)) == "i64[batch,p] i64[batch,q]");
  // Through a sum: y has one column more than x.
  CHECK(Inputs(TwoInputs({"batch", "p"}, {"batch", "q"})
                   .Initializer(Int64Tensor("one", {1, 1}, {1}))
                   .Node({.op_type = "Shape",
                          .inputs = {"x"},
                          .outputs = {"rows"},
                          .attributes = {IntAttribute("end", 1)}})
                   .Initializer(Int64Tensor("columns", {1}, {1}))
                   .Node({.op_type = "Concat",
                          .inputs = {"rows", "columns"},
                          .outputs = {"shape"},
                          .attributes = {IntAttribute("axis", 0)}})
                   .Node({.op_type = "Expand", .inputs = {"one", "shape"}, .outputs = {"token"}})
                   .Node({.op_type = "Concat",
                          .inputs = {"token", "x"},
                          .outputs = {"longer"},
                          .attributes = {IntAttribute("axis", 1)}})
                   .Node({.op_type = "Add", .inputs = {"longer", "y"}, .outputs = {"z"}})) ==
        "i64[batch,p] i64[batch,1 + p]");
  // Through a product: the mask is flattened into the shape of the ids.
  CHECK(Inputs(TwoInputs({"batch", "length"}, {"N", "L"})
                   .Node({.op_type = "Shape", .inputs = {"x"}, .outputs = {"shape"}})
                   .Node({.op_type = "Reshape", .inputs = {"y", "shape"}, .outputs = {"z"}})) ==
        "i64[batch,length] i64[batch,length]");
}

TEST_CASE("dimensions that need not be equal keep their names") {
  CHECK(Inputs(TwoInputs({"batch", "p"}, {"batch", "q"})
                   .Output("w", 0)
                   .Node({.op_type = "Neg", .inputs = {"x"}, .outputs = {"z"}})
                   .Node({.op_type = "Neg", .inputs = {"y"}, .outputs = {"w"}})) ==
        "i64[batch,p] i64[batch,q]");
}

TEST_CASE("an error names the comparison that cannot be decided") {
  // A symbol against a number, and two symbols of one input.
  CHECK(Inputs(TwoInputs({"batch", 7}, {"batch", "q"}).Node(kAdd))
            .find("do not broadcast: 7 against q") != std::string::npos);
  CHECK(Inputs(TwoInputs({"p", "q"}, {"q", "p"}).Node(kAdd)).find("against") != std::string::npos);
}

TEST_CASE("an input of unknown rank gets the rank that the graph needs") {
  const auto unknown = [](int data_type) {
    return ProtoWriter()
        .Bytes(1, "x")
        .Message(
            2, ProtoWriter().Message(1, ProtoWriter().Varint(1, static_cast<uint64_t>(data_type))))
        .bytes;
  };
  OnnxModelBuilder ids;
  ids.GraphField(11, unknown(kOnnxInt64)).Output("x", kOnnxInt64);
  CHECK(Inputs(ids) == "i64[b,s]");
  OnnxModelBuilder hidden;
  hidden.GraphField(11, unknown(kOnnxFloat))
      .Output("y")
      .Node({.op_type = "Transpose",
             .inputs = {"x"},
             .outputs = {"y"},
             .attributes = {IntsAttribute("perm", {0, 2, 1})}});
  CHECK(Inputs(hidden) == "f32[x_0,x_1,x_2]");
  OnnxModelBuilder impossible;
  impossible.GraphField(11, unknown(kOnnxFloat))
      .Output("y")
      .Node({.op_type = "Transpose",
             .inputs = {"x"},
             .outputs = {"y"},
             .attributes = {IntsAttribute("perm", {0, 0})}});
  CHECK(Inputs(impossible).find("perm") == std::string::npos);
  CHECK(Inputs(impossible).find("named twice") != std::string::npos);
}

TEST_CASE("too many names that must be equal are an error") {
  OnnxModelBuilder model;
  for (int i = 0; i < 40; ++i) {
    model.Input("x" + std::to_string(i), kOnnxFloat, {"d" + std::to_string(i)});
  }
  model.Output("y39");
  for (int i = 1; i < 40; ++i) {
    model.Node({.op_type = "Add",
                .inputs = {i == 1 ? "x0" : "y" + std::to_string(i - 1), "x" + std::to_string(i)},
                .outputs = {"y" + std::to_string(i)}});
  }
  CheckImportError(model.Build(), StatusCode::kResourceLimit, {"more than 32 dimensions"});
}

// Runs a model once, on zeros of these shapes. Returns the dims of output 0, or the error.
std::string Run(const OnnxModelBuilder& model, const std::vector<std::vector<int64_t>>& shapes) {
  auto module = ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  std::vector<ir::Tensor> tensors;
  std::vector<ir::TensorView> views;
  for (size_t i = 0; i < shapes.size(); ++i) {
    tensors.push_back(*ir::Tensor::Allocate(module->arguments()[i]->dtype(), shapes[i]));
  }
  for (const ir::Tensor& tensor : tensors) views.push_back(tensor.view());
  const auto kernels = runtime::SelectKernels();
  REQUIRE(kernels.ok());
  const auto program = runtime::Compile(*std::move(module), kernels->table);
  REQUIRE_MESSAGE(program.ok(), program.status().ToString());
  auto pool = runtime::ThreadPool::Create(1);
  REQUIRE(pool.ok());
  runtime::Session session(*program, *pool);
  const auto outputs = session.Run(views);
  if (!outputs.ok()) return outputs.status().ToString();
  return ir::ToString(ir::Shape((*outputs)[0].dims.begin(), (*outputs)[0].dims.end()));
}

TEST_CASE("if the sizes of two inputs disagree, the error names both inputs") {
  const OnnxModelBuilder model = TwoInputs({"batch", "length"}, {"N", "L"}).Node(kAdd);
  CHECK(Run(model, {{2, 3}, {2, 3}}) == "[2,3]");
  CHECK(
      Run(model, {{2, 3}, {2, 4}}) ==
      "InvalidArgument: input 'y' is i64[2,4], expected i64[batch,length] with batch = 2, length = "
      "3; length is from input 'x'");
}

TEST_CASE("Squeeze without axes drops the axes that have size 1 in the run") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxInt64, {"batch", "length", 1})
      .Output("y", 0)
      .Node({.op_type = "Squeeze", .inputs = {"x"}, .outputs = {"squeezed"}})
      .Node({.op_type = "Neg", .inputs = {"squeezed"}, .outputs = {"y"}});
  CHECK(Run(model, {{2, 3, 1}}) == "[2,3]");
  CHECK(Run(model, {{1, 3, 1}}) == "[3]");
  CHECK(Run(model, {{2, 1, 1}}) == "[2]");
  CHECK(Run(model, {{1, 1, 1}}) == "[]");
}

TEST_CASE("an op that needs the rank of a squeezed value fails in a run that drops an axis") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxInt64, {"batch", 3, 1})
      .Output("y", 0)
      .Node({.op_type = "Squeeze", .inputs = {"x"}, .outputs = {"squeezed"}, .name = "squeeze"})
      .Node({.op_type = "Transpose", .inputs = {"squeezed"}, .outputs = {"y"}, .name = "turn"});
  CHECK(Run(model, {{2, 3, 1}}) == "[3,2]");
  CHECK(Run(model, {{1, 3, 1}}) ==
        "InvalidArgument: node 'turn': dimension batch is 1 in this run: the model drops the axis "
        "here (a Squeeze without axes), and what it then computes is not supported");
}

TEST_CASE("adding a vector to a squeezed value works, and so does multiplying it by a matrix") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {"batch", 1, 3})
      .Output("y", 0)
      .Initializer(FloatTensor("bias", {3}, {1, 2, 3}))
      .Initializer(FloatTensor("weight", {3, 1}, {1, 2, 3}))
      .Node({.op_type = "Squeeze", .inputs = {"x"}, .outputs = {"squeezed"}})
      .Node({.op_type = "Add", .inputs = {"squeezed", "bias"}, .outputs = {"sum"}})
      .Node({.op_type = "MatMul", .inputs = {"sum", "weight"}, .outputs = {"y"}});
  CHECK(Run(model, {{2, 1, 3}}) == "[2,1]");
  CHECK(Run(model, {{1, 1, 3}}) == "[1]");  // the axis of the product, which is 1 in every run
}

TEST_CASE("a reshape to another number of elements is an error that names it") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxInt64, {"batch", "length"})
      .Output("y", 0)
      .Initializer(Int64Tensor("target", {2}, {-1, 4}))
      .Node({.op_type = "Reshape", .inputs = {"x", "target"}, .outputs = {"y"}});
  CHECK(Run(model, {{2, 6}}) == "[3,4]");
  CHECK(Run(model, {{3, 3}}) ==
        "InvalidArgument: a reshape of 9 elements to i64[floor(batch*length / 4),4] would have 8 "
        "elements");
}

TEST_CASE("a size that becomes negative is an error that names it") {
  OnnxModelBuilder model;
  model.Input("x", kOnnxInt64, {"batch", "length"})
      .Output("y", 0)
      .Initializer(Int64Tensor("one", {1}, {1}))
      .Initializer(Int64Tensor("minus_one", {1}, {-1}))
      .Node({.op_type = "Slice", .inputs = {"x", "one", "minus_one", "one"}, .outputs = {"y"}});
  CHECK(Run(model, {{2, 6}}) == "[2,4]");
  CHECK(Run(model, {{2, 1}}) == "InvalidArgument: dimension 'length - 2' is -1");
}

}  // namespace
}  // namespace octet::frontend_onnx
