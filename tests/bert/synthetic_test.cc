#include "bert/synthetic.h"

#include <doctest/doctest.h>

#include <cmath>

#include "bert/engine.h"
#include "ir/text/printer.h"
#include "runtime/session.h"

namespace octet::bert {
namespace {

ir::Module TinyModule() {
  const auto architecture = FindArchitecture("bert-tiny");
  REQUIRE(architecture.ok());
  auto module = MakeSyntheticModule(*architecture);
  REQUIRE_MESSAGE(module.ok(), module.status().ToString());
  return *std::move(module);
}

int Count(const ir::Module& module, ir::OpKind kind) {
  int count = 0;
  for (const auto& op : module.ops()) count += op->kind() == kind ? 1 : 0;
  return count;
}

TEST_CASE("architectures are found by name") {
  CHECK(Architectures().size() >= 4);
  for (const Architecture& architecture : Architectures()) {
    const auto found = FindArchitecture(architecture.name);
    REQUIRE(found.ok());
    CHECK(found->hidden == architecture.hidden);
    CHECK(architecture.hidden % architecture.heads == 0);
  }
  CHECK(FindArchitecture("bert-base")->layers == 12);
  const Status status = FindArchitecture("bert-gigantic").status();
  CHECK(status.code() == StatusCode::kInvalidArgument);
  for (const char* text : {"'bert-gigantic'", "bert-tiny", "minilm-l6", "bert-large"}) {
    CHECK(status.message().find(text) != std::string::npos);
  }
}

TEST_CASE("a synthetic model is a classifier in stage import, and is the same each time") {
  const ir::Module module = TinyModule();
  CHECK(module.stage() == ir::Stage::kImport);
  REQUIRE(module.arguments().size() == 3);
  for (const auto& argument : module.arguments()) {
    CHECK(argument->type().ToString() == "i64[b,s]");
  }
  REQUIRE(module.outputs().size() == 1);
  CHECK(module.outputs()[0].value->type().ToString() == "f32[b,2]");
  // The text names every weight by the hash of its data.
  CHECK(ir::Print(module) == ir::Print(TinyModule()));
}

TEST_CASE("weights are normal with deviation 0.02, and different for each tensor") {
  const ir::Module module = TinyModule();
  std::vector<const ir::Tensor*> square;
  for (const auto& op : module.ops()) {
    if (op->kind() != ir::OpKind::kConstant) continue;
    const auto& tensor = op->attr<ir::Tensor>("value");
    if (tensor.dims() == std::vector<int64_t>{128, 128}) square.push_back(&tensor);
  }
  REQUIRE(square.size() == 2 * 4 + 1);  // query, key, value and output of each layer; the pooler
  for (const ir::Tensor* tensor : square) {
    double sum = 0;
    double squares = 0;
    const auto n = static_cast<double>(tensor->num_elements());
    for (int64_t i = 0; i < tensor->num_elements(); ++i) {
      const double value = tensor->as<float>()[i];
      sum += value;
      squares += value * value;
    }
    // Five standard errors of 16384 draws.
    CHECK(std::abs(sum / n) < 5 * 0.02 / std::sqrt(n));
    CHECK(std::abs(std::sqrt(squares / n) - 0.02) < 5 * 0.02 / std::sqrt(2 * n));
    for (const ir::Tensor* other : square) {
      CHECK((tensor == other) == (tensor->as<float>()[0] == other->as<float>()[0]));
    }
  }
}

TEST_CASE("every pattern recognizes a synthetic model") {
  ir::Module module = TinyModule();
  REQUIRE(Optimize(&module).ok());
  CHECK(Count(module, ir::OpKind::kLinear) == 2 * 6 + 2);
  CHECK(Count(module, ir::OpKind::kEmbedding) == 1);
  for (const auto kind : {ir::OpKind::kMatMul, ir::OpKind::kSoftmax, ir::OpKind::kErf}) {
    CHECK(Count(module, kind) == 0);
  }
}

TEST_CASE("a synthetic model runs, and its padding does not matter") {
  for (const Precision precision : {Precision::kFp32, Precision::kInt8}) {
    EngineOptions options;
    options.pipeline.precision = precision;
    const auto engine = BuildEngine(TinyModule(), options);
    REQUIRE_MESSAGE(engine.ok(), engine.status().ToString());
    auto pool = runtime::ThreadPool::Create(1);
    REQUIRE(pool.ok());
    runtime::Session session(engine->program, *pool);
    const auto run = [&](int64_t length) {
      std::vector<int64_t> ids(static_cast<size_t>(length), 0);
      std::vector<int64_t> mask(static_cast<size_t>(length), 0);
      const std::vector<int64_t> types(static_cast<size_t>(length), 0);
      for (size_t i = 0; i < 5; ++i) {
        ids[i] = static_cast<int64_t>(100 + i);
        mask[i] = 1;
      }
      const std::vector<int64_t> dims = {1, length};
      const ir::TensorView views[] = {{ir::DType::kI64, dims, ids.data()},
                                      {ir::DType::kI64, dims, mask.data()},
                                      {ir::DType::kI64, dims, types.data()}};
      const auto outputs = session.Run(views);
      REQUIRE_MESSAGE(outputs.ok(), outputs.status().ToString());
      const auto* values = (*outputs)[0].as<float>();
      return std::vector<float>(values, values + (*outputs)[0].num_elements());
    };
    const std::vector<float> logits = run(5);
    REQUIRE(logits.size() == 2);
    CHECK(std::isfinite(logits[0]));
    CHECK(logits[0] != logits[1]);
    CHECK(run(9) == logits);
  }
}

}  // namespace
}  // namespace octet::bert
