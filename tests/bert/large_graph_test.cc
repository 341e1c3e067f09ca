// Models of many nodes: every stage from the file to a result takes time about linear in their
// number, whatever the graph looks like, and no more memory than SECURITY.md promises.
#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <limits>

#include "bert/engine.h"
#include "runtime/session.h"
#include "tests/frontend_onnx/import_check.h"
#include "tests/fuzz/memory_meter.h"

namespace octet::bert {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary

std::string Name(const char* prefix, int i) { return prefix + std::to_string(i); }

// The file of a graph of about n nodes, with inputs x of [b,4] and others of [d], all of f32.
using Graph = std::function<std::string(int n)>;

OnnxModelBuilder ModelOf4() {
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {"b", 4});
  return model;
}

// Joins the values into one, 1000 at a time. The names of what it makes begin with `prefix`.
std::string Join(OnnxModelBuilder* model, std::vector<std::string> values, const char* prefix) {
  int joined = 0;
  while (values.size() > 1) {
    std::vector<std::string> next;
    for (size_t i = 0; i < values.size(); i += 1000) {
      const size_t end = std::min(values.size(), i + 1000);
      next.push_back(Name(prefix, joined++));
      model->Node({.op_type = "Concat",
                   .inputs = {values.begin() + static_cast<std::ptrdiff_t>(i),
                              values.begin() + static_cast<std::ptrdiff_t>(end)},
                   .outputs = {next.back()},
                   .attributes = {IntAttribute("axis", 1)}});
    }
    values = std::move(next);
  }
  return values[0];
}

OnnxNode Operator(std::string op_type, std::vector<std::string> inputs = {}) {
  return {.op_type = std::move(op_type), .inputs = std::move(inputs), .outputs = {}};
}

// a0 = op(x, more), a1 = op(a0, more) ...
std::string Chain(OnnxModelBuilder model, const std::vector<OnnxNode>& period, int n) {
  std::string previous = "x";
  for (int i = 0; i < n; ++i) {
    OnnxNode node = period[static_cast<size_t>(i) % period.size()];
    node.inputs.insert(node.inputs.begin(), previous);
    previous = Name("a", i);
    node.outputs = {previous};
    model.Node(node);
  }
  return model.Output(previous, 0).Build();
}

// Loads the model, quantizes, compiles and runs it.
void LoadAndRun(const std::string& file) {
  auto module = frontend_onnx::ImportString(file);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const auto engine = BuildEngine(*std::move(module));
  REQUIRE_MESSAGE(engine.ok(), engine.status().ToString());
  auto pool = runtime::ThreadPool::Create(1);
  REQUIRE(pool.ok());
  runtime::Session session(engine->program, *pool);
  const std::vector<float> data(size_t{1} << 16, 0.5f);
  std::vector<ir::TensorView> inputs;
  for (int i = 0; i < engine->program->num_arguments; ++i) {
    const ir::Type& type = engine->program->values[static_cast<size_t>(i)].type;
    std::vector<int64_t> dims;
    for (const ir::Dim& dim : type.shape) dims.push_back(dim.is_static() ? dim.constant() : 2);
    inputs.push_back({type.dtype, std::move(dims), data.data()});
  }
  const auto outputs = session.Run(inputs);
  CHECK_MESSAGE(outputs.ok(), outputs.status().ToString());
}

// Of the processor: other programs may run beside the test.
double SecondsOf(const std::string& file) {
  const std::clock_t start = std::clock();
  LoadAndRun(file);
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

// Four times the nodes take about four times as long; what is quadratic takes 16 times. A time
// below a second does not matter.
void CheckLinear(const Graph& graph, int n = 2500) {
  const std::string small = graph(n);
  const std::string large = graph(4 * n);
  double ratio = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < 3 && ratio >= 9; ++attempt) {
    const double seconds = SecondsOf(large);
    if (seconds < 1) return;
    ratio = std::min(ratio, seconds / SecondsOf(small));
  }
  CHECK(ratio < 9);
}

