// Models whose sizes are expressions give ONNX Runtime's outputs, unfused and optimized, and
// quantized within the error of int8.
#include <doctest/doctest.h>

#include <string>

#include "bert/pipelines.h"
#include "frontend_onnx/importer.h"
#include "tests/frontend_onnx/export_check.h"

namespace octet::bert {
namespace {

TEST_CASE("models whose sizes are expressions") {
  for (const std::string name :
       {"class_token_before_the_sequence", "slice_with_fixed_end", "two_texts_two_lengths",
        "squeeze_without_axes", "dims_of_minus_one"}) {
    const std::string folder = "tests/data/dims/" + name;
    CAPTURE(folder);
    const auto imported = frontend_onnx::ImportFile(folder + "/model.onnx");
    REQUIRE_MESSAGE(imported.ok(), imported.status().ToString());
    frontend_onnx::CheckDataSets(*imported, folder, 1e-4);
    for (const Precision precision : {Precision::kFp32, Precision::kInt8}) {
      ir::Module module = imported->Clone();
      PipelineOptions options;
      options.precision = precision;
      const Status status = Lower(&module, options);
      REQUIRE_MESSAGE(status.ok(), status.ToString());
      frontend_onnx::CheckDataSets(module, folder, precision == Precision::kFp32 ? 1e-4 : 5e-2);
    }
  }
}

}  // namespace
}  // namespace octet::bert
