// Files that are not models, or are too large, or have false lengths.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/bert/temp_folder.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary
using bert::TempFolder;

std::string ReluModel() {
  return ModelOfX().Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}).Build();
}

int64_t PeakKilobytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST_CASE("the model that the cases below damage can be imported") {
  const auto module = ImportString(ReluModel());
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->ops().size() == 1);
}

TEST_CASE("an empty file") { CheckImportError("", StatusCode::kInvalidModel, {"empty"}); }

TEST_CASE("a model cut anywhere is refused, and the message says how long the file is") {
  const std::string file = ReluModel();
  for (size_t size = 0; size < file.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(ImportString(file.substr(0, size)).ok());
  }
  CheckImportError(file.substr(0, file.size() - 9), StatusCode::kInvalidModel,
                   {"truncated", std::to_string(file.size() - 9) + " bytes"});
}

TEST_CASE("random bytes") {
  constexpr uint32_t kSeed = 20261123;
  MESSAGE("seed " << kSeed);
  std::mt19937 random(kSeed);
  for (int round = 0; round < 200; ++round) {
    std::string file(4096, '\0');
    for (char& c : file) c = static_cast<char>(random());
    const auto module = ImportString(file);
    REQUIRE_FALSE(module.ok());
    CHECK(StatusCodeName(module.status().code()) == "InvalidModel");
  }
}

TEST_CASE("a model with changed bytes is refused or imported, and nothing crashes") {
  constexpr uint32_t kSeed = 7;
  MESSAGE("seed " << kSeed);
  std::mt19937 random(kSeed);
  const std::string file = ReluModel();
  int refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string broken = file;
    for (int i = 0; i < 3; ++i) broken[random() % broken.size()] = static_cast<char>(random());
    refused += ImportString(broken).ok() ? 0 : 1;
  }
  CHECK(refused > 1000);
}

TEST_CASE("the error for a file of another format names the format") {
  using std::string_literals::operator""s;
  const std::pair<std::string, std::string_view> kFiles[] = {
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 438000000\n", "git-lfs"},
      {"<!DOCTYPE html>\n<html></html>", "HTML"},
      {"{\"architectures\": [\"BertModel\"]}", "JSON"},
      {"PK\x03\x04\x14\x00\x00\x00"s, "zip"},
      {"\x40\x00\x00\x00\x00\x00\x00\x00{\"weight\":{}}"s, "safetensors"},
      {"GGUF\x03\x00\x00\x00"s, "GGUF"},
      {"ORTM\x00\x00"s, "ONNX Runtime"},
      {"\x1f\x8b\x08\x00"s, "gzip"},
      {"\x93NUMPY\x01\x00"s, "NumPy"},
      {"\x89HDF\r\n"s, "HDF5"},
      {"\x80\x02}q\x00"s, "pickle"},
      {"%PDF-1.7\n", "PDF"},
  };
  for (const auto& [file, name] : kFiles) CheckImportError(file, StatusCode::kInvalidModel, {name});
}

TEST_CASE("another protobuf message is not a model") {
  CheckImportError(ProtoWriter().Bytes(1, "tensor").bytes, StatusCode::kInvalidModel, {"no graph"});
}

