// Hashes of the logits of commit 96b3298: a change of the engine's structure must not change one
// bit of its results, in any precision, on any instruction set.
#include <doctest/doctest.h>

#include <string>

#include "bert/synthetic.h"
#include "runtime/session.h"
#include "tests/bert/mrpc_fixture.h"

namespace octet::bert {
namespace {

// FNV-1a over the bytes of the floats (http://www.isthe.com/chongo/tech/comp/fnv/).
uint64_t Hash(std::span<const float> logits) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::byte byte : std::as_bytes(logits)) {
    hash ^= static_cast<uint64_t>(byte);
    hash *= 0x100000001b3;
  }
  return hash;
}

struct Golden {
  Precision precision;
  uint64_t first_rows;  // of the first kFirstRows rows of MRPC
  uint64_t all_rows;    // of all rows
  uint64_t bert_base;   // of two made-up sentences
};

constexpr int64_t kAllRows = 408;
constexpr int64_t kFirstRows = 32;
constexpr int64_t kLabels = 2;

constexpr Golden kGoldens[] = {
    {Precision::kFp32, 0x913378bf5f6ce989, 0x5ddb098ab898af83, 0x476be2572b81d35f},
    {Precision::kInt8, 0x8d4606b640d3faf2, 0x052abc86a944443b, 0x274184e03dfbeadd},
    {Precision::kDebug, 0x8d4606b640d3faf2, 0x052abc86a944443b, 0x274184e03dfbeadd},
};

// All instruction sets of this CPU except the reference.
std::vector<runtime::Isa> FastIsas() {
  std::vector<runtime::Isa> isas = LowerIsas();
  isas.push_back(kernels::DetectIsa());
  return isas;
}

// Two sentences of 5 and 3 tokens through bert-base with random weights.
std::vector<float> BertBaseLogits(Precision precision, runtime::Isa isa) {
  const auto architecture = FindArchitecture("bert-base");
  REQUIRE(architecture.ok());
  auto module = MakeSyntheticModule(*architecture);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  EngineOptions options;
  options.pipeline.precision = precision;
  options.isa = isa;
  const auto engine = BuildEngine(*std::move(module), options);
  REQUIRE_MESSAGE(engine.ok(), engine.status().ToString());
  auto pool = runtime::ThreadPool::Create(2);
  REQUIRE(pool.ok());
  runtime::Session session(engine->program, *pool);
  const std::vector<int64_t> ids = {101, 2023, 2003, 1037, 102, 101, 7592, 102, 0, 0};
  const std::vector<int64_t> mask = {1, 1, 1, 1, 1, 1, 1, 1, 0, 0};
  const std::vector<int64_t> types = {0, 0, 0, 1, 1, 0, 0, 0, 0, 0};
  const std::vector<int64_t> dims = {2, 5};
  const ir::TensorView views[] = {{ir::DType::kI64, dims, ids.data()},
                                  {ir::DType::kI64, dims, mask.data()},
                                  {ir::DType::kI64, dims, types.data()}};
  const auto outputs = session.Run(views);
  REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
  const auto* values = (*outputs)[0].as<float>();
  return std::vector<float>(values, values + (*outputs)[0].num_elements());
}

TEST_CASE("logits of MRPC are those of commit 96b3298") {
  // mrpc_bits_test compares all instruction sets on all rows.
  for (const Golden& golden : kGoldens) {
    CAPTURE(PrecisionName(golden.precision));
    for (const runtime::Isa isa : FastIsas()) {
      CAPTURE(std::string(kernels::IsaName(isa)));
      const bool best = isa == kernels::DetectIsa();
      const MrpcSetting setting = {.threads = 2, .rows = best ? kAllRows : kFirstRows};
      const EvalRun run = RunMrpc(MrpcEncoder(golden.precision, isa), setting);
      CHECK(Hash(std::span(run.logits).first(kFirstRows * kLabels)) == golden.first_rows);
      if (best) CHECK(Hash(run.logits) == golden.all_rows);
    }
  }
}

TEST_CASE("logits of BERT-base are those of commit 96b3298, on every instruction set") {
  for (const Golden& golden : kGoldens) {
    CAPTURE(PrecisionName(golden.precision));
    std::vector<runtime::Isa> isas = FastIsas();
    isas.push_back(runtime::Isa::kReference);
    for (const runtime::Isa isa : isas) {
      CAPTURE(std::string(kernels::IsaName(isa)));
      CHECK(Hash(BertBaseLogits(golden.precision, isa)) == golden.bert_base);
    }
  }
}

}  // namespace
}  // namespace octet::bert
