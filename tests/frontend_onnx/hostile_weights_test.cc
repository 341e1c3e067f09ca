// Weights whose data do not fit their headers, and external data outside the model's folder.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/bert/temp_folder.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary
using bert::TempFolder;

// y = w
std::string ModelOf(const ProtoWriter& tensor, int data_type = kOnnxFloat) {
  return OnnxModelBuilder().Output("w", data_type).Initializer(tensor).Build();
}

// w is 4 floats in "weights.bin" unless the entries say otherwise.
std::string ExternalModel(const std::vector<std::pair<std::string, std::string>>& entries) {
  return ModelOf(ExternalTensor("w", {4}, entries));
}

const std::string kFourFloats(16, '\1');

TEST_CASE("the size of raw_data") {
  const std::string floats(24, '\0');
  CHECK(ImportString(ModelOf(RawTensor("w", kOnnxFloat, {2, 3}, floats))).ok());
  CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, {2, 3}, floats.substr(4))),
                   StatusCode::kInvalidModel, {"tensor 'w'", "has 20 bytes", "[2,3]", "needs 24"});
  CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, {2, 3}, floats + "1234")),
                   StatusCode::kInvalidModel, {"has 28 bytes", "needs 24"});
}

TEST_CASE("dimensions that overflow") {
  const int64_t huge = int64_t{1} << 62;
  for (const std::vector<int64_t>& dims :
       {std::vector<int64_t>{huge, 4}, {huge + 2}, {-1}, {int64_t{1} << 31}}) {
    CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, dims, "12345678")),
                     StatusCode::kInvalidModel, {"tensor 'w'", "dimension"});
  }
  const int64_t max = (int64_t{1} << 31) - 1;
  CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, {max, max, max}, "12345678")),
                   StatusCode::kResourceLimit, {"tensor 'w'"});
  CheckImportError(ModelOf(RawTensor("w", kOnnxInt8, {max, max}, "12345678")),
                   StatusCode::kInvalidModel, {"has 8 bytes"});
  CHECK(ImportString(ModelOf(RawTensor("w", kOnnxFloat, {0}, ""))).ok());
  CHECK(ImportString(ModelOf(RawTensor("w", kOnnxFloat, {1024, 0, 1024}, ""))).ok());
  CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, {1024, 0, 1025}, "")),
                   StatusCode::kResourceLimit, {"tensor 'w'", "[1024,0,1025]"});
  CheckImportError(ModelOf(RawTensor("w", kOnnxFloat, {1, 1, 1, 1, 1, 1, 1, 1, 1}, "1234")),
                   StatusCode::kUnsupported, {"rank 9"});
}

TEST_CASE("data given twice") {
  ProtoWriter both = RawTensor("w", kOnnxFloat, {1}, "1234");
  CheckImportError(ModelOf(ProtoWriter(both).Float(4, 1)), StatusCode::kInvalidModel,
                   {"both in raw_data and in a typed field"});
  CheckImportError(ModelOf(ProtoWriter(both).Bytes(9, "1234")), StatusCode::kInvalidModel,
                   {"raw_data twice"});
  CheckImportError(ModelOf(ProtoWriter(both).Varint(14, 1)), StatusCode::kInvalidModel,
                   {"both in the file and external"});
  CheckImportError(
      ModelOf(ProtoWriter(both).Message(13, ProtoWriter().Bytes(1, "location").Bytes(2, "f"))),
      StatusCode::kInvalidModel, {"without data_location"});
}

TEST_CASE("element types") {
  for (const int type : {0, 99, 999}) {
    CheckImportError(ModelOf(RawTensor("w", type, {1}, "1234")), StatusCode::kInvalidModel,
                     {"tensor 'w'", "number " + std::to_string(type)});
  }
  for (const auto& [type, name] : {std::pair{8, "string"}, {14, "complex64"}, {23, "float4e2m1"}}) {
    CheckImportError(ModelOf(RawTensor("w", type, {1}, "1234")), StatusCode::kUnsupported,
                     {"tensor 'w'", name});
  }
}

TEST_CASE("a broken initializer is an error even if no node reads it") {
  CheckImportError(ModelOfX()
                       .Initializer(RawTensor("unused", kOnnxFloat, {2}, "1234"))
                       .Node({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}})
                       .Build(),
                   StatusCode::kInvalidModel, {"tensor 'unused'"});
}

