// bfloat16 attention in whole programs: an option with an error bound, whose bits depend only on
// the sentence.
#include "runtime/attention_precision.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>

#include "ir/text/parser.h"
#include "kernels/testing/isa_tables.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

// The text with its attention ops in bfloat16.
std::string Bf16(std::string text) {
  const std::string scale = "scale = 0.3535";
  for (size_t at = text.find(scale); at != std::string::npos;
       at = text.find(scale, at + scale.size())) {
    text.insert(at + scale.size(), ", precision = \"bf16\"");
  }
  return text;
}

constexpr int kHeads = 2;  // of size 16; 4 heads have size 8, which bfloat16 does not support
const std::vector<int64_t> kLengths = {5, 17, 1, 9, 30, 12, 3};

// The kernels of the best ISA, or null if it does not have bfloat16 attention.
const kernels::KernelTable* Bf16Kernels() {
  const kernels::KernelTable& table = kernels::IsaTables().back().table;
  if (table.attention_bf16 != nullptr) return &table;
  std::printf("SKIPPED: this CPU has no AVX512_BF16\n");
  return nullptr;
}

TEST_CASE("names are read back, others are refused with a list") {
  for (const auto precision : {AttentionPrecision::kF32, AttentionPrecision::kBf16}) {
    CHECK(*ParseAttentionPrecision(ir::EnumName(precision)) == precision);
  }
  for (const char* name : {"", "fp32", "BF16", "bf16 "}) {
    const auto precision = ParseAttentionPrecision(name);
    REQUIRE_FALSE(precision.ok());
    CHECK(precision.status().code() == StatusCode::kInvalidArgument);
    CHECK(precision.status().message() ==
          "unknown attention '" + std::string(name) + "': f32 or bf16");
  }
}

TEST_CASE("kernels without bfloat16 attention are Unsupported, and say what is missing") {
  for (const kernels::IsaTable& isa : kernels::IsaTables()) {
    kernels::KernelTable table = isa.table;
    table.attention_bf16 = nullptr;  // Ice Lake does not have it
    CHECK(CheckAttentionPrecision(AttentionPrecision::kF32, table).ok());
    const Status status = CheckAttentionPrecision(AttentionPrecision::kBf16, table);
    CHECK(status.code() == StatusCode::kUnsupported);
    for (const char* text : {"avx512_vnni", "AVX512_BF16", "use f32 attention"}) {
      CHECK_MESSAGE(status.message().find(text) != std::string::npos, text);
    }
    const auto program = Compile(*ir::Parse(Bf16(PackedEncoder(kHeads))), table);
    CHECK(program.status().message() == status.message());
  }
}

TEST_CASE("the precision is f32 by default, and changes only attention ops") {
  const kernels::KernelTable* table = Bf16Kernels();
  if (table == nullptr) return;
  for (const auto& encoder : {PackedEncoder, DenseEncoder}) {
    std::string f32 = CompileText(encoder(kHeads), *table)->Print();
    const std::string bf16 = CompileText(Bf16(encoder(kHeads)), *table)->Print();
    const std::string name = table->attention_f32->name;
    const size_t at = f32.find(name);
    REQUIRE(at != std::string::npos);
    CHECK(bf16 == f32.replace(at, name.size(), table->attention_bf16->name));
  }
}

TEST_CASE("a head size that bfloat16 does not support has the bits of f32") {
  const kernels::KernelTable* table = Bf16Kernels();
  if (table == nullptr) return;
  const Tensors inputs = EncoderInputs(kLengths, 1);
  for (const std::string& text : {PackedEncoder(), DenseEncoder()}) {
    const auto program = CompileText(Bf16(text), *table);
    CHECK(program->Print().find("attention_f32") != std::string::npos);
    CHECK(SameBytes(RunProgram(program, inputs), RunText(text, inputs)));
  }
}

// sqrt(sum (a - b)^2 / sum b^2)
double RelativeRms(const ir::Tensor& a, const ir::Tensor& b) {
  double error = 0;
  double size = 0;
  for (int64_t i = 0; i < b.num_elements(); ++i) {
    const double want = b.as<float>()[i];
    error += (a.as<float>()[i] - want) * (a.as<float>()[i] - want);
    size += want * want;
  }
  return std::sqrt(error / size);
}

// The bound is on the output of attention: the int8 layers and the tanh after it magnify any error,
// since their random weights are of size 1. mrpc_bits_test.cc has bounds on logits. q and k are
// large here, and the error grows with the scores.
TEST_CASE("a program with bfloat16 attention is close to the same program in f32, not equal") {
  const kernels::KernelTable* table = Bf16Kernels();
  if (table == nullptr) return;
  const Tensors inputs = EncoderInputs(kLengths, 1);
  for (std::string text : {PackedEncoder(kHeads), DenseEncoder(kHeads)}) {
    const size_t result = text.find("return %y");
    REQUIRE(result != std::string::npos);
    text.replace(result, 9, "return %a");
    const Tensors f32 = RunText(text, inputs);
    const Tensors bf16 = RunProgram(CompileText(Bf16(text), *table), inputs);
    CHECK_FALSE(SameBytes(bf16, f32));
    const double error = RelativeRms(bf16[0], f32[0]);
    MESSAGE("relative rms error ", error);
    CHECK(error < 1e-2);
  }
}

TEST_CASE("bfloat16 attention does not depend on threads, blocks, padding or batch") {
  const kernels::KernelTable* table = Bf16Kernels();
  if (table == nullptr) return;
  const Tensors inputs = EncoderInputs(kLengths, 1);
  const Tensors expected = RunProgram(CompileText(Bf16(PackedEncoder(kHeads)), *table), inputs);
  for (const std::string& text : {PackedEncoder(kHeads), DenseEncoder(kHeads)}) {
    for (const int64_t block_rows : {1, 16, 64}) {
      const auto program = CompileText(Bf16(text), *table, {.block_rows = block_rows});
      for (const int threads : {1, 2, 3}) {
        CAPTURE(block_rows);
        CAPTURE(threads);
        CHECK(SameBytes(RunProgram(program, inputs, threads), expected));
      }
    }
    const auto program = CompileText(Bf16(text), *table);
    CheckSentencesAlone(program, inputs, kLengths, expected);
  }
}

}  // namespace
}  // namespace octet::runtime
