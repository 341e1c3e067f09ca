// Strips of row-wise steps, run in blocks of any size by any number of threads, give the bytes that
// the ops give one by one.
#include <doctest/doctest.h>

#include <algorithm>

#include "kernels/testing/isa_tables.h"
#include "runtime/find_strips.h"
#include "tests/runtime/op_by_op.h"

namespace octet::runtime {
namespace {

// The constants of all cases.
constexpr const char* kConstants = R"(
  %w = constant {value = random(1)} : f32[24,24]
  %c = constant {value = random(2)} : f32[24]
  %gamma = constant {value = random(3)} : f32[24]
  %beta = constant {value = random(4)} : f32[24]
  %w8 = constant {value = random(5)} : i8[24,24]
  %ws = constant {value = splat(0.004)} : f32[24]
  %wz = constant {value = splat(0)} : i32[24]
  %wa = constant {value = splat(3)} : i32[24]
  %zero = constant {value = splat(0)} : i64[]
)";

struct StripCase {
  std::string name;
  std::string arguments;
  std::string body;
  std::string strips;    // as the program prints them
  int range_inputs = 0;  // how many steps are given the ranges of their rows (kernels::RowRange)

  std::string Text() const {
    return "stage quant graph(" + arguments + ") {" + kConstants + body + "}\n";
  }
};

// Strips are printed as "strip of ROWS rows: steps FIRST to LAST".
std::string PrintedStrips(const Program& program) {
  const std::string text = program.Print();
  std::string strips;
  for (size_t at = text.find("strip of "); at != std::string::npos;) {
    strips += text.substr(at, text.find('\n', at) + 1 - at);
    at = text.find("strip of ", at + 1);
  }
  return strips;
}

int CountRangeInputs(const Program& program) {
  return static_cast<int>(std::ranges::count_if(
      program.steps, [](const ProgramStep& step) { return step.takes_ranges >= 0; }));
}

const std::vector<StripCase> kCases = {
    {"rows of one symbol, with a residual that is an argument", "%x: f32[t,24], %r: f32[t,24]",
     R"(
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %w8, %ws, %wz, %c {activation = "gelu"} : f32[t,24]
  %2 = linear %1, %w, %c, %r : f32[t,24]
  %3 = layer_norm %2, %gamma, %beta {axis = 1, epsilon = 1e-12} : f32[t,24]
  %q1, %s1, %z1 = quantize_dynamic %3 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %4 = qlinear %q1, %s1, %z1, %w8, %ws, %wz, %c, %3 : f32[t,24]
  return %4
)",
     "strip of t rows: steps 0 to 5\n", 1},
    {"residuals without biases", "%x: f32[t,24], %r: f32[t,24]",
     R"(
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %w8, %ws, %wz, none, %r {activation = "gelu"} : f32[t,24]
  %2 = linear %1, %w, none, %1 {activation = "tanh"} : f32[t,24]
  %q1, %s1, %z1 = quantize_dynamic %2 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %3 = qlinear %q1, %s1, %z1, %w8, %ws, %wa, none, %2 : f32[t,24]
  return %3
)",
     "strip of t rows: steps 0 to 4\n", 1},
    {"debug mode, with a residual without a bias", "%x: f32[t,24]",
     R"(
  %wd = constant {value = splat(-7.0)} : f32[24,24]
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = f32} : f32[t,24], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %wd, %ws, %wa, none, %x {activation = "gelu"} : f32[t,24]
  return %1
)",
     "strip of t rows: steps 0 to 1\n"},
    {"two axes of rows, reshaped between the steps", "%x: f32[b,s,24]",
     R"(
  %1 = linear %x, %w, %c : f32[b,s,24]
  %2 = reshape %1 {shape = dims[b*s,24]} : f32[b*s,24]
  %3 = gelu %2 : f32[b*s,24]
  %4 = reshape %3 {shape = dims[b,s,24]} : f32[b,s,24]
  %5 = add_layer_norm %4, %x, %gamma, %beta {epsilon = 1e-12} : f32[b,s,24]
  return %5
)",
     "strip of b*s rows: steps 0 to 2\n"},
    {"a reshape that changes the number of rows ends a strip", "%x: f32[t,24]",
     R"(
  %1 = linear %x, %w, %c : f32[t,24]
  %2 = gelu %1 : f32[t,24]
  %3 = reshape %2 {shape = dims[2*t,12]} : f32[2*t,12]
  %4 = tanh %3 : f32[2*t,12]
  %5 = tanh %4 : f32[2*t,12]
  return %5
)",
     "strip of t rows: steps 0 to 1\n"
     "strip of 2*t rows: steps 2 to 3\n"},
    {"static rows", "%x: f32[97,24]",
     R"(
  %1 = linear %x, %w, %c : f32[97,24]
  %2 = tanh %1 : f32[97,24]
  %3 = layer_norm %2, %gamma {axis = 1, epsilon = 1e-12} : f32[97,24]
  return %3
)",
     "strip of 97 rows: steps 0 to 2\n"},
    {"an op that reads all rows ends a strip, even if the next step does not read its result",
     "%x: f32[t,24]",
     R"(
  %1 = linear %x, %w, %c : f32[t,24]
  %2 = gelu %1 : f32[t,24]
  %row = gather %2, %zero {axis = 0} : f32[24]
  %3 = tanh %1 : f32[t,24]
  %4 = add %3, %row : f32[t,24]
  %5 = tanh %4 : f32[t,24]
  return %5
)",
     "strip of t rows: steps 0 to 1\n"},
    {"a step that reads a row-wise step's result, but not row by row", "%x: f32[1,24], %g: f32[24]",
     R"(
  %1 = gelu %x : f32[1,24]
  %2 = tanh %g : f32[24]
  %3 = layer_norm %1, %2 {axis = 1, epsilon = 1e-12} : f32[1,24]
  %4 = tanh %3 : f32[1,24]
  return %4
)",
     "strip of 1 rows: steps 0 to 1\n"
     "strip of 1 rows: steps 2 to 3\n"},
    {"a weight that is computed", "%x: f32[24,24]",
     R"(
  %1 = linear %x, %w, %c : f32[24,24]
  %2 = gelu %1 : f32[24,24]
  %3 = linear %x, %2 : f32[24,24]
  return %3
)",
     "strip of 24 rows: steps 0 to 1\n"},
    {"a value used in the strip and after it", "%x: f32[t,24]",
     R"(
  %1 = linear %x, %w, %c : f32[t,24]
  %2 = gelu %1 : f32[t,24]
  %row = gather %1, %zero {axis = 0} : f32[24]
  return %2, %row
)",
     "strip of t rows: steps 0 to 1\n"},
    {"outputs in the middle, one of them with another shape", "%x: f32[b,s,24]",
     R"(
  %1 = linear %x, %w, %c : f32[b,s,24]
  %2 = gelu %1 : f32[b,s,24]
  %3 = reshape %2 {shape = dims[b*s,24]} : f32[b*s,24]
  %4 = tanh %2 : f32[b,s,24]
  return %1, %3, %4
)",
     "strip of b*s rows: steps 0 to 2\n"},
    {"a quantization per tensor in the middle", "%x: f32[t,24]",
     R"(
  %1 = linear %x, %w, %c : f32[t,24]
  %2 = tanh %1 : f32[t,24]
  %q, %s, %z = quantize_dynamic %2 {observer = "per_tensor_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %3 = qlinear %q, %s, %z, %w8, %ws, %wz, %c : f32[t,24]
  %4 = layer_norm %3, %gamma, %beta {axis = 1, epsilon = 1e-12} : f32[t,24]
  return %4
)",
     "strip of t rows: steps 0 to 1\n"
     "strip of t rows: steps 3 to 4\n"},
    {"one column in, one column out", "%x: f32[t,1]",
     R"(
  %w1 = constant {value = random(6)} : i8[1,24]
  %w2 = constant {value = random(7)} : f32[24,1]
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[t,1], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %w1, %ws, %wz, %c : f32[t,24]
  %2 = linear %1, %w2 : f32[t,1]
  %q1, %s1, %z1 = quantize_dynamic %2 {observer = "per_token_affine_u8", to = u8} : u8[t,1], f32[t], i32[t]
  return %q, %s, %z, %2, %q1, %s1, %z1
)",
     "strip of t rows: steps 0 to 3\n", 1},
    {"rows without columns, and their ranges", "%x: f32[t,24]",
     R"(
  %none = constant {value = []} : f32[24,0]
  %nothing = constant {value = []} : f32[0]
  %w0 = constant {value = []} : i8[0,24]
  %1 = gelu %x : f32[t,24]
  %2 = linear %1, %none, %nothing : f32[t,0]
  %3 = layer_norm %2, %nothing {axis = 1, epsilon = 1e-12} : f32[t,0]
  %q, %s, %z = quantize_dynamic %2 {observer = "per_token_affine_u8", to = u8} : u8[t,0], f32[t], i32[t]
  %q1, %s1, %z1 = quantize_dynamic %3 {observer = "per_token_affine_u8", to = u8} : u8[t,0], f32[t], i32[t]
  %4 = qlinear %q, %s, %z, %w0, %ws, %wz, %c : f32[t,24]
  %5 = qlinear %q1, %s1, %z1, %w0, %ws, %wz, %c : f32[t,24]
  return %1, %s, %z, %s1, %z1, %4, %5
)",
     "strip of t rows: steps 0 to 6\n", 2},
    {"a row's range that two quantizations use", "%x: f32[t,24]",
     R"(
  %1 = layer_norm %x, %gamma, %beta {axis = 1, epsilon = 1e-12} : f32[t,24]
  %q, %s, %z = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %2 = qlinear %q, %s, %z, %w8, %ws, %wz, %c : f32[t,24]
  %q1, %s1, %z1 = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %3 = qlinear %q1, %s1, %z1, %w8, %ws, %wz, %c, %2 : f32[t,24]
  return %3
)",
     "strip of t rows: steps 0 to 4\n", 2},
    {"a row's range used in the strip and after it", "%x: f32[t,24]",
     R"(
  %1 = linear %x, %w, %c : f32[t,24]
  %q, %s, %z = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %2 = qlinear %q, %s, %z, %w8, %ws, %wz, %c : f32[t,24]
  %row = gather %2, %zero {axis = 0} : f32[24]
  %q1, %s1, %z1 = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %3 = qlinear %q1, %s1, %z1, %w8, %ws, %wz, %c : f32[t,24]
  return %3, %row
)",
     "strip of t rows: steps 0 to 2\n"
     "strip of t rows: steps 4 to 5\n",
     1},
    {"a row's range whose only reader is in another strip", "%x: f32[t,24]",
     R"(
  %0 = gelu %x : f32[t,24]
  %1 = linear %0, %w, %c : f32[t,24]
  %row = gather %1, %zero {axis = 0} : f32[24]
  %q, %s, %z = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[t,24], f32[t], i32[t]
  %2 = qlinear %q, %s, %z, %w8, %ws, %wz, %c : f32[t,24]
  return %2, %row
)",
     "strip of t rows: steps 0 to 1\n"
     "strip of t rows: steps 3 to 4\n"},
    {"a single row without an axis for it", "%x: f32[24]",
     R"(
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[24], f32[], i32[]
  %1 = qlinear %q, %s, %z, %w8, %ws, %wz, %c {activation = "tanh"} : f32[24]
  %2 = linear %1, %w, %c : f32[24]
  return %2, %s, %z
)",
     "strip of 1 rows: steps 0 to 2\n"},
    {"a product with a vector, whose rows are those of its output", "%x: f32[b,s,24]",
     R"(
  %1 = matmul %x, %c : f32[b,s]
  %2 = tanh %1 : f32[b,s]
  %q, %s, %z = quantize_dynamic %2 {observer = "per_token_affine_u8", to = u8} : u8[b,s], f32[b], i32[b]
  return %q, %s, %z
)",
     "strip of b rows: steps 0 to 2\n"},
    {"a product with a vector, which cannot give the ranges of those rows", "%x: f32[b,s,24]",
     R"(
  %1 = matmul %x, %c : f32[b,s]
  %q, %s, %z = quantize_dynamic %1 {observer = "per_token_affine_u8", to = u8} : u8[b,s], f32[b], i32[b]
  return %q, %s, %z
)",
     "strip of b rows: steps 0 to 1\n"},
    {"debug mode", "%x: f32[t,24]",
     R"(
  %wd = constant {value = splat(-7.0)} : f32[24,24]
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = f32} : f32[t,24], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %wd, %ws, %wa, %c, %x {activation = "gelu"} : f32[t,24]
  %q1, %s1, %z1 = quantize_dynamic %1 {observer = "per_token_symmetric_u8", to = f32} : f32[t,24], f32[t], i32[t]
  %2 = qlinear %q1, %s1, %z1, %wd, %ws, %wz, %c : f32[t,24]
  %q2, %s2, %z2 = quantize_dynamic %2 {observer = "per_token_affine_u8", to = f32} : f32[t,24], f32[t], i32[t]
  return %q2, %s2, %z2
)",
     "strip of t rows: steps 0 to 4\n", 1},
    {"weights with zero points, and rows that need padding", "%x: f32[t,13]",
     R"(
  %w13 = constant {value = random(8)} : i8[13,24]
  %wc = constant {value = random(9)} : f32[24,13]
  %q, %s, %z = quantize_dynamic %x {observer = "per_token_affine_u8", to = u8} : u8[t,13], f32[t], i32[t]
  %1 = qlinear %q, %s, %z, %w13, %ws, %wa, %c {activation = "relu"} : f32[t,24]
  %2 = linear %1, %wc : f32[t,13]
  %q1, %s1, %z1 = quantize_dynamic %2 {observer = "per_token_affine_u8", to = u8} : u8[t,13], f32[t], i32[t]
  %3 = qlinear %q1, %s1, %z1, %w13, %ws, %wa, %c : f32[t,24]
  return %3
)",
     "strip of t rows: steps 0 to 4\n", 1},
};

