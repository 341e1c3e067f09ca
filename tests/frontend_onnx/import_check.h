// Imports models built in memory and checks the outcome.
#ifndef OCTET_TESTS_FRONTEND_ONNX_IMPORT_CHECK_H_
#define OCTET_TESTS_FRONTEND_ONNX_IMPORT_CHECK_H_

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "frontend_onnx/importer.h"
#include "tests/support/onnx_builder.h"

namespace octet::frontend_onnx {

inline Result<ir::Module> ImportString(const std::string& file, const ImportOptions& options = {}) {
  return ImportBytes(std::as_bytes(std::span(file.data(), file.size())), options);
}

// Checks the code of an error and that its text holds every fragment.
inline void CheckError(const Status& status, StatusCode code,
                       std::initializer_list<std::string_view> fragments) {
  CAPTURE(status.ToString());
  CHECK(StatusCodeName(status.code()) == StatusCodeName(code));
  for (const std::string_view fragment : fragments) {
    CAPTURE(fragment);
    CHECK(status.ToString().find(fragment) != std::string::npos);
  }
}

inline void CheckImportError(const std::string& file, StatusCode code,
                             std::initializer_list<std::string_view> fragments) {
  CheckError(ImportString(file).status(), code, fragments);
}

// A builder with input x: f32[batch,3] and output y.
inline testing::OnnxModelBuilder ModelOfX() {
  testing::OnnxModelBuilder model;
  model.Input("x", testing::kOnnxFloat, {"batch", 3}).Output("y");
  return model;
}

}  // namespace octet::frontend_onnx

#endif  // OCTET_TESTS_FRONTEND_ONNX_IMPORT_CHECK_H_
