// Embeddings, attention and padding-free execution.
#include <doctest/doctest.h>

#include <cmath>

#include "kernels/testing/isa_tables.h"
#include "tests/runtime/naive.h"
#include "tests/runtime/run_text.h"

namespace octet::runtime {
namespace {

using ir::DType;
using naive::FromTensor;
using naive::Numbers;

constexpr double kTolerance = 2e-5;

TEST_CASE("an embedding sums rows in order; ids broadcast") {
  const ir::Tensor ids = Ids({2, 3}, 11, 1);
  const ir::Tensor types = Of<int32_t>(DType::kI32, {1, 3}, {1, 0, 1});
  const Tensors y = RunText(
      "stage core graph(%ids: i64[b,s], %types: i32[1,s]) {\n"
      "  %w = constant {value = random(1)} : f32[11,6]\n"
      "  %t = constant {value = random(2)} : f32[2,6]\n"
      "  %y = embedding %ids, %w, %types, %t : f32[b,s,6]\n"
      "  return %y as \"y\"\n}\n",
      {ids, types});
  const ir::Tensor w = Random(DType::kF32, {11, 6}, 1);
  const ir::Tensor t = Random(DType::kF32, {2, 6}, 2);
  std::vector<float> expected;
  for (int64_t i = 0; i < 6; ++i) {
    for (int64_t j = 0; j < 6; ++j) {
      expected.push_back(w.as<float>()[ids.as<int64_t>()[i] * 6 + j] +
                         t.as<float>()[types.as<int32_t>()[i % 3] * 6 + j]);
    }
  }
  CHECK(SameBytes(y, {Of<float>(DType::kF32, {2, 3, 6}, expected)}));
}

constexpr const char* kEmbedding =
    "stage core graph(%input_ids: i64[b,s]) {\n"
    "  %w = constant {value = random(1)} : f32[11,6]\n"
    "  %y = embedding %input_ids, %w : f32[b,s,6]\n"
    "  return %y as \"y\"\n}\n";

TEST_CASE("an id outside of its table is reported with its position") {
  for (const int64_t bad : {int64_t{-1}, int64_t{11}, INT64_MAX, INT64_MIN}) {
    const Status status =
        ErrorOf(kEmbedding, {Of<int64_t>(DType::kI64, {2, 3}, {0, 1, 2, 3, bad, 4})});
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(status.message() ==
          "input_ids[1,1] = " + std::to_string(bad) + ": the table has 11 rows");
  }
}

TEST_CASE("a gather's index may count from the end, but not beyond the table") {
  const char* text =
      "graph(%i: i64[b]) {\n"
      "  %w = constant {value = random(1)} : f32[11,2]\n"
      "  %y = gather %w, %i {axis = 0} : f32[b,2]\n"
      "  return %y as \"y\"\n}\n";
  CHECK(ErrorOf(text, {Of<int64_t>(DType::kI64, {2}, {-11, 10})}).ok());
  CHECK(ErrorOf(text, {Of<int64_t>(DType::kI64, {2}, {0, -12})}).message() ==
        "i[1] = -12: the table has 11 rows");
}

TEST_CASE("an embedding of computed ids checks them too") {
  const Status status = ErrorOf(
      "stage core graph(%i: i64[b]) {\n"
      "  %w = constant {value = random(1)} : f32[4,2]\n"
      "  %j = add %i, %i : i64[b]\n"
      "  %y = embedding %j, %w : f32[b,2]\n"
      "  return %y as \"y\"\n}\n",
      {Of<int64_t>(DType::kI64, {3}, {0, 1, 2})});
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(status.message() == "j[2] = 4: the table has 4 rows");
}

constexpr naive::AttentionShape kShape = {
    .batch = 2, .queries = 5, .keys = 7, .heads = 3, .head_dim = 4};

TEST_CASE("attention with masks of each broadcast shape") {
  const ir::Tensor q = Random(DType::kF32, {2, 5, 12}, 1);
  const ir::Tensor k = Random(DType::kF32, {2, 7, 12}, 2);
  const ir::Tensor v = Random(DType::kF32, {2, 7, 12}, 3);
  for (const std::vector<int64_t>& dims :
       {std::vector<int64_t>{2, 3, 5, 7}, std::vector<int64_t>{2, 1, 1, 7},
        std::vector<int64_t>{1, 3, 5, 7}, std::vector<int64_t>{5, 7}, std::vector<int64_t>{7},
        std::vector<int64_t>{2, 1, 5, 1}, std::vector<int64_t>{1}, std::vector<int64_t>{}}) {
    const ir::Tensor mask = Random(DType::kF32, dims, 4);
    const std::string type = mask.type().ToString();
    CAPTURE(type);
    const auto mask_at = [&](int64_t b, int64_t h, int64_t i, int64_t j) {
      const int64_t index[] = {b, h, i, j};
      int64_t at = 0;
      for (size_t axis = 0; axis < dims.size(); ++axis) {
        at = at * dims[axis] + (dims[axis] == 1 ? 0 : index[4 - dims.size() + axis]);
      }
      return static_cast<double>(mask.as<float>()[at]);
    };
    const Tensors y =
        RunText("stage core graph(%q: f32[2,5,12], %k: f32[2,7,12], %v: f32[2,7,12], %m: " + type +
                    ") {\n  %y = attention %q, %k, %v, %m {heads = 3, scale = 0.5} : f32[2,5,12]\n"
                    "  return %y as \"y\"\n}\n",
                {q, k, v, mask});
    CHECK(Distance(y[0], naive::Attention(FromTensor(q), FromTensor(k), FromTensor(v), kShape, 0.5,
                                          mask_at)) < kTolerance);
  }
}

TEST_CASE("attention without a mask") {
  const ir::Tensor q = Random(DType::kF32, {2, 5, 12}, 1);
  const ir::Tensor k = Random(DType::kF32, {2, 7, 12}, 2);
  const ir::Tensor v = Random(DType::kF32, {2, 7, 12}, 3);
  const Tensors y = RunText(
      "stage core graph(%q: f32[b,s,12], %k: f32[b,7,12], %v: f32[b,7,12]) {\n"
      "  %y = attention %q, %k, %v {heads = 3, scale = 0.5} : f32[b,s,12]\n"
      "  return %y as \"y\"\n}\n",
      {q, k, v});
  CHECK(Distance(y[0], naive::Attention(FromTensor(q), FromTensor(k), FromTensor(v), kShape, 0.5,
                                        [](auto...) { return 0.0; })) < kTolerance);
}

constexpr const char* kLayout =
    "stage core graph(%mask: i64[b,s]) {\n"
    "  %t, %b, %l = token_layout %mask {symbol = \"t\"} : i64[t], i64[b], i64[b]\n"
    "  return %t as \"token\", %b as \"begin\", %l as \"length\"\n}\n";

TEST_CASE("the token layout keeps the tokens of ones; sentences with other masks stay padded") {
  const Tensors y = RunText(kLayout, {Of<int64_t>(DType::kI64, {6, 3},
                                                  {1, 1, 0,  // two tokens
                                                   1, 0, 1,  // a hole
                                                   0, 0, 0,  // nothing: dense
                                                   0, 1, 1,  // first token masked: dense
                                                   1, 2, 0,  // not a mask: dense
                                                   1, 1, 1})});
  CHECK(SameBytes(
      y, {Of<int64_t>(DType::kI64, {16}, {0, 1, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}),
          Of<int64_t>(DType::kI64, {6}, {0, 2, 4, 7, 10, 13}),
          Of<int64_t>(DType::kI64, {6}, {2, 2, 3, 3, 3, 3})}));
}

TEST_CASE("the token layout of each mask dtype") {
  const Tensors expected = RunText(kLayout, {Of<int64_t>(DType::kI64, {2, 2}, {1, 0, 1, 1})});
  const auto run = [&](const char* dtype, const ir::Tensor& mask) {
    std::string text = kLayout;
    text.replace(text.find("%mask: i64"), 10, std::string("%mask: ") + dtype);
    return RunText(text, {mask});
  };
  CHECK(SameBytes(run("i32", Of<int32_t>(DType::kI32, {2, 2}, {1, 0, 1, 1})), expected));
  CHECK(SameBytes(run("f32", Of<float>(DType::kF32, {2, 2}, {1, 0, 1, 1})), expected));
  CHECK(SameBytes(run("bool", Of<uint8_t>(DType::kBool, {2, 2}, {1, 0, 1, 1})), expected));
}

TEST_CASE("pack_tokens of rows of all sentences, and of rows that the sentences share") {
  const char* text =
      "stage core graph(%x: f32[b,s,2], %p: i64[1,s], %mask: i64[b,s]) {\n"
      "  %t, %b, %l = token_layout %mask {symbol = \"t\"} : i64[t], i64[b], i64[b]\n"
      "  %y = pack_tokens %x, %t : f32[t,2]\n"
      "  %z = pack_tokens %p, %t : i64[t]\n"
      "  return %y as \"y\", %z as \"z\"\n}\n";
  const ir::Tensor x = Of<float>(DType::kF32, {2, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const ir::Tensor p = Of<int64_t>(DType::kI64, {1, 2}, {10, 11});
  const ir::Tensor mask = Of<int64_t>(DType::kI64, {2, 2}, {1, 0, 1, 1});
  CHECK(SameBytes(RunText(text, {x, p, mask}), {Of<float>(DType::kF32, {3, 2}, {1, 2, 5, 6, 7, 8}),
                                                Of<int64_t>(DType::kI64, {3}, {10, 10, 11})}));
}

TEST_CASE("pack_tokens rejects tokens that do not exist") {
  const char* text =
      "stage core graph(%x: f32[2,2], %t: i64[n]) {\n"
      "  %y = pack_tokens %x, %t : f32[n]\n"
      "  return %y as \"y\"\n}\n";
  const ir::Tensor x = Of<float>(DType::kF32, {2, 2}, {1, 2, 3, 4});
  for (const int64_t bad : {int64_t{-1}, int64_t{4}, INT64_MAX}) {
    const Status status = ErrorOf(text, {x, Of<int64_t>(DType::kI64, {2}, {0, bad})});
    CHECK(status.code() == StatusCode::kInvalidArgument);
    CHECK(status.message() == "token " + std::to_string(bad) + " of 4");
  }
}

// The tokens of a sentence attend only to each other, with the same bits as in a padded batch whose
// padding is masked.
TEST_CASE("ragged attention equals masked attention, byte for byte") {
  const std::vector<int64_t> lengths = {3, 6, 1, 5};
  const int64_t batch = 4;
  const int64_t longest = 6;
  const int64_t hidden = 8;
  std::vector<int64_t> mask;
  std::vector<float> additive;
  for (const int64_t length : lengths) {
    for (int64_t i = 0; i < longest; ++i) {
      mask.push_back(i < length ? 1 : 0);
      additive.push_back(i < length ? 0.0f : -std::numeric_limits<float>::infinity());
    }
  }
  const std::vector<int64_t> dims = {batch, longest, hidden};
  const Tensors inputs = {Random(DType::kF32, dims, 1), Random(DType::kF32, dims, 2),
                          Random(DType::kF32, dims, 3),
                          Of<int64_t>(DType::kI64, {batch, longest}, mask),
                          Of<float>(DType::kF32, {batch, 1, 1, longest}, additive)};
  const std::string arguments =
      "stage core graph(%q: f32[b,s,8], %k: f32[b,s,8], %v: f32[b,s,8], %mask: i64[b,s],"
      " %m: f32[b,1,1,s]) {\n"
      "  %t, %b, %l = token_layout %mask {symbol = \"t\"} : i64[t], i64[b], i64[b]\n";
  const Tensors padded =
      RunText(arguments +
                  "  %y = attention %q, %k, %v, %m {heads = 2, scale = 0.5} : f32[b,s,8]\n"
                  "  %z = pack_tokens %y, %t : f32[t,8]\n"
                  "  return %z as \"y\"\n}\n",
              inputs);
  const std::string packed =
      "  %pq = pack_tokens %q, %t : f32[t,8]\n"
      "  %pk = pack_tokens %k, %t : f32[t,8]\n"
      "  %pv = pack_tokens %v, %t : f32[t,8]\n";
  const Tensors ragged = RunText(
      arguments + packed +
          "  %y = ragged_attention %pq, %pk, %pv, %b, %l {heads = 2, scale = 0.5} : f32[t,8]\n"
          "  return %y as \"y\"\n}\n",
      inputs);
  CHECK(SameBytes(ragged, padded));
  const Tensors masked = RunText(
      arguments + packed +
          "  %km = reshape %m {shape = dims[b,s]} : f32[b,s]\n"
          "  %pm = pack_tokens %km, %t : f32[t]\n"
          "  %y = ragged_attention %pq, %pk, %pv, %b, %l, %pm {heads = 2, scale = 0.5} : f32[t,8]\n"
          "  return %y as \"y\"\n}\n",
      inputs);
  CHECK(SameBytes(masked, padded));
}

TEST_CASE("ragged attention rejects sentences that overlap or leave gaps") {
  const char* text =
      "stage core graph(%x: f32[n,4], %b: i64[c], %l: i64[c]) {\n"
      "  %y = ragged_attention %x, %x, %x, %b, %l {heads = 2, scale = 1.0} : f32[n,4]\n"
      "  return %y as \"y\"\n}\n";
  const ir::Tensor x = Random(DType::kF32, {5, 4}, 1);
  const auto error = [&](std::vector<int64_t> begin, std::vector<int64_t> length) {
    return ErrorOf(text, {x, Of<int64_t>(DType::kI64, {2}, std::move(begin)),
                          Of<int64_t>(DType::kI64, {2}, std::move(length))});
  };
  CHECK(error({0, 2}, {2, 3}).ok());
  CHECK(error({0, 1}, {2, 3}).message() == "sentence 1 is not where it should be");
  CHECK(error({0, 2}, {2, INT64_MAX}).message() == "sentence 1 is not where it should be");
  CHECK(error({0, -1}, {-1, 6}).message() == "sentence 0 is not where it should be");
  CHECK(error({0, 2}, {2, 2}).message() == "the sentences have 4 tokens, not 5");
}

TEST_CASE("the query of a sentence without tokens gives 0") {
  const std::string text =
      "stage core graph(%q: f32[c,4], %x: f32[n,4], %b: i64[c], %l: i64[c]) {\n"
      "  %y = ragged_attention %q, %x, %x, %b, %l {heads = 2, scale = 1.0} : f32[c,4]\n"
      "  return %y as \"y\"\n}\n";
  const ir::Tensor q = Random(DType::kF32, {2, 4}, 1);
  for (const int64_t tokens : {int64_t{0}, int64_t{3}}) {
    CAPTURE(tokens);
    const auto program = CompileText(text, kernels::IsaTables().back().table);
    Session session(program, *ThreadPool::Create(2));
    const auto run = [&](int64_t first, int64_t second) {
      const Tensors inputs = {q, Random(DType::kF32, {first + second, 4}, 2),
                              Of<int64_t>(DType::kI64, {2}, {0, first}),
                              Of<int64_t>(DType::kI64, {2}, {first, second})};
      std::vector<ir::TensorView> views;
      for (const ir::Tensor& tensor : inputs) views.push_back(tensor.view());
      const auto outputs = session.Run(views);
      REQUIRE(outputs.ok());
      const float* y = (*outputs)[0].as<float>();
      return std::vector<float>(y + 4, y + 8);
    };
    // Fills the memory with other numbers first.
    CHECK(run(3, 3) != std::vector<float>(4));
    CHECK(run(tokens, 0) == std::vector<float>(4));
  }
}

TEST_CASE("a token layout of a computed mask is refused") {
  const Status status = ErrorOf(
      "stage core graph(%mask: i64[b,s]) {\n"
      "  %m = neg %mask : i64[b,s]\n"
      "  %t, %b, %l = token_layout %m {symbol = \"t\"} : i64[t], i64[b], i64[b]\n"
      "  return %t as \"token\"\n}\n",
      {});
  CHECK(status.code() == StatusCode::kUnsupported);
  CHECK(status.message() == "the mask of a token_layout is not an input of the graph");
}

}  // namespace
}  // namespace octet::runtime
