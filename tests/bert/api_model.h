// Small models and their inputs, for tests of the public API.
#ifndef OCTET_TESTS_BERT_API_MODEL_H_
#define OCTET_TESTS_BERT_API_MODEL_H_

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "octet/octet.h"
#include "tests/bert/temp_folder.h"

namespace octet::testing {

// A classifier of 2 labels for ids below 200, token types 0 and 1, and 64 positions.
inline constexpr const char* kTinyModel =
    "tests/data/tiny_exports/bert_torchscript_opset14_sdpa/model.onnx";

inline Model LoadModel(const std::string& path = kTinyModel, const ModelOptions& options = {}) {
  auto model = Model::Load(path, options);
  REQUIRE_MESSAGE(model.ok(), model.status().ToString());
  return *std::move(model);
}

inline Threads MakeThreads(int count) {
  auto threads = Threads::Create(count);
  REQUIRE_MESSAGE(threads.ok(), threads.status().ToString());
  return *std::move(threads);
}

// The tiny model with a vocabulary of letters, as a folder.
class ClassifierFolder {
 public:
  ClassifierFolder() {
    std::filesystem::copy_file(kTinyModel, folder_.Path("model.onnx"));
    folder_.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nc\n##a\n##b\n##c\n");
  }
  std::string path() const { return folder_.Path(); }

 private:
  bert::TempFolder folder_;
};

// Inputs of the tiny model: `batch` sentences of `length` tokens without padding.
struct TokenBatch {
  TokenBatch(int64_t batch, int64_t length)
      : dims({batch, length}),
        ids(static_cast<size_t>(batch * length)),
        mask(ids.size(), 1),
        types(ids.size(), 0) {
    for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<int64_t>((i * 79 + 13) % 200);
  }

  // As model.inputs() has them.
  std::vector<Tensor> Inputs() const {
    std::vector<Tensor> inputs;
    for (const auto* values : {&ids, &mask, &types}) {
      inputs.push_back({ElementType::kInt64, dims, values->data()});
    }
    return inputs;
  }

  std::vector<int64_t> dims;
  std::vector<int64_t> ids;
  std::vector<int64_t> mask;
  std::vector<int64_t> types;
};

// A copy of a tensor of floats.
inline std::vector<float> Floats(const Tensor& tensor) {
  int64_t count = 1;
  for (const int64_t dim : tensor.dims) count *= dim;
  const auto* values = static_cast<const float*>(tensor.data);
  return count == 0 ? std::vector<float>() : std::vector<float>(values, values + count);
}

// The first output of a run, empty after an error; for threads, where doctest's assertions are not
// to be used in loops.
inline std::vector<float> Run(Context& context, const TokenBatch& batch) {
  const auto outputs = context.Run(batch.Inputs());
  return outputs.ok() ? Floats((*outputs)[0]) : std::vector<float>();
}

inline void CheckInvalid(const Status& status, const std::string& text) {
  CHECK_MESSAGE(status.code() == StatusCode::kInvalidArgument, status.ToString());
  CHECK_MESSAGE(status.ToString().find(text) != std::string::npos, status.ToString());
}

}  // namespace octet::testing

#endif  // OCTET_TESTS_BERT_API_MODEL_H_
