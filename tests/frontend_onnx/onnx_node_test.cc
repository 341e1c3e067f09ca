// The ONNX project's own single-operator tests, from Debian's libonnx-testdata (ONNX 1.12, opset 17
// and below), compared by the official rule: same shape and type, |a - b| <= 1e-7 + 1e-3 * |b|.
//
// onnx_node_manifest.txt says what happens to every test of an operator that octet knows:
//   pass NAME          the model runs as it is
//   const NAME         it runs if its integer and bool inputs are made constants: octet needs to
//                      know shapes at import, and these tests pass them as inputs
//   skip NAME REASON   it does not run, or its output differs
// The test fails if the kind of a row is wrong, and if a test that has only operators that octet
// knows does not have a row. With OCTET_UPDATE_MANIFEST set it writes the file first.
#include <doctest/doctest.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "frontend_onnx/converters.h"
#include "frontend_onnx/importer.h"
#include "frontend_onnx/tensor_file.h"
#include "runtime/compile.h"
#include "runtime/select_kernels.h"
#include "runtime/session.h"
#include "tests/frontend_onnx/export_check.h"

namespace octet::frontend_onnx {
namespace {

constexpr const char* kData = "/usr/share/libonnx-testdata/data/node";
constexpr const char* kManifest = "tests/frontend_onnx/onnx_node_manifest.txt";

// "pass", "const", or "skip" with a reason; "unknown operator" for tests that need no row.
struct Verdict {
  std::string kind;
  std::string reason;
};

template <typename T>
bool Near(const ir::TensorView& actual, const ir::TensorView& expected) {
  for (int64_t i = 0; i < expected.num_elements(); ++i) {
    const auto a = static_cast<double>(actual.as<T>()[i]);
    const auto b = static_cast<double>(expected.as<T>()[i]);
    const bool same = a == b || (std::isnan(a) && std::isnan(b));
    if (!same && !(std::abs(a - b) <= 1e-7 + 1e-3 * std::abs(b))) return false;
  }
  return true;
}

bool Equal(const ir::TensorView& actual, const ir::TensorView& expected) {
  if (actual.dtype != expected.dtype || actual.dims != expected.dims) return false;
  if (actual.dtype == ir::DType::kF32) return Near<float>(actual, expected);
  if (actual.dtype == ir::DType::kF64) return Near<double>(actual, expected);
  const size_t size = static_cast<size_t>(expected.num_elements()) * ir::DTypeSize(expected.dtype);
  return size == 0 || std::memcmp(actual.data, expected.data, size) == 0;
}

std::string ReadBytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The model with its integer and bool inputs given as initializers, which octet takes as constants.
std::string FreezeIntegers(const std::string& folder, std::set<std::string>* frozen) {
  onnx::ModelProto model;
  model.ParseFromString(ReadBytes(folder + "/model.onnx"));
  for (int i = 0; i < model.graph().input_size(); ++i) {
    onnx::TensorProto tensor;
    const std::string path = folder + "/test_data_set_0/input_" + std::to_string(i) + ".pb";
    if (!tensor.ParseFromString(ReadBytes(path))) continue;
    if (tensor.data_type() != onnx::TensorProto::INT64 &&
        tensor.data_type() != onnx::TensorProto::INT32 &&
        tensor.data_type() != onnx::TensorProto::BOOL) {
      continue;
    }
    tensor.set_name(model.graph().input(i).name());
    frozen->insert(tensor.name());
    *model.mutable_graph()->add_initializer() = tensor;
  }
  return model.SerializeAsString();
}

// Runs the model on the data set. Returns the reason why it fails, or "".
std::string Run(const ir::Module& module, const std::string& folder,
                const std::set<std::string>& frozen) {
  onnx::ModelProto model;
  model.ParseFromString(ReadBytes(folder + "/model.onnx"));
  const std::string data = folder + "/test_data_set_0/";
  std::vector<ir::Tensor> tensors;
  std::vector<runtime::NamedTensor> inputs;
  for (int i = 0; i < model.graph().input_size(); ++i) {
    const std::string& name = model.graph().input(i).name();
    if (frozen.contains(name)) continue;
    const auto tensor = ReadTensorFile(data + "input_" + std::to_string(i) + ".pb");
    if (!tensor.ok()) return tensor.status().message();
    tensors.push_back(*tensor);
    inputs.push_back({name, tensors.back().view()});
  }
  const auto kernels = runtime::SelectKernels();
  const auto program = runtime::Compile(module.Clone(), kernels->table);
  if (!program.ok()) return program.status().message();
  runtime::Session session(*program, *runtime::ThreadPool::Create(1));
  const auto outputs = session.RunNamed(inputs);
  if (!outputs.ok()) return outputs.status().message();
  for (size_t i = 0; i < outputs->size(); ++i) {
    const auto expected = ReadTensorFile(data + "output_" + std::to_string(i) + ".pb");
    if (!expected.ok()) return expected.status().message();
    if (!Equal((*outputs)[i], expected->view())) return "output differs";
  }
  return "";
}

bool HasUnknownOperator(const std::string& folder) {
  onnx::ModelProto model;
  model.ParseFromString(ReadBytes(folder + "/model.onnx"));
  return std::ranges::any_of(model.graph().node(), [](const onnx::NodeProto& node) {
    return FindOnnxOp(node.domain(), node.op_type()) == nullptr;
  });
}

Verdict Try(const std::string& folder) {
  if (HasUnknownOperator(folder)) return {"unknown operator", ""};
  std::set<std::string> frozen;
  Result<ir::Module> module = ImportFile(folder + "/model.onnx");
  if (module.ok()) {
    const std::string reason = Run(*module, folder, frozen);
    if (reason.empty()) return {"pass", ""};
  }
  const std::string bytes = FreezeIntegers(folder, &frozen);
  module = ImportBytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
  if (!module.ok()) return {"skip", module.status().message()};
  const std::string reason = Run(*module, folder, frozen);
  if (!reason.empty()) return {"skip", reason};
  return {"const", ""};
}

std::map<std::string, Verdict> ReadManifest() {
  std::map<std::string, Verdict> rows;
  std::ifstream file(kManifest);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    words >> kind >> name;
    if (kind.empty() || kind[0] == '#') continue;
    rows[name].kind = kind;
    std::getline(words >> std::ws, rows[name].reason);
  }
  return rows;
}

TEST_CASE("the single-operator tests of ONNX") {
  if (!std::filesystem::exists(kData)) {
    MESSAGE("skipped: libonnx-testdata is not installed");
    return;
  }
  std::map<std::string, Verdict> actual;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) {
    const Verdict verdict = Try(entry.path().string());
    if (verdict.kind == "unknown operator") continue;
    actual[entry.path().filename().string()] = verdict;
  }
  if (std::getenv("OCTET_UPDATE_MANIFEST") != nullptr) {
    std::ofstream file(kManifest);
    file << "# What octet does with ONNX's single-operator tests; see onnx_node_test.cc.\n";
    for (const auto& [name, verdict] : actual) {
      file << verdict.kind << ' ' << name << (verdict.reason.empty() ? "" : " ") << verdict.reason
           << '\n';
    }
  }
  const std::map<std::string, Verdict> manifest = ReadManifest();
  std::map<std::string, int> counts;
  for (const auto& result : actual) {
    CAPTURE(result.first);
    CAPTURE(result.second.reason);
    const auto row = manifest.find(result.first);
    REQUIRE_MESSAGE(row != manifest.end(), "no row in the manifest");
    CHECK(row->second.kind == result.second.kind);
    ++counts[result.second.kind];
  }
  CHECK(manifest.size() == actual.size());
  MESSAGE("pass " << counts["pass"] << ", const " << counts["const"] << ", skip "
                  << counts["skip"]);
}

}  // namespace
}  // namespace octet::frontend_onnx