TEST_CASE("ten megabytes of empty entries are refused quickly and without memory") {
  const std::string entry("\x0A\x00", 2);        // GraphProto.node, empty
  const std::string initializer("\x2A\x00", 2);  // GraphProto.initializer, empty
  const std::string value_info("\x5A\x00", 2);   // GraphProto.input, empty
  for (const std::string& field : {entry, initializer, value_info}) {
    std::string graph;
    for (int i = 0; i < 5'000'000; ++i) graph += field;
    ProtoWriter file;
    file.Varint(1, 8).Message(8, ProtoWriter().Varint(2, 17)).Bytes(7, graph);
    const int64_t memory = PeakKilobytes();
    const auto start = std::chrono::steady_clock::now();
    CheckImportError(file.bytes, StatusCode::kResourceLimit, {"more than"});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    CHECK(PeakKilobytes() - memory < 50'000);
    CHECK(seconds.count() < 2.0);  // a few milliseconds; sanitizers and busy machines are slower
  }
}

TEST_CASE("empty entries inside one node are counted too") {
  std::string node;
  for (int i = 0; i < 2'000'000; ++i) node += std::string("\x0A\x00", 2);  // NodeProto.input
  CheckImportError(ModelOfX().GraphField(1, node).Build(), StatusCode::kResourceLimit,
                   {"entries in nodes"});
}

TEST_CASE("deep nesting does not overflow the stack") {
  ProtoWriter graph;
  graph.Message(1, NodeProto({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}));
  for (int i = 0; i < 200; ++i) {
    ProtoWriter outer;
    outer.Message(1, NodeProto({.op_type = "If",
                                .inputs = {"x"},
                                .outputs = {"y"},
                                .attributes = {GraphAttribute("then_branch", graph)}}));
    graph = outer;
  }
  ProtoWriter file;
  file.Varint(1, 8).Message(8, ProtoWriter().Varint(2, 17)).Message(7, graph);
  CheckImportError(file.bytes, StatusCode::kResourceLimit, {"nested"});
}

TEST_CASE("a length that points beyond the end of the file") {
  std::string file = ReluModel();
  file += "\x3A\xFF\xFF\xFF\xFF\x0F";  // a field of 4 GiB
  CheckImportError(file, StatusCode::kInvalidModel, {"byte", "may be truncated"});
}

TEST_CASE("fields that octet does not know are skipped") {
  const std::string file = ModelOfX()
                               .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}})
                               .GraphField(999, "from the future")
                               .ModelField(998, "from the future")
                               .Build();
  CHECK(ImportString(file).ok());
}

TEST_CASE("two graphs") {
  CheckImportError(ReluModel() + ProtoWriter().Bytes(7, "").bytes, StatusCode::kInvalidModel,
                   {"two graphs"});
}

TEST_CASE("names that are not UTF-8 are escaped in messages") {
  const std::string file =
      ModelOfX()
          .Node({.op_type = "Rel\xFFu", .inputs = {"x"}, .outputs = {"y"}, .name = "\x1B[31mred"})
          .Build();
  CheckImportError(file, StatusCode::kUnsupported, {"Rel\\xFFu", "\\x1B[31mred"});
}

TEST_CASE("paths that are not readable files") {
  const TempFolder folder;
  const std::string fifo = folder.Path("fifo");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  CheckError(ImportFile(folder.Path("missing.onnx")).status(), StatusCode::kNotFound,
             {"missing.onnx", "no such file"});
  CheckError(ImportFile(folder.Path()).status(), StatusCode::kIo, {"is a directory"});
  CheckError(ImportFile(fifo).status(), StatusCode::kIo, {"fifo", "not a regular file"});
  CheckError(ImportFile("/dev/zero").status(), StatusCode::kIo, {"not a regular file"});
  const std::string secret = folder.Write("secret.onnx", ReluModel());
  REQUIRE(chmod(secret.c_str(), 0) == 0);
  if (geteuid() != 0) {  // root may read everything
    CheckError(ImportFile(secret).status(), StatusCode::kIo, {"cannot open"});
  }
}

TEST_CASE("a file above the limit is refused before it is read") {
  const TempFolder folder;
  const std::string path = folder.Write("big.onnx", "");
  std::filesystem::resize_file(path, (uint64_t{2} << 30) + 1);  // sparse
  CheckError(ImportFile(path).status(), StatusCode::kResourceLimit,
             {"big.onnx", "2147483649 bytes", "2147483647"});
  const std::string small = folder.Write("small.onnx", ReluModel());
  CheckError(ImportFile(small, {.max_file_bytes = 10}).status(), StatusCode::kResourceLimit,
             {"the limit is 10"});
  CheckError(ImportString(ReluModel(), {.max_file_bytes = 10}).status(), StatusCode::kResourceLimit,
             {"the limit is 10"});
}

TEST_CASE("a file is imported") {
  const TempFolder folder;
  const std::string path = folder.Write("relu.onnx", ReluModel());
  CHECK(ImportFile(path).ok());
}

}  // namespace
}  // namespace octet::frontend_onnx
