// The bundled model on all of MRPC dev: FP32 against PyTorch's logits, INT8 against FP32, and debug
// mode against INT8.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "tests/bert/mrpc_fixture.h"

namespace octet::bert {
namespace {

constexpr const char* kReference = "models/minilm_l6_mrpc/mrpc_dev_logits_pytorch_fp32.tsv";

struct ReferenceRow {
  int prediction;
  float logits[2];
};

std::vector<ReferenceRow> ReadReference() {
  std::ifstream file(kReference);
  std::string header;
  std::getline(file, header);
  std::vector<ReferenceRow> rows;
  int64_t index = 0;
  for (ReferenceRow row; file >> index >> row.prediction >> row.logits[0] >> row.logits[1];) {
    rows.push_back(row);
  }
  return rows;
}

TEST_CASE("FP32 gives PyTorch's logits, INT8 is near FP32, debug gives INT8's bits") {
  const EvalRun fp32 = RunMrpc({.precision = Precision::kFp32, .threads = 2, .batch_size = 32});
  const EvalRun int8 = RunMrpc({.precision = Precision::kInt8, .threads = 2, .batch_size = 32});
  const EvalRun debug = RunMrpc({.precision = Precision::kDebug, .threads = 2, .batch_size = 32});

  const std::vector<ReferenceRow> reference = ReadReference();
  REQUIRE(reference.size() == 408);
  REQUIRE(fp32.rows() == 408);
  for (size_t row = 0; row < reference.size(); ++row) {
    CAPTURE(row);
    for (const size_t label : {0, 1}) {
      CHECK(std::abs(fp32.logits[2 * row + label] - reference[row].logits[label]) <= 1e-3f);
    }
    CHECK(fp32.predictions[row] == reference[row].prediction);
  }
  const ConfusionCounts expected = {
      .true_positive = 256, .false_positive = 56, .true_negative = 73, .false_negative = 23};
  CHECK(fp32.confusion == expected);
  CHECK(fp32.tokens == 21723);

  const EvalDifference difference = Compare(fp32, int8);
  CHECK(std::abs(int8.confusion.F1() - fp32.confusion.F1()) <= 0.005);
  CHECK(difference.mean_abs_logit <= 0.04);
  CHECK(difference.max_abs_logit <= 1.0);
  CHECK(difference.max_abs_logit > 0.0);  // INT8 really ran
  CHECK(int8.weight_bytes < fp32.weight_bytes);

  CHECK(Compare(int8, debug).identical);
}

TEST_CASE("PyTorch's presets run, and debug gives the same bits") {
  for (const char* preset : {"per_channel_dynamic_qconfig", "default_dynamic_qconfig"}) {
    CAPTURE(preset);
    const MrpcSetting setting = {.threads = 2, .batch_size = 32, .rows = 64};
    const EvalRun fp32 = RunMrpc(MrpcEncoder(Precision::kFp32), setting);
    const EvalRun int8 = RunMrpc(MrpcEncoder(Precision::kInt8, std::nullopt, preset), setting);
    const EvalRun debug = RunMrpc(MrpcEncoder(Precision::kDebug, std::nullopt, preset), setting);
    CHECK(SameLogits(int8, debug));
    // They are coarser than octet's own scheme (0.033): one range for a whole batch, in 7 bits.
    const EvalDifference difference = Compare(fp32, int8);
    CHECK(difference.mean_abs_logit > 0.04);
    CHECK(difference.mean_abs_logit < 1.0);
    CHECK(difference.predictions <= 8);
  }
}

}  // namespace
}  // namespace octet::bert