// One row, too few rows for two threads, and more than a block of rows for each of three threads.
const std::vector<ir::SymbolBinding> kBindings = {{{"b", 1}, {"s", 1}, {"t", 1}},
                                                  {{"b", 2}, {"s", 3}, {"t", 7}},
                                                  {{"b", 19}, {"s", 11}, {"t", 211}}};

TEST_CASE("programs have the expected strips and row ranges") {
  for (const StripCase& c : kCases) {
    CAPTURE(c.name);
    const auto program = CompileText(c.Text(), ReferenceKernels());
    CHECK(PrintedStrips(*program) == c.strips);
    CHECK(CountRangeInputs(*program) == c.range_inputs);
  }
}

TEST_CASE("strips give the bytes of the ops one by one") {
  const std::vector<std::shared_ptr<ThreadPool>> pools = {Pool(1), Pool(2), Pool(3)};
  for (const StripCase& c : kCases) {
    CAPTURE(c.name);
    const std::string text = c.Text();
    std::vector<Tensors> inputs;
    std::vector<Tensors> expected;
    for (const ir::SymbolBinding& binding : kBindings) {
      inputs.push_back(RandomInputs(text, binding, 1));
      expected.push_back(RunOpByOp(text, binding, inputs.back()));
    }
    for (const kernels::IsaTable& isa : kernels::IsaTables()) {
      CAPTURE(isa.name);
      for (const int64_t block_rows : {0, 1, 6, 7, 64}) {
        CAPTURE(block_rows);
        const auto program = CompileText(text, isa.table, {.block_rows = block_rows});
        for (const auto& pool : pools) {
          CAPTURE(pool->size());
          Session session(program, pool);
          // Each shape runs twice. The second time its plan is kept, and the arena has the bytes of
          // the other shapes.
          for (size_t run = 0; run < 2 * kBindings.size(); ++run) {
            const size_t i = run % kBindings.size();
            CAPTURE(run);
            const auto outputs = session.Run(Views(inputs[i]));
            REQUIRE(outputs.ok());
            CHECK(SameBytes(Copy(*outputs), expected[i]));
          }
        }
      }
    }
  }
}

