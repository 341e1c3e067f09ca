// Models from public reports (tests/data/cases), and small exports of many families by current
// exporters (tests/data/modern_exports): FP32 gives the right outputs, both on generic ops and
// optimized, and int8 is close.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <string>

#include "bert/pipelines.h"
#include "frontend_onnx/importer.h"
#include "kernels/kernel_table.h"
#include "quant/quantize_dynamic.h"
#include "quant/report.h"
#include "tests/bert/temp_folder.h"
#include "tests/frontend_onnx/export_check.h"

namespace octet::bert {
namespace {

using frontend_onnx::CheckDataSets;
using frontend_onnx::DataSet;
using frontend_onnx::LoadDataSets;
using frontend_onnx::RunDataSets;

constexpr double kTolerance = 1e-4;

const std::string kCases = "tests/data/cases/";

ir::Module Import(const std::string& file) {
  auto module = frontend_onnx::ImportFile(file);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

ir::Module LowerOk(const ir::Module& imported, Precision precision,
                   PipelineReport* report = nullptr) {
  ir::Module module = imported.Clone();
  PipelineOptions options;
  options.precision = precision;
  options.qconfig = {{"", quant::DefaultQConfig()}};
  const Status status = Lower(&module, options, report);
  REQUIRE_MESSAGE(status.ok(), status.ToString());
  return module;
}

int Count(const ir::Module& module, ir::OpKind kind) {
  return static_cast<int>(
      std::ranges::count_if(module.ops(), [&](const auto& op) { return op->kind() == kind; }));
}

// The largest error of an int8 output, divided by the largest number in that output.
double Int8Error(const ir::Module& imported, const std::string& folder) {
  const std::vector<DataSet> sets = LoadDataSets(folder);
  const auto outputs = RunDataSets(LowerOk(imported, Precision::kInt8), sets);
  double error = 0;
  for (size_t i = 0; i < sets.size(); ++i) {
    for (size_t j = 0; j < sets[i].outputs.size(); ++j) {
      const ir::Tensor& expected = sets[i].outputs[j];
      REQUIRE(outputs[i][j].dims() == expected.dims());
      double largest = 0;
      double difference = 0;
      for (int64_t k = 0; k < expected.num_elements(); ++k) {
        const auto y = static_cast<double>(expected.as<float>()[k]);
        const double d = std::abs(static_cast<double>(outputs[i][j].as<float>()[k]) - y);
        REQUIRE(std::isfinite(d));
        largest = std::max(largest, std::abs(y));
        difference = std::max(difference, d);
      }
      error = std::max(error, difference / largest);
    }
  }
  return error;
}

// Checks FP32 on generic ops and optimized. Returns the error of int8.
double Check(const ir::Module& imported, const std::string& folder) {
  CheckDataSets(imported, folder, kTolerance);
  CheckDataSets(LowerOk(imported, Precision::kFp32), folder, kTolerance);
  return Int8Error(imported, folder);
}

TEST_CASE("cases from public reports") {
  for (const char* name : {"bert_without_token_types", "mean_pooling_in_the_graph",
                           "opset_imported_twice", "sdpa_behind_a_nan_guard"}) {
    CAPTURE(name);
    const std::string folder = kCases + name;
    CHECK(Check(Import(folder + "/model.onnx"), folder) < 0.1);
  }
}

TEST_CASE("external data behind symbolic links, as in the hub's cache") {
  namespace fs = std::filesystem;
  const std::string folder = kCases + "hub_cache_symlinks";
  const TempFolder cache;
  fs::copy(folder + "/blobs", cache.Path("blobs"));
  fs::create_directories(cache.Path("snapshots/0123abcd"));
  fs::create_symlink("../../blobs/1111", cache.Path("snapshots/0123abcd/model.onnx"));
  fs::create_symlink("../../blobs/2222", cache.Path("snapshots/0123abcd/model.onnx_data"));
  CHECK(Check(Import(cache.Path("snapshots/0123abcd/model.onnx")), folder) < 0.1);
}

TEST_CASE("a query that sees nothing gets 0, in FP32 and int8") {
  const std::string folder = kCases + "bool_mask_hides_a_whole_row";
  const ir::Module imported = Import(folder + "/model.onnx");
  CHECK(Check(imported, folder) < 0.1);
  // Although a query sees nothing, the attention is fused.
  CHECK(Count(LowerOk(imported, Precision::kFp32), ir::OpKind::kAttention) > 0);
}

TEST_CASE("a linear with too many inputs stays in float, and the report says why") {
  static_assert(quant::kMaxQuantizedInputs == kernels::kGemmU8S8MaxK);
  const std::string folder = kCases + "head_over_the_whole_sequence";
  const ir::Module imported = Import(folder + "/model.onnx");
  CHECK(Check(imported, folder) < 0.02);
  const auto report = quant::ReportLinears(LowerOk(imported, Precision::kInt8));
  REQUIRE(report.ok());
  REQUIRE(report->size() == 1);
  CHECK((*report)[0].precision == quant::Precision::kFp32);
  CHECK((*report)[0].reason == "more than 32768 inputs");
}

TEST_CASE("attention with a NaN guard and a mask of positions is fused, and padding is left out") {
  const ir::Module fp32 =
      LowerOk(Import(kCases + "sdpa_behind_a_nan_guard/model.onnx"), Precision::kFp32);
  CHECK(Count(fp32, ir::OpKind::kRaggedAttention) == 1);
  CHECK(Count(fp32, ir::OpKind::kSoftmax) == 0);
}

TEST_CASE("exports of many families") {
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/modern_exports")) {
    if (entry.is_directory()) folders.insert(entry.path().string());
  }
  CHECK(folders.size() >= 8);
  for (const std::string& folder : folders) {
    CAPTURE(folder);
    CHECK(Check(Import(folder + "/model.onnx"), folder) < 0.1);
  }
}

}  // namespace
}  // namespace octet::bert
