#include "bert/batch.h"

#include <doctest/doctest.h>

namespace octet::bert {
namespace {

const ir::Type kI64Matrix = {ir::DType::kI64, {ir::Dim::Symbol("b"), ir::Dim::Symbol("s")}};
const ir::Type kI32Matrix = {ir::DType::kI32, {ir::Dim::Symbol("b"), ir::Dim::Symbol("s")}};

Result<std::vector<InputSpec>> Match(const std::string& name, const ir::Type& type) {
  return MatchInputs({&name, 1}, {&type, 1});
}

text::Encoding MakeEncoding(std::vector<int32_t> ids, std::vector<int32_t> type_ids) {
  return {std::move(ids), std::move(type_ids), {}};
}

template <typename T>
std::vector<T> Values(const ir::TensorView& view) {
  REQUIRE(view.dtype == (sizeof(T) == 8 ? ir::DType::kI64 : ir::DType::kI32));
  const T* values = view.as<T>();
  return {values, values + view.num_elements()};
}

TEST_CASE("inputs are recognized by the names that exporters and TensorFlow give them") {
  const std::pair<const char*, InputRole> names[] = {
      {"input_ids", InputRole::kInputIds},       {"attention_mask", InputRole::kAttentionMask},
      {"input_mask", InputRole::kAttentionMask}, {"token_type_ids", InputRole::kTokenTypeIds},
      {"segment_ids", InputRole::kTokenTypeIds}, {"position_ids", InputRole::kPositionIds}};
  for (const auto& [name, role] : names) {
    for (const ir::Type& type : {kI64Matrix, kI32Matrix}) {
      const auto specs = Match(name, type);
      REQUIRE(specs.ok());
      REQUIRE(specs->size() == 1);
      CHECK(specs->front().role == role);
      CHECK(specs->front().dtype == type.dtype);
    }
  }
}

TEST_CASE("an input that a text classifier cannot have is an error that names it") {
  const ir::Dim b = ir::Dim::Symbol("b");
  const struct {
    std::string name;
    ir::Type type;
    std::string text;
  } cases[] = {
      {"pixel_values", kI64Matrix, "'pixel_values'"},
      {"", kI64Matrix, "''"},
      {"input_ids", {ir::DType::kF32, {b, b}}, "'input_ids' is f32[b,b], not i64 or i32"},
      {"attention_mask", {ir::DType::kI64, {b}}, "'attention_mask' is i64[b]"},
      {"attention_mask", {ir::DType::kI64, {b, 1, 1, b}}, "i64[b,1,1,b]"},
  };
  for (const auto& [name, type, text] : cases) {
    const Status status = Match(name, type).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK_MESSAGE(status.message().find(text) != std::string::npos, status.message());
  }
}

TEST_CASE("texts are padded on the right to the longest, in the order of the model's inputs") {
  const std::vector<text::Encoding> encodings = {MakeEncoding({7, 8, 9}, {0, 0, 1}),
                                                 MakeEncoding({5}, {0})};
  const std::vector<InputSpec> specs = {{InputRole::kAttentionMask, ir::DType::kI32},
                                        {InputRole::kInputIds, ir::DType::kI64},
                                        {InputRole::kTokenTypeIds, ir::DType::kI64},
                                        {InputRole::kPositionIds, ir::DType::kI64}};
  Batch batch;
  batch.Fill(encodings, specs, /*pad_id=*/3);
  REQUIRE(batch.views().size() == 4);
  for (const ir::TensorView& view : batch.views()) {
    CHECK(view.dims == std::vector<int64_t>{2, 3});
  }
  CHECK(Values<int32_t>(batch.views()[0]) == std::vector<int32_t>{1, 1, 1, 1, 0, 0});
  CHECK(Values<int64_t>(batch.views()[1]) == std::vector<int64_t>{7, 8, 9, 5, 3, 3});
  CHECK(Values<int64_t>(batch.views()[2]) == std::vector<int64_t>{0, 0, 1, 0, 0, 0});
  CHECK(Values<int64_t>(batch.views()[3]) == std::vector<int64_t>{0, 1, 2, 0, 0, 0});
  CHECK(batch.num_tokens() == 4);
}

template <typename T>
void CheckMask(ir::DType dtype, T one) {
  CAPTURE(ir::DTypeName(dtype));
  const ir::Dim b = ir::Dim::Symbol("b");
  const auto specs = Match("attention_mask", {dtype, {b, b}});
  REQUIRE_MESSAGE(specs.ok(), specs.status().ToString());
  const std::vector<text::Encoding> encodings = {MakeEncoding({7, 8, 9}, {0, 0, 0}),
                                                 MakeEncoding({5}, {0})};
  Batch batch;
  batch.Fill(encodings, *specs, /*pad_id=*/3);
  REQUIRE(batch.views()[0].dtype == dtype);
  const T* mask = static_cast<const T*>(batch.views()[0].data);
  CHECK(std::vector<T>(mask, mask + 6) == std::vector<T>{one, one, one, one, T{0}, T{0}});
}

TEST_CASE("an attention mask is 0 and 1 in the type that the model asks for") {
  CheckMask<float>(ir::DType::kF32, 1.0f);
  CheckMask<double>(ir::DType::kF64, 1.0);
  CheckMask<uint16_t>(ir::DType::kF16, 0x3C00);
  CheckMask<int64_t>(ir::DType::kI64, 1);
  CheckMask<int32_t>(ir::DType::kI32, 1);
  CheckMask<int8_t>(ir::DType::kI8, 1);
  CheckMask<uint8_t>(ir::DType::kU8, 1);
  CheckMask<uint8_t>(ir::DType::kBool, 1);
}

TEST_CASE("a batch can be filled again, wider or narrower, and nothing of the last one remains") {
  const std::vector<InputSpec> specs = {{InputRole::kInputIds, ir::DType::kI64}};
  const std::vector<text::Encoding> wide = {MakeEncoding({1, 2, 3, 4}, {0, 0, 0, 0}),
                                            MakeEncoding({5, 6}, {0, 0})};
  Batch batch;
  batch.Fill(wide, specs, 0);
  batch.Fill({&wide[1], 1}, specs, 0);
  CHECK(batch.views()[0].dims == std::vector<int64_t>{1, 2});
  CHECK(Values<int64_t>(batch.views()[0]) == std::vector<int64_t>{5, 6});
  CHECK(batch.num_tokens() == 2);
  batch.Fill({&wide[1], 1}, specs, 9, /*min_length=*/5);
  CHECK(Values<int64_t>(batch.views()[0]) == std::vector<int64_t>{5, 6, 9, 9, 9});
  CHECK(batch.num_tokens() == 2);
  batch.Fill(wide, specs, 0, /*min_length=*/3);
  CHECK(Values<int64_t>(batch.views()[0]) == std::vector<int64_t>{1, 2, 3, 4, 5, 6, 0, 0});
}

}  // namespace
}  // namespace octet::bert
