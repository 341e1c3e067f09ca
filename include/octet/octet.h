// octet's public C++ API: load a BERT-family encoder from its ONNX file, and run it on text or on
// tensors.
//
//   auto classifier = octet::TextClassifier::Load("models/minilm_l6_mrpc");
//   if (!classifier.ok()) return Report(classifier.status());
//   const std::vector<octet::TextInput> texts = {{"A sentence.", "Another one."}};
//   auto results = classifier->Classify(texts);
//
// A service loads a model once and makes a classifier for each of its threads. All of them share
// one copy of the weights. octet::Threads() is the calling thread alone:
//
//   auto classifier = octet::TextClassifier::Create(model, octet::Threads());
//
// Nothing here throws (but std::bad_alloc), prints, or reads the environment (but OCTET_ISA, see
// ModelOptions).
#ifndef OCTET_OCTET_H_
#define OCTET_OCTET_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "octet/export.h"
#include "octet/status.h"

namespace octet {

// What the handles below hold; of no use to programs.
namespace bert {
class Context;
struct Encoder;
}  // namespace bert
namespace runtime {
class Session;
class ThreadPool;
}  // namespace runtime

// "0.1.0"
OCTET_EXPORT std::string_view Version();

enum class ModelPrecision : uint8_t {
  kFp32,   // as exported
  kInt8,   // dynamically quantized
  kDebug,  // the quantized graph in float arithmetic: kInt8's results, to the bit
};

enum class AttentionPrecision : uint8_t {
  kF32,   // the same results everywhere
  kBf16,  // products of bfloat16 numbers: faster and less exact, on CPUs with AVX512_BF16 alone
};

struct ModelOptions {
  ModelPrecision precision = ModelPrecision::kInt8;
  // What to quantize: a preset's name, or the JSON of a qconfig dictionary by module path. Empty:
  // everything, in octet's default qconfig.
  std::string qconfig = {};
  // The instruction set to use: "reference", "avx2", "avx512" or "avx512_vnni"; InvalidArgument
  // for one that this CPU has not. Empty: the best of this CPU. The environment variable OCTET_ISA
  // can lower it further. Results do not depend on it while attention is kF32.
  std::string isa = {};
  // kBf16 is Unsupported where the CPU, or the highest instruction set allowed, lacks it.
  AttentionPrecision attention = AttentionPrecision::kF32;
};

enum class ElementType : uint8_t {
  kFloat32,
  kFloat16,
  kBFloat16,
  kFloat64,
  kInt64,
  kInt32,
  kInt8,
  kUint8,
  kBool
};

// An input or output of a model.
struct TensorInfo {
  std::string name;
  ElementType type;
  // Numbers, or expressions over the model's names of its dimensions: "batch", "1 + sequence". A
  // dimension that the model does not name is called "b" (batch), "s" (sequence) or after its
  // input.
  std::vector<std::string> dims;
};

// A dense row-major tensor in somebody else's memory.
struct Tensor {
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> dims;
  const void* data = nullptr;
};

// A compiled model, with its tokenizer and configuration where it has them. A handle: copies share
// the model, which is immutable. Thread-safe.
class OCTET_EXPORT Model {
 public:
  // Imports, optimizes, quantizes and compiles the ONNX file `path`, or the one in folder `path`.
  // Errors: NotFound, Io, InvalidModel, Unsupported and so on with the file, node or tensor;
  // InvalidArgument for options that mean nothing. A tokenizer that is missing or not supported is
  // an error only when texts are to be run.
  static Result<Model> Load(const std::string& path, const ModelOptions& options = {});

  std::vector<TensorInfo> inputs() const;
  std::vector<TensorInfo> outputs() const;

  // Bytes of the weights as this CPU's kernels read them. All that run the model share them.
  int64_t weight_bytes() const;

  // For octet itself.
  const std::shared_ptr<const bert::Encoder>& encoder() const { return encoder_; }

