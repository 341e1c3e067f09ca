// Runs every op to check what ops.def says of it: an element of an elementwise op depends only on
// the elements at its place, and a row of a row-wise op only on the same row of the operands that
// are marked.
#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <optional>

#include "ir/rewriter.h"
#include "ir/row_wise.h"
#include "ir/text/parser.h"
#include "tests/runtime/run_text.h"

namespace octet::runtime {
namespace {

using ir::DType;

constexpr int64_t kRows = 5;
constexpr int64_t kColumns = 8;

// A graph of one op on arguments x0, x1 ...
struct OpGraph {
  ir::Module module;
  const ir::Op* op;
};

std::optional<OpGraph> MakeGraph(ir::OpKind kind, const std::vector<ir::Type>& types,
                                 const ir::Attributes& attributes) {
  OpGraph graph;
  graph.module.set_stage(ir::Stage::kQuant);
  std::vector<ir::Value*> operands;
  for (const ir::Type& type : types) {
    operands.push_back(graph.module.AddArgument("x" + std::to_string(operands.size()), type));
  }
  ir::Rewriter rewriter(&graph.module);
  const auto op = rewriter.Create(kind, operands, attributes);
  if (!op.ok()) return std::nullopt;
  graph.op = *op;
  graph.module.AddOutput("y", graph.op->result());
  return graph;
}

std::optional<std::shared_ptr<const Program>> TryCompile(const OpGraph& graph) {
  auto program = Compile(graph.module.Clone(), ReferenceKernels());
  if (!program.ok()) return std::nullopt;
  return *std::move(program);
}

// A value for each required attribute, which elementwise ops accept.
ir::Attributes AnyAttributes(const ir::OpInfo& info) {
  ir::Attributes attributes;
  for (const ir::AttributeInfo& attribute : info.attributes) {
    if (attribute.optional) continue;
    ir::Attribute value = int64_t{1};
    if (attribute.kind == ir::AttributeKind::kFloat) value = 1.0;
    if (attribute.kind == ir::AttributeKind::kDType) value = DType::kF64;
    if (!attribute.values.empty()) value = std::string(attribute.values[0]);
    attributes.Set(attribute.name, value);
  }
  return attributes;
}

// The elementwise op on operands of [5,8], with the first element types that it accepts and runs.
std::optional<OpGraph> ElementwiseGraph(const ir::OpInfo& info) {
  constexpr DType kDTypes[] = {DType::kF32, DType::kBool, DType::kI64};
  const ir::Shape shape = {kRows, kColumns};
  size_t combinations = 1;
  for (int i = 0; i < info.max_operands; ++i) combinations *= std::size(kDTypes);
  for (size_t combination = 0; combination < combinations; ++combination) {
    std::vector<ir::Type> types;
    for (size_t rest = combination; types.size() < static_cast<size_t>(info.max_operands);
         rest /= std::size(kDTypes)) {
      types.push_back({kDTypes[rest % std::size(kDTypes)], shape});
    }
    auto graph = MakeGraph(info.kind, types, AnyAttributes(info));
    if (graph && TryCompile(*graph)) return graph;
  }
  return std::nullopt;
}

// An op of each kind that works row by row, on the arguments and constants of RowWiseGraph.
const std::map<std::string_view, std::string> kRowWiseOps = {
    {"matmul", "%y = matmul %x, %w : f32[5,8]"},
    {"softmax", "%y = softmax %x {axis = 1} : f32[5,8]"},
    {"reduce_mean", "%y = reduce_mean %x {axes = [1], keepdims = 1} : f32[5,1]"},
    {"reduce_sum", "%y = reduce_sum %x {axes = [1], keepdims = 1} : f32[5,1]"},
    {"reduce_prod", "%y = reduce_prod %x {axes = [1], keepdims = 1} : f32[5,1]"},
    {"reduce_max", "%y = reduce_max %x {axes = [1], keepdims = 1} : f32[5,1]"},
    {"reduce_min", "%y = reduce_min %x {axes = [1], keepdims = 1} : f32[5,1]"},
    {"layer_norm", "%y = layer_norm %x, %v, %v {axis = 1, epsilon = 1e-05} : f32[5,8]"},
    {"add_layer_norm", "%y = add_layer_norm %x, %r, %v, %v {epsilon = 1e-05} : f32[5,8]"},
    {"linear", "%y = linear %x, %w, %v, %r {activation = \"gelu\"} : f32[5,8]"},
    {"quantize_dynamic",
     "%y, %y1, %y2 = quantize_dynamic %x {observer = \"per_token_affine_u8\", to = u8} "
     ": u8[5,8], f32[5], i32[5]"},
    {"qlinear", "%y = qlinear %q, %s, %z, %wq, %v, %wz, %v, %r : f32[5,8]"},
};

ir::Module RowWiseGraph(const std::string& op, int num_results) {
  std::string results = "%y";
  for (int i = 1; i < num_results; ++i) results += ", %y" + std::to_string(i);
  return ValueOrThrow(ir::Parse(
      "stage quant graph(%x: f32[5,8], %r: f32[5,8], %q: u8[5,8], %s: f32[5], %z: i32[5]) {\n"
      "  %w = constant {value = random(1)} : f32[8,8]\n"
      "  %v = constant {value = random(2)} : f32[8]\n"
      "  %wq = constant {value = random(3)} : i8[8,8]\n"
      "  %wz = constant {value = splat(0)} : i32[8]\n" +
      op + "\n  return " + results + "\n}"));
}

// `tensor` with other bytes in row `row` of kRows.
ir::Tensor ChangeRow(const ir::Tensor& tensor, int64_t row) {
  std::vector<std::byte> bytes(tensor.as<std::byte>(), tensor.as<std::byte>() + tensor.byte_size());
  const ir::Tensor other = Random(tensor.dtype(), tensor.dims(), 77);
  const auto row_bytes = bytes.size() / kRows;
  const auto begin = static_cast<size_t>(row) * row_bytes;
  std::memcpy(bytes.data() + begin, other.as<std::byte>() + begin, row_bytes);
  return ValueOrThrow(ir::Tensor::FromBytes(tensor.dtype(), tensor.dims(), bytes));
}

// The rows in which two results of `count` rows differ.
std::vector<int64_t> ChangedRows(const ir::Tensor& a, const ir::Tensor& b, int64_t count) {
  const int64_t row_bytes = a.byte_size() / count;
  std::vector<int64_t> changed;
  for (int64_t row = 0; row < count; ++row) {
    const auto* x = a.as<std::byte>() + row * row_bytes;
    const auto* y = b.as<std::byte>() + row * row_bytes;
    if (std::memcmp(x, y, static_cast<size_t>(row_bytes)) != 0) changed.push_back(row);
  }
  return changed;
}

TEST_CASE("an element of an elementwise op depends only on the elements at its place") {
  for (const ir::OpInfo& info : ir::AllOps()) {
    if (!info.elementwise()) continue;
    CAPTURE(info.name);
    const auto graph = ElementwiseGraph(info);
    REQUIRE(graph);
    const auto program = *TryCompile(*graph);
    Tensors inputs;
    for (const auto& argument : graph->module.arguments()) {
      inputs.push_back(Random(argument->dtype(), {kRows, kColumns}, inputs.size() + 1));
    }
    const ir::Tensor before = RunProgram(program, inputs)[0];
    for (size_t i = 0; i < inputs.size(); ++i) {
      CAPTURE(i);
      Tensors changed = inputs;
      // The 5 x 8 elements are compared as 40 rows.
      constexpr int64_t kElement = 19;
      std::vector<std::byte> bytes(inputs[i].as<std::byte>(),
                                   inputs[i].as<std::byte>() + inputs[i].byte_size());
      const size_t size = ir::DTypeSize(inputs[i].dtype());
      std::memcpy(bytes.data() + kElement * size, inputs[i].as<std::byte>() + 3 * size, size);
      changed[i] = ValueOrThrow(ir::Tensor::FromBytes(inputs[i].dtype(), {kRows, kColumns}, bytes));
      const ir::Tensor after = RunProgram(program, changed)[0];
      for (const int64_t element : ChangedRows(before, after, kRows * kColumns)) {
        CHECK(element == kElement);
      }
    }
  }
}

TEST_CASE("a row of a row-wise op depends only on the same row of the marked operands") {
  for (const ir::OpInfo& info : ir::AllOps()) {
    const bool marks_rows = std::ranges::any_of(info.operands, &ir::OperandInfo::has_rows);
    if (!marks_rows) continue;
    CAPTURE(info.name);
    const auto example = kRowWiseOps.find(info.name);
    REQUIRE_MESSAGE(example != kRowWiseOps.end(), "an op with ROWS needs an example here");
    const ir::Module module = RowWiseGraph(example->second, info.num_results);
    const ir::Op& op = *module.ops().back();
    REQUIRE(op.kind() == info.kind);
    const uint32_t rows = RowOperands(op);
    const auto program = ValueOrThrow(Compile(module.Clone(), ReferenceKernels()));
    Tensors inputs;
    for (const auto& argument : module.arguments()) {
      inputs.push_back(
          Random(argument->dtype(), *ir::StaticShape(argument->shape()), inputs.size() + 1));
    }
    const Tensors before = RunProgram(program, inputs);
    for (int i = 0; i < op.num_operands(); ++i) {
      CAPTURE(i);
      CHECK(((rows >> i & 1) != 0) == info.OperandAt(i).has_rows);
      if ((rows >> i & 1) == 0) continue;
      Tensors changed = inputs;
      const auto argument = static_cast<size_t>(op.operand(i)->result_index());
      changed[argument] = ChangeRow(inputs[argument], 2);
      const Tensors after = RunProgram(program, changed);
      CHECK(ChangedRows(before[0], after[0], kRows) == std::vector<int64_t>{2});
      for (size_t result = 1; result < before.size(); ++result) {
        for (const int64_t row : ChangedRows(before[result], after[result], kRows)) {
          CHECK(row == 2);
        }
      }
    }
  }
}

TEST_CASE("the ops that are marked as giving row ranges are those whose steps give them") {
  for (const auto& [name, text] : kRowWiseOps) {
    CAPTURE(name);
    const ir::OpInfo& info = ir::GetOpInfo(*ir::FindOpKind(name));
    const auto program =
        ValueOrThrow(Compile(RowWiseGraph(text, info.num_results), ReferenceKernels()));
    CHECK((info.facts == ir::OpFacts::kRowRanges) == program->steps[0].step->gives_row_ranges());
  }
}

}  // namespace
}  // namespace octet::runtime
