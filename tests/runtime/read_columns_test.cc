// Attention reads slices of columns in place, and gives the same bytes as with copied slices.
#include "runtime/read_columns.h"

#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/runtime/op_by_op.h"
#include "tests/runtime/run_text.h"

namespace octet::runtime {
namespace {

using ir::DType;

constexpr const char* kReturn = "  return %y as \"y\"\n}\n";

int Count(const std::string& text, const std::string& what) {
  int count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

void CheckProgram(const std::string& text, int slices_made, const ir::SymbolBinding& binding,
                  const Tensors& inputs) {
  CAPTURE(text);
  const Tensors expected = RunOpByOp(text, binding, inputs);
  for (const kernels::IsaTable& isa : kernels::IsaTables()) {
    CAPTURE(isa.name);
    const auto program = CompileText(text, isa.table);
    CHECK(Count(program->Print(), "= slice") == slices_made);
    for (const int threads : {1, 2}) {
      CHECK(SameBytes(RunProgram(program, inputs, threads), expected));
    }
  }
}

void CheckProgram(const std::string& text, int slices_made) {
  const ir::SymbolBinding binding = {{"b", 2}, {"s", 5}};
  CheckProgram(text, slices_made, binding, RandomInputs(text, binding, 1));
}

// The text of %name = columns [first, first + 8) of %of, whose last axis is `axis`.
std::string Columns8(const std::string& name, const std::string& of, int first, int axis,
                     const std::string& type) {
  return "  %" + name + " = slice %" + of + " {axes = [" + std::to_string(axis) +
         "], starts = dims[" + std::to_string(first) + "], ends = dims[" +
         std::to_string(first + 8) + "], steps = [1]} : " + type + "\n";
}

TEST_CASE("queries, keys and values that are columns of one operand, or of several") {
  for (const std::array first : {std::array{0, 8, 16}, std::array{16, 3, 4}}) {
    for (const char* k_and_v : {"x", "z"}) {
      CheckProgram(
          "stage core graph(%x: f32[b,s,24], %z: f32[b,7,29]) {\n" +
              Columns8("q", "x", first[0], 2, "f32[b,s,8]") +
              Columns8("k", k_and_v, first[1], 2, *k_and_v == 'x' ? "f32[b,s,8]" : "f32[b,7,8]") +
              Columns8("v", k_and_v, first[2], 2, *k_and_v == 'x' ? "f32[b,s,8]" : "f32[b,7,8]") +
              "  %y = attention %q, %k, %v {heads = 2, scale = 0.5} : f32[b,s,8]\n" + kReturn,
          0);
    }
  }
}

TEST_CASE("ragged attention, with a query for each token or for each sentence") {
  const Tensors inputs = {Random(DType::kF32, {5, 24}, 1), Random(DType::kF32, {2, 11}, 2),
                          Of<int64_t>(DType::kI64, {2}, {0, 2}),
                          Of<int64_t>(DType::kI64, {2}, {2, 3})};
  for (const bool query_per_sentence : {false, true}) {
    const std::string type = query_per_sentence ? "f32[b,8]" : "f32[t,8]";
    CheckProgram("stage core graph(%x: f32[t,24], %c: f32[b,11], %begin: i64[b], %n: i64[b]) {\n" +
                     Columns8("q", query_per_sentence ? "c" : "x", 2, 1, type) +
                     Columns8("k", "x", 8, 1, "f32[t,8]") + Columns8("v", "x", 16, 1, "f32[t,8]") +
                     "  %y = ragged_attention %q, %k, %v, %begin, %n {heads = 2, scale = 0.5} : " +
                     type + "\n" + kReturn,
                 0, {{"b", 2}, {"t", 5}}, inputs);
  }
}

TEST_CASE("a slice that another op reads, and a slice that is the mask, are copied") {
  const std::string q_and_k =
      Columns8("q", "x", 0, 2, "f32[b,5,8]") + Columns8("k", "x", 8, 2, "f32[b,5,8]");
  CheckProgram("stage core graph(%x: f32[b,5,24]) {\n" + q_and_k +
                   "  %y = attention %q, %k, %k {heads = 2, scale = 0.5} : f32[b,5,8]\n"
                   "  return %y as \"y\", %k as \"k\"\n}\n",
               1);
  CheckProgram("stage core graph(%x: f32[b,5,24], %m: f32[5,24]) {\n" + q_and_k +
                   "  %mask = slice %m {axes = [1], starts = dims[3], ends = dims[8], steps = [1]} "
                   ": f32[5,5]\n"
                   "  %y = attention %q, %k, %k, %mask {heads = 2, scale = 0.5} : f32[b,5,8]\n" +
                   kReturn,
               1);
}

TEST_CASE("a slice of another axis, of two axes or of every second column is copied") {
  const std::vector<std::pair<std::string, std::string>> slices = {
      {"axes = [1], starts = dims[1], ends = dims[6], steps = [1]", "f32[b,5,8]"},
      {"axes = [1,2], starts = dims[1,4], ends = dims[6,8], steps = [1,1]", "f32[b,5,4]"},
      {"axes = [2], starts = dims[0], ends = dims[8], steps = [2]", "f32[b,7,4]"}};
  for (const auto& [attributes, type] : slices) {
    CheckProgram(
        "stage core graph(%x: f32[b,7,8]) {\n  %q = slice %x {" + attributes + "} : " + type +
            "\n  %y = attention %q, %q, %q {heads = 2, scale = 0.5} : " + type + "\n" + kReturn,
        1);
  }
}

}  // namespace
}  // namespace octet::runtime