TEST_CASE("a program prints which steps give and take row ranges") {
  const std::string text = CompileText(kCases[0].Text(), ReferenceKernels())->Print();
  const auto line = [&](const std::string& of) {
    const size_t at = text.find(of);
    REQUIRE(at != std::string::npos);
    return text.substr(at, text.find('\n', at) - at);
  };
  CHECK(line("= layer_norm").ends_with("gives the ranges of its rows"));
  CHECK(line("%q1@").ends_with("takes the ranges of its rows"));
  CHECK_FALSE(line("%q@").ends_with("takes the ranges of its rows"));
}

TEST_CASE("a row that is almost as large as the address space is an error, not an overflow") {
  const Status status = ErrorOf(
      "graph(%x: f32[1,1]) {\n"
      "  %1 = expand %x {shape = dims[1,1152921504606846976]} : f32[1,1152921504606846976]\n"
      "  %2 = tanh %1 : f32[1,1152921504606846976]\n"
      "  %3 = tanh %2 : f32[1,1152921504606846976]\n"
      "  return %3\n}\n",
      {Random(ir::DType::kF32, {1, 1}, 1)});
  CHECK(status.code() == StatusCode::kResourceLimit);
}

TEST_CASE("ranges of more rows than memory can hold are an error, not an overflow") {
  const auto program = CompileText(
      "stage quant graph(%x: f32[1]) {\n"
      "  %g = constant {value = splat(1.0)} : f32[1]\n"
      "  %1 = expand %x {shape = dims[288230376151711744,1]} : f32[288230376151711744,1]\n"
      "  %2 = layer_norm %1, %g {axis = 1, epsilon = 0.0} : f32[288230376151711744,1]\n"
      "  %q, %s, %z = quantize_dynamic %2 {observer = \"per_token_affine_u8\", to = u8} : "
      "u8[288230376151711744,1], f32[288230376151711744], i32[288230376151711744]\n"
      "  return %s\n}\n",
      ReferenceKernels(), {.block_rows = INT64_MAX / 2});
  Session session(program, Pool(1));
  const Tensors inputs = {Random(ir::DType::kF32, {1}, 1)};
  CHECK(session.Run(Views(inputs)).status().code() == StatusCode::kResourceLimit);
}

