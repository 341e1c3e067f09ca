// A sentence's logits must have the same bits for every ISA, thread count and batch.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>

#include "tests/bert/mrpc_fixture.h"

namespace octet::bert {
namespace {

// The scalar reference is slow, above all in FP32, where each FMA is a function call.
constexpr int64_t kReferenceRows = 32;

void CheckSameBits(Precision precision) {
  const auto best = MrpcEncoder(precision);
  const EvalRun expected = RunMrpc(best, {.threads = 2, .batch_size = 32});
  for (const int64_t batch_size : {1, 8}) {
    CAPTURE(batch_size);
    CHECK(SameLogits(expected, RunMrpc(best, {.threads = 2, .batch_size = batch_size})));
  }
  CHECK(SameLogits(expected, RunMrpc(best, {.threads = 1, .batch_size = 32})));
  for (const runtime::Isa isa : LowerIsas()) {
    CAPTURE(kernels::IsaName(isa));
    CHECK(SameLogits(expected, RunMrpc(MrpcEncoder(precision, isa), {.threads = 2})));
  }
  const auto reference = MrpcEncoder(precision, runtime::Isa::kReference);
  CHECK(SameLogits(expected,
                   RunMrpc(reference, {.threads = 2, .batch_size = 1, .rows = kReferenceRows})));
}

TEST_CASE("INT8 logits have the same bits for every ISA, thread count and batch size") {
  CheckSameBits(Precision::kInt8);
}

TEST_CASE("FP32 logits have the same bits for every ISA, thread count and batch size") {
  CheckSameBits(Precision::kFp32);
}

TEST_CASE("bfloat16 attention has the same bits for any thread count, batch size and debug mode") {
  if (!kernels::CpuHasIsa(kernels::Isa::kAvx512Bf16)) {
    std::printf("SKIPPED: this CPU has no AVX512_BF16\n");
    return;
  }
  constexpr int64_t kRows = 64;
  const auto engine = [](Precision precision) {
    return MrpcEncoder(precision, {}, "per_token_dynamic_qconfig",
                       runtime::AttentionPrecision::kBf16);
  };
  const auto int8 = engine(Precision::kInt8);
  const EvalRun expected = RunMrpc(int8, {.threads = 2, .batch_size = 32, .rows = kRows});
  CHECK(SameLogits(expected, RunMrpc(int8, {.threads = 1, .batch_size = 32, .rows = kRows})));
  for (const int64_t batch_size : {1, 8}) {
    CAPTURE(batch_size);
    CHECK(SameLogits(expected,
                     RunMrpc(int8, {.threads = 2, .batch_size = batch_size, .rows = kRows})));
  }
  CHECK(SameLogits(expected, RunMrpc(engine(Precision::kDebug), {.threads = 2, .rows = kRows})));
  CHECK_FALSE(SameLogits(expected, RunMrpc({.rows = kRows})));
}

TEST_CASE("bfloat16 attention changes the logits little") {
  if (!kernels::CpuHasIsa(kernels::Isa::kAvx512Bf16)) return;
  constexpr int64_t kRows = 64;
  const auto difference = [&](Precision precision) {
    const auto bf16 =
        MrpcEncoder(precision, {}, "per_token_dynamic_qconfig", runtime::AttentionPrecision::kBf16);
    return Compare(RunMrpc(bf16, {.rows = kRows}),
                   RunMrpc({.precision = precision, .rows = kRows}));
  };
  const EvalDifference fp32 = difference(Precision::kFp32);
  MESSAGE("FP32: mean ", fp32.mean_abs_logit, ", largest ", fp32.max_abs_logit);
  CHECK(fp32.mean_abs_logit < 0.01);
  CHECK(fp32.max_abs_logit < 0.1);
  const EvalDifference int8 = difference(Precision::kInt8);
  MESSAGE("INT8: mean ", int8.mean_abs_logit, ", largest ", int8.max_abs_logit);
  CHECK(int8.mean_abs_logit < 0.1);
}

TEST_CASE("a sentence's logits do not depend on padding or on the rest of the batch") {
  const auto encoder = MrpcEncoder(Precision::kInt8);
  const std::vector<GlueExample>& examples = MrpcData().examples;
  auto pool = runtime::ThreadPool::Create(2);
  REQUIRE(pool.ok());
  runtime::Session session(encoder->engine.program, *pool);
  std::vector<text::Encoding> encodings;
  for (size_t i = 0; i < 5; ++i) {
    auto encoding = encoder->text->tokenizer->Encode(examples[i].text_a, examples[i].text_b, 128);
    REQUIRE(encoding.ok());
    encodings.push_back(*std::move(encoding));
  }
  const std::vector<InputSpec> inputs = {{InputRole::kInputIds, ir::DType::kI64},
                                         {InputRole::kAttentionMask, ir::DType::kI64},
                                         {InputRole::kTokenTypeIds, ir::DType::kI64}};
  const auto logits = [&](std::span<const text::Encoding> texts, int64_t min_length) {
    Batch batch;
    batch.Fill(texts, inputs, 0, min_length);
    const auto outputs = session.Run(batch.views());
    REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
    const auto* values = (*outputs)[0].as<float>();
    return std::vector<float>(values, values + (*outputs)[0].num_elements());
  };
  const std::vector<float> together = logits(encodings, 0);
  for (size_t i = 0; i < encodings.size(); ++i) {
    for (const int64_t min_length : {0, 128, 512}) {
      CAPTURE(i);
      CAPTURE(min_length);
      const std::vector<float> alone = logits({&encodings[i], 1}, min_length);
      CHECK(std::equal(alone.begin(), alone.end(), together.begin() + 2 * static_cast<long>(i)));
    }
  }
}

}  // namespace
}  // namespace octet::bert