TEST_CASE("typed data of every element type") {
  const auto typed = [](int type) {
    return ProtoWriter().Varint(1, 2).Varint(2, static_cast<uint64_t>(type)).Bytes(8, "w");
  };
  const auto constant = [](const ProtoWriter& tensor, int type) {
    auto module = ImportString(ModelOf(tensor, type));
    REQUIRE_MESSAGE(module.ok(), module.status().ToString());
    return *module->outputs()[0].value->constant();
  };
  const ir::Tensor floats = constant(typed(kOnnxFloat).Float(4, 1).Float(4, 2.5F), kOnnxFloat);
  CHECK(floats.as<float>()[1] == 2.5F);
  const ir::Tensor longs =
      constant(typed(kOnnxInt64).Varint(7, 1).Varint(7, 1ULL << 40), kOnnxInt64);
  CHECK(longs.as<int64_t>()[1] == int64_t{1} << 40);
  const ir::Tensor ints = constant(typed(kOnnxInt32).Varint(5, 1).Varint(5, 70'000), kOnnxInt32);
  CHECK(ints.as<int32_t>()[1] == 70'000);
  const auto minus_one = static_cast<uint64_t>(int64_t{-1});
  const ir::Tensor bytes = constant(typed(kOnnxInt8).Varint(5, 1).Varint(5, minus_one), kOnnxInt8);
  CHECK(bytes.as<int8_t>()[1] == -1);
  const ir::Tensor ubytes = constant(typed(kOnnxUint8).Varint(5, 1).Varint(5, 255), kOnnxUint8);
  CHECK(ubytes.as<uint8_t>()[1] == 255);
  const ir::Tensor bools = constant(typed(kOnnxBool).Varint(5, 0).Varint(5, 7), kOnnxBool);
  CHECK(bools.as<uint8_t>()[1] == 1);
  const ir::Tensor halves =
      constant(typed(kOnnxFloat16).Varint(5, 0x3C00).Varint(5, 0xC000), kOnnxFloat16);
  CHECK(halves.as<uint16_t>()[1] == 0xC000);
  std::string doubles(16, '\0');
  const double value = 0.1;
  doubles.replace(8, 8, reinterpret_cast<const char*>(&value), 8);
  const ir::Tensor f64 = constant(typed(kOnnxDouble).Bytes(10, doubles), kOnnxDouble);
  CHECK(f64.as<double>()[1] == 0.1);

  CheckImportError(ModelOf(typed(kOnnxUint8).Varint(5, 1).Varint(5, 256)),
                   StatusCode::kInvalidModel, {"int32_data holds 256"});
  CheckImportError(ModelOf(typed(kOnnxFloat).Float(4, 1)), StatusCode::kInvalidModel,
                   {"has 1 elements", "needs 2"});
  CheckImportError(ModelOf(typed(kOnnxFloat).Varint(5, 1).Varint(5, 2)), StatusCode::kInvalidModel,
                   {"has 0 elements"});
}

TEST_CASE("external data") {
  const TempFolder folder;
  folder.Write("weights.bin", "skip" + kFourFloats);
  const auto import = [&](const std::vector<std::pair<std::string, std::string>>& entries) {
    return ImportFile(folder.Write("model.onnx", ExternalModel(entries)));
  };
  const auto module =
      import({{"location", "weights.bin"}, {"offset", "4"}, {"length", "16"}, {"checksum", "x"}});
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->outputs()[0].value->constant()->as<uint8_t>()[15] == 1);
  CHECK(import({{"location", "./weights.bin"}}).ok());

  const auto fails = [&](const std::vector<std::pair<std::string, std::string>>& entries,
                         std::string_view fragment) {
    CheckError(import(entries).status(), StatusCode::kInvalidModel,
               {"model.onnx", "tensor 'w'", fragment});
  };
  fails({{"location", "weights.bin"}, {"offset", "5"}}, "needs 16 at offset 5");
  fails({{"location", "weights.bin"}, {"offset", "18446744073709551615"}}, "at offset 1844");
  fails({{"location", "weights.bin"}, {"length", "1152921504606846976"}}, "the shape needs 16");
  fails({{"location", "weights.bin"}, {"length", "8"}}, "has 8 bytes");
  fails({{"location", "weights.bin"}, {"offset", "-1"}}, "offset '-1' is not a number");
  fails({{"location", "weights.bin"}, {"offset", "abc"}}, "'abc' is not a number");
  fails({{"location", "weights.bin"}, {"offset", ""}}, "'' is not a number");
  fails({{"offset", "0"}}, "no location");
  fails({{"location", "weights.bin"}, {"location", "weights.bin"}}, "repeated key 'location'");
  fails({{"location", "weights.bin"}, {"basepath", "/"}}, "unknown or repeated key 'basepath'");
  CheckError(import({{"location", "gone.bin"}}).status(), StatusCode::kNotFound,
             {folder.Path("gone.bin"), "does not exist"});
}

TEST_CASE("external data cannot leave the folder of the model") {
  const TempFolder outside;
  outside.Write("secret.bin", kFourFloats);
  const TempFolder folder;
  folder.Write("weights.bin", kFourFloats);
  folder.Write("below/weights.bin", kFourFloats);
  namespace fs = std::filesystem;
  fs::create_symlink(outside.Path("secret.bin"), folder.Path("link.bin"));
  fs::create_symlink("weights.bin", folder.Path("inner_link.bin"));
  fs::create_directory_symlink(outside.Path(), folder.Path("linked"));
  fs::create_hard_link(outside.Path("secret.bin"), folder.Path("hard.bin"));
  fs::create_symlink("nowhere.bin", folder.Path("dangling.bin"));
  fs::create_symlink("circle.bin", folder.Path("circle.bin"));
  REQUIRE(mkfifo(folder.Path("fifo").c_str(), 0600) == 0);
  const auto import = [&](const std::string& location) {
    return ImportFile(folder.Write("model.onnx", ExternalModel({{"location", location}})));
  };
  CHECK(import("below/weights.bin").ok());
  CHECK(import("below/./weights.bin").ok());
  // A symbolic link to a file in the folder, and a hard link to a file elsewhere.
  CHECK(import("inner_link.bin").ok());
  CHECK(import("hard.bin").ok());
  CheckError(import("dangling.bin").status(), StatusCode::kNotFound, {"tensor 'w'"});
  CheckError(import("circle.bin").status(), StatusCode::kNotFound, {"tensor 'w'"});
  using std::string_literals::operator""s;
  const std::pair<std::string, std::string_view> kCases[] = {
      {"", "is empty"},
      {outside.Path("secret.bin"), "absolute"},
      {"../" + fs::path(outside.Path()).filename().string() + "/secret.bin", "leads out"},
      {"below/../weights.bin", "leads out"},
      {"below/../../secret.bin", "leads out"},
      {"..", "leads out"},
      {"weights.bin\0.txt"s, "NUL"},
      {"link.bin", "out of the model's folder"},
      {"linked/secret.bin", "out of the model's folder"},
      {"weights.bin/x", "through a file"},
      {"fifo", "not a regular file"},
      {"below", "not a regular file"},
  };
  for (const auto& hostile : kCases) {
    CAPTURE(hostile.first);
    CheckError(import(hostile.first).status(), StatusCode::kInvalidModel,
               {"model.onnx", "tensor 'w'", hostile.second});
  }
}

// As in the cache of the Hugging Face hub: a snapshot has links to files that are named by their
// hashes, in another folder.
TEST_CASE("a model that is a link, with external data that are links") {
  namespace fs = std::filesystem;
  const TempFolder outside;
  outside.Write("secret.bin", kFourFloats);
  const TempFolder cache;
  cache.Write("blobs/1111", ExternalModel({{"location", "model.onnx_data"}}));
  cache.Write("blobs/2222", kFourFloats);
  cache.Write("other/3333", kFourFloats);
  fs::create_directories(cache.Path("snapshots/0123"));
  fs::create_symlink("../../blobs/1111", cache.Path("snapshots/0123/model.onnx"));
  const fs::path data = cache.Path("snapshots/0123/model.onnx_data");
  const auto import = [&](const std::string& target) {
    fs::remove(data);
    fs::create_symlink(target, data);
    return ImportFile(cache.Path("snapshots/0123/model.onnx"));
  };
  CHECK(import("../../blobs/2222").ok());
  for (const std::string& target : {std::string("../../other/3333"), outside.Path("secret.bin")}) {
    CheckError(import(target).status(), StatusCode::kInvalidModel,
               {"tensor 'w'", "out of the model's folder"});
  }
  // If external_data_dir is given, links must stay in that folder.
  fs::remove(data);
  fs::create_symlink("../../blobs/2222", data);
  CheckError(ImportFile(cache.Path("snapshots/0123/model.onnx"),
                        {.external_data_dir = cache.Path("snapshots/0123")})
                 .status(),
             StatusCode::kInvalidModel, {"out of the model's folder"});
}

TEST_CASE("external data of a model that was not read from a file") {
  const std::string file = ExternalModel({{"location", "weights.bin"}});
  CheckImportError(file, StatusCode::kInvalidArgument, {"tensor 'w'", "external_data_dir"});
  const TempFolder folder;
  folder.Write("weights.bin", kFourFloats);
  CHECK(ImportString(file, {.external_data_dir = folder.Path()}).ok());
  CheckError(ImportString(file, {.external_data_dir = folder.Path("nowhere")}).status(),
             StatusCode::kIo, {"cannot open the folder", "nowhere"});
}

TEST_CASE("tensors of one range of external data share their memory") {
  const TempFolder folder;
  folder.Write("weights.bin", kFourFloats);
  OnnxModelBuilder model;
  for (const std::string name : {"a", "b", "c"}) {
    model.Output(name).Initializer(ExternalTensor(name, {4}, {{"location", "weights.bin"}}));
  }
  const std::string path = folder.Write("model.onnx", model.Build());
  const auto module = ImportFile(path, {.max_weight_bytes = 16});
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  const void* data = module->outputs()[0].value->constant()->view().data;
  for (const ir::Output& output : module->outputs()) {
    CHECK(output.value->constant()->view().data == data);
  }
  CheckError(ImportFile(path, {.max_weight_bytes = 15}).status(), StatusCode::kResourceLimit,
             {"more than 15 bytes"});
}

TEST_CASE("bools share no external data with other types") {
  const TempFolder folder;
  folder.Write("weights.bin", std::string(4, '\7'));
  const auto tensor = [](const char* name, int data_type) {
    ProtoWriter proto;
    proto.Varint(1, 4).Varint(2, static_cast<uint64_t>(data_type)).Bytes(8, name);
    return proto.Message(13, ProtoWriter().Bytes(1, "location").Bytes(2, "weights.bin"))
        .Varint(14, 1);
  };
  const auto module =
      ImportFile(folder.Write("model.onnx", OnnxModelBuilder()
                                                .Output("a", kOnnxUint8)
                                                .Output("b", kOnnxBool)
                                                .Initializer(tensor("a", kOnnxUint8))
                                                .Initializer(tensor("b", kOnnxBool))
                                                .Build()));
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  CHECK(module->outputs()[0].value->constant()->as<uint8_t>()[3] == 7);
  CHECK(module->outputs()[1].value->constant()->as<uint8_t>()[3] == 1);
}

TEST_CASE("ranges of external data that overlap are limited by the file's size") {
  const TempFolder folder;
  folder.Write("weights.bin", std::string(4096, '\1'));
  const auto import = [&](int tensors) {
    OnnxModelBuilder model;
    for (int i = 0; i < tensors; ++i) {
      const std::string name = "w" + std::to_string(i);
      model.Output(name).Initializer(ExternalTensor(
          name, {512}, {{"location", "weights.bin"}, {"offset", std::to_string(i * 4)}}));
    }
    return ImportFile(folder.Write("model.onnx", model.Build())).status();
  };
  CHECK(import(4).ok());
  CheckError(import(5), StatusCode::kResourceLimit,
             {"tensor 'w4'", "overlap in external data 'weights.bin'", "4096 bytes"});
}

TEST_CASE("a header that promises terabytes allocates nothing") {
  const TempFolder folder;
  folder.Write("weights.bin", kFourFloats);
  const std::string path =
      folder.Write("model.onnx",
                   ModelOf(ExternalTensor("w", {1 << 15, 1 << 15}, {{"location", "weights.bin"}})));
  CheckError(ImportFile(path).status(), StatusCode::kInvalidModel, {"has 16 bytes"});
}

}  // namespace
}  // namespace octet::frontend_onnx