// Copies its rows; a row that begins with a negative number is an error.
class PositiveRows final : public Step {
 public:
  Status Run(const StepRun& run) const override {
    const int64_t cols = run.input_dims(0).back();
    for (int64_t i = 0; i < run.inputs[0].num_elements(); ++i) {
      const float x = run.input<float>(0)[i];
      if (i % cols == 0 && x < 0) return InvalidModel("row " + std::to_string(x));
      run.output<float>()[i] = x;
    }
    return {};
  }
  std::string kernel() const override { return {}; }
};

TEST_CASE("an error in a strip ends the run, and names the place of its step") {
  Program program;
  const ir::Type type = {ir::DType::kF32, {ir::Dim::Symbol("t"), 2}};
  program.num_arguments = 1;
  program.AddSymbol("t");
  program.values = {{type, StorageKind::kArgument, 0, "x"},
                    {type, StorageKind::kBuffer, 0, "y"},
                    {type, StorageKind::kBuffer, 1, "z"}};
  program.buffers = {{1, {0, 1}, 0}, {2, {1, 2}, 1}};
  for (int i = 0; i < 2; ++i) {
    const std::string node = "node" + std::to_string(i);
    program.steps.push_back(
        {std::make_unique<PositiveRows>(), "positive", {node, "module"}, {i}, {i + 1}});
    program.steps.back().row_inputs = 1;
  }
  program.outputs = {{"z", 2, {}}};
  program.strip_block_rows = 8;
  FindStrips(&program);
  REQUIRE(program.strips.size() == 1);
  Session session(std::make_shared<const Program>(std::move(program)), Pool(2));

  std::vector<float> values(400, 1.0f);
  const Tensors good = {Of<float>(ir::DType::kF32, {200, 2}, values)};
  values[100] = -3;  // in the rows of the first worker
  values[300] = -4;  // in those of the second
  const Tensors bad = {Of<float>(ir::DType::kF32, {200, 2}, values)};
  for (int run = 0; run < 3; ++run) {
    CHECK(session.Run(Views(good)).ok());
    const Status status = session.Run(Views(bad)).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message() == "row -3.000000");
    CHECK(status.place().node == "node0");
    CHECK(status.place().module_path == "module");
  }
}

}  // namespace
}  // namespace octet::runtime
