// A program of two texts, each with its own mask, token layout and symbol, gives the bits of the
// padded program.
#include <doctest/doctest.h>

#include "ir/passes/pass.h"
#include "ir/text/parser.h"
#include "kernels/testing/isa_tables.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

// One text's part of the graph; S is its sequence axis, P its name.
constexpr const char* kText = R"(
  %P_x = embedding %P_ids, %words : f32[b,S,32]
  %P_m4 = reshape %P_mask {shape = dims[b,1,1,S]} : i64[b,1,1,S]
  %P_mf = cast %P_m4 {to = f32} : f32[b,1,1,S]
  %P_m1 = sub %one, %P_mf : f32[b,1,1,S]
  %P_bias = mul %P_m1, %big : f32[b,1,1,S]
  %P_q = linear %P_x, %w, %c : f32[b,S,32]
  %P_k = linear %P_x, %w : f32[b,S,32]
  %P_a = attention %P_q, %P_k, %P_x, %P_bias {heads = 4, scale = 0.3535} : f32[b,S,32]
  %P_n = add_layer_norm %P_a, %P_x, %c, %c {epsilon = 1e-12} : f32[b,S,32]
  %P_o = linear %P_n, %w, %c {activation = "gelu"} : f32[b,S,32]
  %P_first = gather %P_o, %zero {axis = 1} : f32[b,32]
)";

std::string Text(const std::string& name, const std::string& axis) {
  std::string text = kText;
  for (size_t at = text.find_first_of("PS"); at != std::string::npos;
       at = text.find_first_of("PS", at + 1)) {
    text.replace(at, 1, text[at] == 'P' ? name : axis);
  }
  return text;
}

// Scores two texts against each other; the second one's sequence axis is `axis`.
std::string TwoTexts(const std::string& axis) {
  return "stage core graph(%q_ids: i64[b,s], %q_mask: i64[b,s], %a_ids: i64[b," + axis +
         "], %a_mask: i64[b," + axis + R"(]) {
  %words = constant {value = random(1)} : f32[50,32]
  %w = constant {value = random(2)} : f32[32,32]
  %c = constant {value = random(3)} : f32[32]
  %one = constant {value = splat(1.0)} : f32[]
  %big = constant {value = splat(-1e9)} : f32[]
  %zero = constant {value = splat(0)} : i64[]
)" + Text("q", "s") +
         Text("a", axis) +
         "  %y = mul %q_first, %a_first : f32[b,32]\n  return %y as \"y\", %a_first as \"a\"\n}\n";
}

std::shared_ptr<const Program> Packed(const std::string& text,
                                      const kernels::KernelTable& kernels) {
  ir::Module module = ValueOrThrow(ir::Parse(text));
  ir::PassManager passes;
  for (const char* pass : {"pack-tokens", "dce", "pool-early"}) REQUIRE(passes.Add(pass).ok());
  const Status status = passes.Run(&module);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  return ValueOrThrow(Compile(std::move(module), kernels));
}

TEST_CASE("two texts are packed separately, and give the bits of padded texts") {
  const std::vector<int64_t> questions = {5, 1, 17, 9};
  for (const auto& [axis, answers] :
       {std::pair<std::string, std::vector<int64_t>>{"s", {17, 3, 2, 17}},
        std::pair<std::string, std::vector<int64_t>>{"r", {1, 30, 4, 11}},
        std::pair<std::string, std::vector<int64_t>>{"r", {1, 1, 1, 1}}}) {
    CAPTURE(axis);
    const std::string text = TwoTexts(axis);
    Tensors inputs = EncoderInputs(questions, 1);
    for (ir::Tensor& tensor : EncoderInputs(answers, 2)) inputs.push_back(std::move(tensor));
    const Tensors padded = RunText(text, inputs);
    for (const kernels::IsaTable& isa : kernels::IsaTables()) {
      CAPTURE(isa.name);
      const auto program = Packed(text, isa.table);
      const std::string printed = program->Print();
      CHECK(printed.find("  t = tokens kept by %q_mask\n") != std::string::npos);
      CHECK(printed.find("  t2 = tokens kept by %a_mask\n") != std::string::npos);
      CHECK(printed.find(" = attention ") == std::string::npos);
      for (const int threads : {1, 3})
        CHECK(SameBytes(RunProgram(program, inputs, threads), padded));
    }
  }
}

}  // namespace
}  // namespace octet::runtime
