#include "frontend_onnx/tensor_file.h"

#include <doctest/doctest.h>

#include <cstring>

#include "tests/bert/temp_folder.h"
#include "tests/frontend_onnx/import_check.h"

namespace octet::frontend_onnx {
namespace {

using namespace testing;  // NOLINT: the builder's vocabulary
using bert::TempFolder;

TEST_CASE("every element type survives writing and reading") {
  const TempFolder folder;
  using ir::DType;
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBf16, DType::kF64, DType::kI64,
                            DType::kI32, DType::kI8, DType::kU8}) {
    CAPTURE(DTypeName(dtype));
    const auto tensor = ir::RandomTensor(dtype, {3, 5}, 1);
    REQUIRE(tensor.ok());
    const auto back = ReadTensorFile(folder.Write("t.pb", *SerializeTensor("t", tensor->view())));
    REQUIRE_MESSAGE(back.ok(), back.status().ToString());
    CHECK(back->type() == tensor->type());
    CHECK(std::memcmp(back->as<char>(), tensor->as<char>(),
                      static_cast<size_t>(tensor->byte_size())) == 0);
  }
}

TEST_CASE("scalars and empty tensors") {
  const TempFolder folder;
  for (const std::vector<int64_t>& dims : {std::vector<int64_t>{}, {0}, {2, 0, 3}}) {
    const auto tensor = ir::Tensor::Allocate(ir::DType::kF32, dims);
    REQUIRE(tensor.ok());
    const auto back = ReadTensorFile(folder.Write("t.pb", *SerializeTensor("", tensor->view())));
    REQUIRE_MESSAGE(back.ok(), back.status().ToString());
    CHECK(back->dims() == dims);
  }
}

TEST_CASE("errors name the file") {
  const TempFolder folder;
  CheckError(ReadTensorFile(folder.Path("none.pb")).status(), StatusCode::kNotFound, {"none.pb"});
  CheckError(ReadTensorFile(folder.Path()).status(), StatusCode::kIo, {"is a directory"});
  CheckError(ReadTensorFile(folder.Write("short.pb", RawTensor("t", kOnnxFloat, {2}, "1234").bytes))
                 .status(),
             StatusCode::kInvalidModel, {"short.pb", "has 4 bytes"});
  CheckError(ReadTensorFile(folder.Write("text.pb", "hello")).status(), StatusCode::kInvalidModel,
             {"text.pb"});
  CheckError(ReadTensorFile(folder.Write("empty.pb", "")).status(), StatusCode::kInvalidModel,
             {"empty.pb", "number 0"});
  CheckError(ReadTensorFile(
                 folder.Write("ext.pb", ExternalTensor("t", {1}, {{"location", "ext.pb"}}).bytes))
                 .status(),
             StatusCode::kInvalidArgument, {"ext.pb"});
}

TEST_CASE("a tensor that is too large for a file is refused before it is copied") {
  CheckError(SerializeTensor("t", {ir::DType::kF32, {1 << 29}, nullptr}).status(),
             StatusCode::kResourceLimit, {"2147483648 bytes"});
}

}  // namespace
}  // namespace octet::frontend_onnx