 private:
  explicit Model(std::shared_ptr<const bert::Encoder> encoder) : encoder_(std::move(encoder)) {}
  std::shared_ptr<const bert::Encoder> encoder_;
};

// Threads that contexts and classifiers may share; their runs then take turns. A handle;
// thread-safe.
class OCTET_EXPORT Threads {
 public:
  // The calling thread alone.
  Threads();
  // `count` threads, the caller's included (256 where it is more, and fewer where the system
  // refuses); 0: one for each CPU of this process.
  static Result<Threads> Create(int count = 0);

  // For octet itself.
  const std::shared_ptr<runtime::ThreadPool>& pool() const { return pool_; }

 private:
  explicit Threads(std::shared_ptr<runtime::ThreadPool> pool) : pool_(std::move(pool)) {}
  std::shared_ptr<runtime::ThreadPool> pool_;
};

// Runs a model on tensors, with the memory of one caller. Cheap; make one for each thread that runs
// a model. A context is used by one thread at a time: a second one is refused (InvalidArgument).
// Movable.
class OCTET_EXPORT Context {
 public:
  Context(const Model& model, const Threads& threads);
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;
  ~Context();

  // Runs the model on inputs in the order of model.inputs(). The results are in the order of
  // model.outputs() and stay valid until the next run. A context keeps the plans of the last 32
  // shapes; running one of these again allocates short lists of sizes and pointers only. Errors:
  // InvalidArgument naming the input, or the node for a sequence that is longer than the model has
  // positions; ResourceLimit, OutOfMemory.
  Result<std::vector<Tensor>> Run(std::span<const Tensor> inputs);

 private:
  std::unique_ptr<runtime::Session> session_;
};

struct TextInput {
  std::string_view text;
  std::optional<std::string_view> pair;
};

struct Classification {
  int label = 0;              // index of the largest logit, the first of equals
  std::string label_name;     // TextClassifier::label_names()[label]
  std::vector<float> logits;  // one a label
};

struct TextOptions {
  // As of Threads::Create.
  int threads = 0;
  // Longer texts are cut to this many tokens. 0: 128, or the model's positions where it has fewer.
  int64_t max_length = 0;
};

// Runs a classifier of any number of labels on texts, with the memory of one caller. Cheap beside
// the model; make one for each thread. Used by one thread at a time. Movable.
class OCTET_EXPORT TextClassifier {
 public:
  // A classifier on a model that others may use at the same time. max_length is that of
  // TextOptions. Errors: those of the tokenizer's files; InvalidModel when the model is not a
  // classifier of texts, or its config.json names another number of labels; InvalidArgument for a
  // max_length that leaves no room for a token of a text, or that is above the model's.
  static Result<TextClassifier> Create(const Model& model, const Threads& threads,
                                       int64_t max_length = 0);
  // Model::Load, Threads::Create and Create in one.
  static Result<TextClassifier> Load(const std::string& folder, const ModelOptions& options = {},
                                     const TextOptions& text = {});
  TextClassifier(TextClassifier&&) noexcept;
  TextClassifier& operator=(TextClassifier&&) noexcept;
  ~TextClassifier();

  // The names of the labels, one a logit: from the model's config.json; "LABEL_0" ... without them.
  const std::vector<std::string>& label_names() const { return label_names_; }

  // Classifies the texts as one batch. What a text gets does not depend on the others, but where a
  // qconfig quantizes all of an activation with one range, as PyTorch's do. InvalidArgument for a
  // pair when max_length is 3, which leaves a pair no room.
  Result<std::vector<Classification>> Classify(std::span<const TextInput> texts);

 private:
  TextClassifier(std::unique_ptr<bert::Context> context, std::vector<std::string> label_names);
  std::unique_ptr<bert::Context> context_;
  std::vector<std::string> label_names_;
};

}  // namespace octet

#endif  // OCTET_OCTET_H_
