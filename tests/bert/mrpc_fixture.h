// Runs the bundled model on the MRPC dev set, inside the test program.
#ifndef OCTET_TESTS_BERT_MRPC_FIXTURE_H_
#define OCTET_TESTS_BERT_MRPC_FIXTURE_H_

#include <memory>
#include <optional>
#include <vector>

#include "bert/evaluate.h"
#include "runtime/select_kernels.h"

namespace octet::bert {

struct MrpcSetting {
  Precision precision = Precision::kInt8;
  std::optional<runtime::Isa> isa = std::nullopt;
  int threads = 1;
  int64_t batch_size = 8;
  int64_t rows = 408;
};

// The bundled data, read once.
const GlueData& MrpcData();

// The bundled model, compiled.
std::shared_ptr<const Encoder> MrpcEncoder(
    Precision precision, std::optional<runtime::Isa> isa = std::nullopt,
    std::string_view preset = "per_token_dynamic_qconfig",
    runtime::AttentionPrecision attention = runtime::AttentionPrecision::kF32);

// Runs the first rows; fails the test on an error.
EvalRun RunMrpc(const MrpcSetting& setting);
EvalRun RunMrpc(const std::shared_ptr<const Encoder>& encoder, const MrpcSetting& setting);

// Whether the logits of the rows that both runs have are the same, bit for bit.
bool SameLogits(const EvalRun& a, const EvalRun& b);

// The ISAs of this CPU between the reference and the best one. Prints the ISAs that the CPU does
// not have.
std::vector<runtime::Isa> LowerIsas();

}  // namespace octet::bert

#endif  // OCTET_TESTS_BERT_MRPC_FIXTURE_H_
