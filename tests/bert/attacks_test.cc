// Models that were made to hurt (tests/data/attacks): each is refused, or loads and runs, quickly
// and with no undefined behaviour.
#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>

#include "bert/encoder.h"
#include "octet/octet.h"
#include "runtime/session.h"
#include "tests/bert/temp_folder.h"
#include "tests/support/onnx_builder.h"

namespace octet::bert {
namespace {

const std::string kAttacks = "tests/data/attacks/";

// The status of loading a model, compiling it in a precision and running it. A symbolic axis of an
// input has `size` elements, and axis 1 has `columns` if that is given.
Status LoadAndRun(const std::string& file, Precision precision, int64_t size,
                  std::optional<int64_t> columns = {}) {
  CAPTURE(file);
  CAPTURE(size);
  const auto start = std::chrono::steady_clock::now();
  const Status status = [&]() -> Status {
    EngineOptions options;
    options.pipeline.precision = precision;
    OCTET_ASSIGN_OR_RETURN(const auto encoder, LoadEncoder(file, options));
    const runtime::Program& program = *encoder->engine.program;
    auto pool = runtime::ThreadPool::Create(1);
    REQUIRE(pool.ok());
    runtime::Session session(encoder->engine.program, *pool);
    std::vector<ir::Tensor> tensors;
    std::vector<ir::TensorView> inputs;
    for (int i = 0; i < program.num_arguments; ++i) {
      const ir::Type& type = program.values[static_cast<size_t>(i)].type;
      std::vector<int64_t> dims;
      for (const ir::Dim& dim : type.shape) {
        const int64_t symbolic = dims.size() == 1 ? columns.value_or(size) : size;
        dims.push_back(dim.is_static() ? dim.constant() : symbolic);
      }
      OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, ir::Tensor::Allocate(type.dtype, std::move(dims)));
      tensors.push_back(std::move(tensor));
      inputs.push_back(tensors.back().view());
    }
    return session.Run(inputs).status();
  }();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  CHECK(seconds.count() < 5);
  return status;
}

TEST_CASE("dimensions that double with every node are refused at a node") {
  for (const char* name : {"mul_20", "mul_40", "outer_products_30", "size_30"}) {
    const std::string file = kAttacks + "dims_that_double/" + name + ".onnx";
    const Status status = LoadAndRun(file, Precision::kFp32, 2);
    CAPTURE(status.ToString());
    CHECK(
        (status.code() == StatusCode::kUnsupported || status.code() == StatusCode::kResourceLimit));
    CHECK(!status.place().node.empty());
  }
}

TEST_CASE("tensors without elements whose other dimensions are huge") {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kAttacks + "empty_but_huge")) {
    ++files;
    for (const Precision precision : {Precision::kFp32, Precision::kInt8}) {
      for (const int64_t size : {int64_t{0}, int64_t{1}}) {
        const Status status = LoadAndRun(entry.path().string(), precision, size);
        CAPTURE(status.ToString());
        CHECK((status.ok() || status.code() == StatusCode::kResourceLimit));
      }
    }
  }
  CHECK(files == 9);
}

// y = op(x ...) of x[n,m] with n = 2^31 - 1 and m = 0: there is nothing to compute.
TEST_CASE("inputs without elements that have as many rows as an input may have") {
  using namespace testing;  // NOLINT: the builder's vocabulary
  const auto attribute = [](const char* name, int64_t value) {
    return std::vector<ProtoWriter>{IntAttribute(name, value)};
  };
  const std::vector<OnnxNode> nodes = {
      {.op_type = "Concat",
       .inputs = {"x", "x"},
       .outputs = {"y"},
       .attributes = attribute("axis", 1)},
      {.op_type = "Gather",
       .inputs = {"x", "none"},
       .outputs = {"y"},
       .attributes = attribute("axis", 1)},
      {.op_type = "GatherND", .inputs = {"x", "pairs"}, .outputs = {"y"}},
      {.op_type = "TopK", .inputs = {"x", "zero"}, .outputs = {"y", "i"}},
      {.op_type = "Softmax", .inputs = {"x"}, .outputs = {"y"}, .attributes = attribute("axis", 0)},
      {.op_type = "Transpose", .inputs = {"x"}, .outputs = {"y"}},
      {.op_type = "CumSum", .inputs = {"x", "axis"}, .outputs = {"y"}},
      {.op_type = "Add", .inputs = {"x", "x"}, .outputs = {"y"}},
      {.op_type = "Pow", .inputs = {"x", "x"}, .outputs = {"y"}},
      {.op_type = "MatMul", .inputs = {"x", "w"}, .outputs = {"y"}},
  };
  for (const OnnxNode& node : nodes) {
    CAPTURE(node.op_type);
    OnnxModelBuilder model;
    model.Input("x", kOnnxFloat, {"n", "m"})
        .Initializer(Int64Tensor("none", {0}, {}))
        .Initializer(Int64Tensor("pairs", {0, 2}, {}))
        .Initializer(Int64Tensor("zero", {1}, {0}))
        .Initializer(Int64Tensor("axis", {}, {0}))
        .Initializer(FloatTensor("w", {0, 0}, {}))
        .Node(node)
        .Output("y", 0);
    const TempFolder folder;
    const std::string file = folder.Write("model.onnx", model.Build());
    const Status status = LoadAndRun(file, Precision::kInt8, (int64_t{1} << 31) - 1, /*columns=*/0);
    CAPTURE(status.ToString());
    CHECK((status.ok() || status.code() == StatusCode::kResourceLimit ||
           status.code() == StatusCode::kInvalidModel));
  }
}

TEST_CASE("logits whose rows are not the texts") {
  const std::map<std::string, std::string> kFolders = {
      {"one_row", "output 'logits' is f32[1,2], not the logits f32[batch, labels]"},
      {"no_rows", "output 'logits' is f32[0,2], not the logits f32[batch, labels]"},
      {"no_labels", "f32["},
      {"two_billion_labels", "it may have 1 to 65536"},
      {"a_row_a_token", ",2], not the logits f32[batch, labels]"}};
  for (const auto& [folder, message] : kFolders) {
    const auto classifier = TextClassifier::Load(kAttacks + "logits_rows_are_not_texts/" + folder);
    REQUIRE_FALSE(classifier.ok());
    CAPTURE(classifier.status().ToString());
    CHECK(classifier.status().code() == StatusCode::kInvalidModel);
    CHECK(classifier.status().message().find(message) != std::string::npos);
    CHECK(classifier.status().place().file.find(folder) != std::string::npos);
  }
}

}  // namespace
}  // namespace octet::bert