const ProtoWriter kScalar = FloatTensor("c", {}, {1.0001f});
const ProtoWriter kMatrix =
    FloatTensor("w", {4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
const ProtoWriter kVector = FloatTensor("v", {4}, {1, 2, 3, 4});

TEST_CASE("chains of one operator") {
  const auto chain = [](const std::vector<OnnxNode>& period) {
    CheckLinear([&](int n) {
      OnnxModelBuilder model = ModelOf4();
      model.Initializer(kScalar).Initializer(kMatrix).Initializer(kVector);
      return Chain(std::move(model), period, n);
    });
  };
  SUBCASE("Add") { chain({Operator("Add", {"v"})}); }
  SUBCASE("Identity") { chain({Operator("Identity")}); }
  SUBCASE("Transpose") { chain({Operator("Transpose")}); }
  SUBCASE("Mul by a scalar") { chain({Operator("Mul", {"c"})}); }
  SUBCASE("rows") { chain({Operator("Tanh")}); }
  SUBCASE("linears") { chain({Operator("MatMul", {"w"}), Operator("Add", {"v"})}); }
  SUBCASE("strips") {
    OnnxNode softmax = Operator("Softmax");
    softmax.attributes = {IntAttribute("axis", 0)};
    chain({Operator("Tanh"), Operator("Erf"), softmax});
  }
}

TEST_CASE("one value with many uses, in use and dead") {
  CheckLinear([](int n) { return Chain(ModelOf4(), {Operator("Add", {"x"})}, n); });
  CheckLinear([](int n) {
    OnnxModelBuilder model = ModelOf4();
    for (int i = 0; i < n; ++i) {
      model.Node({.op_type = "Add", .inputs = {"x", "x"}, .outputs = {Name("a", i)}});
    }
    return model.Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}).Output("y").Build();
  });
}

TEST_CASE("many weights, alike but for one element") {
  CheckLinear([](int n) {
    OnnxModelBuilder model;
    model.Input("x", kOnnxFloat, {"b", 64});
    std::vector<float> weight(64);
    for (int i = 0; i < n; ++i) {
      weight[40] = static_cast<float>(i);
      model.Initializer(FloatTensor(Name("w", i), {64}, weight));
      model.Node({.op_type = "Add",
                  .inputs = {i == 0 ? "x" : Name("a", i - 1), Name("w", i)},
                  .outputs = {Name("a", i)}});
    }
    return model.Output(Name("a", n - 1)).Build();
  });
}

TEST_CASE("values that all live at once") {
  CheckLinear([](int n) {
    OnnxModelBuilder model = ModelOf4();
    std::vector<std::string> values;
    for (int i = 0; i < n; ++i) {
      model.Initializer(FloatTensor(Name("w", i), {}, {static_cast<float>(i) + 0.5f}));
      values.push_back(Name("a", i));
      model.Node({.op_type = "Add", .inputs = {"x", Name("w", i)}, .outputs = {values.back()}});
    }
    const std::string joined = Join(&model, values, "join");
    return model.Output(joined).Build();
  });
}

// A Split into n parts, and Concats of them.
std::string WideSplit(int n) {
  OnnxModelBuilder model;
  model.Input("x", kOnnxFloat, {1, n});
  OnnxNode split = {
      .op_type = "Split", .inputs = {"x"}, .outputs = {}, .attributes = {IntAttribute("axis", 1)}};
  for (int i = 0; i < n; ++i) split.outputs.push_back(Name("p", i));
  model.Node(split);
  const std::string joined = Join(&model, {split.outputs.rbegin(), split.outputs.rend()}, "join");
  return model.Output(joined).Build();
}

TEST_CASE("a wide Split") { CheckLinear(WideSplit); }

