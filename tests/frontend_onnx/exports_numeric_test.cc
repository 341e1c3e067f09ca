// Models that real exporters wrote give PyTorch's outputs on the generic ops of the import stage.
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>

#include "frontend_onnx/importer.h"
#include "tests/frontend_onnx/export_check.h"

namespace octet::frontend_onnx {
namespace {

TEST_CASE("every exported model reproduces PyTorch's outputs without any fusion") {
  std::set<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/tiny_exports")) {
    if (entry.is_directory()) folders.insert(entry.path().string());
  }
  CHECK(folders.size() == 22);
  for (const std::string& folder : folders) {
    CAPTURE(folder);
    const auto module = ImportFile(folder + "/model.onnx");
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    CheckDataSets(*module, folder, 1e-4);
  }
}

}  // namespace
}  // namespace octet::frontend_onnx
