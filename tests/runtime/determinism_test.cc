// The same bytes on every instruction set, for every number of threads and every row block; and a
// sentence's result does not depend on its batch.
#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

const std::vector<int64_t> kLengths = {5, 17, 1, 9, 30, 12, 3};

TEST_CASE("every instruction set and number of threads gives the same bytes") {
  const Tensors inputs = EncoderInputs(kLengths, 1);
  for (const std::string& text : {PackedEncoder(), DenseEncoder()}) {
    const Tensors expected = RunText(text, inputs);
    for (const kernels::IsaTable& isa : kernels::IsaTables()) {
      for (const int64_t row_block : {1, 16, 64}) {
        const auto program = CompileText(text, isa.table, {.block_rows = row_block});
        for (const int threads : {1, 2, 3}) {
          CAPTURE(isa.name);
          CAPTURE(row_block);
          CAPTURE(threads);
          CHECK(SameBytes(RunProgram(program, inputs, threads), expected));
        }
      }
    }
  }
}

TEST_CASE("removing the padding does not change a byte") {
  const Tensors inputs = EncoderInputs(kLengths, 1);
  CHECK(SameBytes(RunText(PackedEncoder(), inputs), RunText(DenseEncoder(), inputs)));
}

TEST_CASE("a sentence alone gives the same bytes as in a batch") {
  const Tensors inputs = EncoderInputs(kLengths, 1);
  const auto& table = kernels::IsaTables().back().table;
  for (const std::string& text : {PackedEncoder(), DenseEncoder()}) {
    const auto program = CompileText(text, table);
    const Tensors batch = RunProgram(program, inputs);
    CheckSentencesAlone(program, inputs, kLengths, batch);
  }
}

TEST_CASE("rounding and denormal modes of the caller change nothing, and are restored") {
  const Tensors inputs = EncoderInputs(kLengths, 1);
  const auto program = CompileText(PackedEncoder(), kernels::IsaTables().back().table);
  const Tensors expected = RunProgram(program, inputs);
  const unsigned saved = __builtin_ia32_stmxcsr();
  constexpr unsigned kRoundUpFlushDenormals = 0x1F80 | 0x4000 | 0x8000 | 0x0040;
  for (const int threads : {1, 3}) {
    __builtin_ia32_ldmxcsr(kRoundUpFlushDenormals);
    const Tensors y = RunProgram(program, inputs, threads);
    const unsigned after = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved);
    CHECK(SameBytes(y, expected));
    CHECK((after & ~0x3Fu) == kRoundUpFlushDenormals);
  }
}

}  // namespace
}  // namespace octet::runtime