TEST_CASE("small files of many operations need little memory") {
  std::string file;
  // Few bytes a node, and four attributes an op.
  SUBCASE("Conv") {
    OnnxModelBuilder model;
    model.Input("x", kOnnxFloat, {1, 1, 1}).Initializer(FloatTensor("w", {1, 1, 1}, {1}));
    file = Chain(std::move(model), {Operator("Conv", {"w"})}, 100'000);
  }
  // Few bytes an op, and four attributes.
  SUBCASE("Split") { file = WideSplit(50'000); }
  const fuzz::MemoryMeter meter;
  LoadAndRun(file);
  CHECK(meter.peak() < (int64_t{64} << 20) + 100 * static_cast<int64_t>(file.size()));
}

TEST_CASE("many inputs, symbols and outputs") {
  CheckLinear(
      [](int n) {
        OnnxModelBuilder model;
        for (int i = 0; i < n; ++i) {
          std::vector<OnnxDim> dims(4, 1);
          for (int j = 0; j < 4; ++j) dims.emplace_back(Name("d", i * 4 + j));
          model.Input(Name("x", i), kOnnxFloat, dims);
          model.Node({.op_type = "Relu", .inputs = {Name("x", i)}, .outputs = {Name("y", i)}});
          model.Output(Name("y", i));
        }
        return model.Build();
      },
      250);
}

TEST_CASE("shape arithmetic") {
  CheckLinear([](int n) {
    OnnxModelBuilder model = ModelOf4();
    model.Initializer(Int64Tensor("first", {1}, {0}))
        .Initializer(Int64Tensor("four", {1}, {4}))
        .Initializer(Int64Tensor("halves", {2}, {2, 2}));
    std::string previous = "x";
    for (int i = 0; i < n / 5; ++i) {
      model.Node({.op_type = "Shape", .inputs = {previous}, .outputs = {Name("shape", i)}})
          .Node({.op_type = "Gather",
                 .inputs = {Name("shape", i), "first"},
                 .outputs = {Name("rows", i)}})
          .Node({.op_type = "Concat",
                 .inputs = {Name("rows", i), i % 2 == 0 ? "halves" : "four"},
                 .outputs = {Name("to", i)},
                 .attributes = {IntAttribute("axis", 0)}})
          .Node({.op_type = "Reshape",
                 .inputs = {previous, Name("to", i)},
                 .outputs = {Name("reshaped", i)}})
          .Node({.op_type = "Tanh", .inputs = {Name("reshaped", i)}, .outputs = {Name("a", i)}});
      previous = Name("a", i);
    }
    return model.Output(previous).Build();
  });
}

// Each position is the sum of the one before and itself: there are 2^30 ways back to the Range.
TEST_CASE("positions that are added to themselves") {
  OnnxModelBuilder model = ModelOf4();
  model.Initializer(Int64Tensor("zero", {}, {0}))
      .Initializer(Int64Tensor("one", {}, {1}))
      .Initializer(Int64Tensor("four", {}, {4}))
      .Node({.op_type = "Range", .inputs = {"zero", "four", "one"}, .outputs = {"r"}})
      .Node({.op_type = "Shape", .inputs = {"x"}, .outputs = {"shape"}})
      .Node({.op_type = "Gather", .inputs = {"shape", "zero"}, .outputs = {"rows"}})
      .Node({.op_type = "Range", .inputs = {"zero", "rows", "one"}, .outputs = {"p0"}});
  for (int i = 1; i <= 30; ++i) {
    model.Node({.op_type = "Add",
                .inputs = {Name("p", i - 1), Name("p", i - 1)},
                .outputs = {Name("p", i)}});
  }
  model.Node({.op_type = "Gather", .inputs = {"x", "p30"}, .outputs = {"y"}}).Output("y");
  auto module = frontend_onnx::ImportString(model.Build());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const std::clock_t start = std::clock();
  CHECK(Optimize(&*module).ok());
  CHECK(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC < 5);
}

}  // namespace
}  // namespace octet::bert
