// octet's public C++ API: load a BERT-family encoder from its ONNX file, and run it on text or on
// tensors.
//
//   auto classifier = octet::TextClassifier::Load("models/minilm_l6_mrpc");
//   if (!classifier.ok()) return Report(classifier.status());
//   const std::vector<octet::TextInput> texts = {{"A sentence.", "Another one."}};
//   auto results = classifier->Classify(texts);
//
// A service loads a model once and makes a classifier for each of its threads. All of them share
// one copy of the weights. octet::Threads() stands for the calling thread alone:
//
//   auto classifier = octet::TextClassifier::Create(model, octet::Threads());
//
// Nothing here prints, or reads the environment (except OCTET_ISA, see ModelOptions). If memory
// runs out, functions that return a Result return OutOfMemory, and the others throw std::bad_alloc;
// there are no other exceptions. Results do not depend on the rounding and denormal modes of the
// calling thread, which are the same after a call as before it.
//
// Wrong arguments are errors that name the argument: InvalidArgument for numbers that are not
// enumerators, for impossible sizes and pointers, and for handles that were moved from. Such a
// handle may only be assigned to or destroyed; a model that was moved from has no inputs, no
// outputs and no weights. Handles may be destroyed in any order: a context keeps its model and its
// threads alive.
//
// A process may load models and run them, and then fork(). The child process has the models,
// contexts and classifiers, but not the threads of its parent: a run on such Threads is done by its
// caller alone, with the same results. Threads that the child creates work as in any process. A
// context that another thread was running during fork() stays Busy in the child. A process may
// exit() while other threads run models, if exit() does not destroy what they use.
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

// Implementation types behind the handles below. Programs do not use them.
namespace bert {
class Context;
struct Encoder;
}  // namespace bert
namespace runtime {
class ThreadPool;
}  // namespace runtime

// "0.1.0"
OCTET_EXPORT std::string_view Version();

enum class ModelPrecision : uint8_t {
  kFp32,   // as exported
  kInt8,   // dynamically quantized
  kDebug,  // the quantized graph in float arithmetic; gives exactly the results of kInt8
};

enum class AttentionPrecision : uint8_t {
  kF32,   // the same results on every CPU
  kBf16,  // bfloat16 products: faster, less exact, only on CPUs with AVX512_BF16
};

// What a model may take. More is ResourceLimit, found before the memory is taken. A service that
// loads models of strangers sets less.
struct ModelLimits {
  // The file of the graph, whose format can describe no more than this.
  uint64_t max_file_bytes = (uint64_t{1} << 31) - 1;
  // All weights together, those in files of their own included.
  uint64_t max_weight_bytes = uint64_t{16} << 30;
  // The intermediate values of a run, in each context.
  int64_t max_run_bytes = int64_t{16} << 30;
};

struct ModelOptions {
  ModelPrecision precision = ModelPrecision::kInt8;
  // What to quantize: a preset's name, or the JSON of a qconfig dictionary by module path. Empty:
  // all linears, with octet's default qconfig.
  std::string qconfig = {};
  // The instruction set to use: "reference", "avx2", "avx512", "avx512_bf16", "avx_vnni",
  // "avx512_vnni" or "amx_int8"; InvalidArgument if this CPU does not have it. Empty: the best of
  // this CPU. The environment variable OCTET_ISA can lower it further. Results do not depend on it
  // while attention is kF32.
  //
  // On a CPU with AMX, loading a model asks Linux to let this process use AMX's registers
  // (ARCH_REQ_XCOMP_PERM). From then on Linux refuses signal stacks (sigaltstack) that are too
  // small for them, about 11 KB. If it refuses AMX, because a thread has such a stack or a sandbox
  // forbids the call, octet runs without AMX.
  std::string isa = {};
  // kBf16 is Unsupported where the CPU, or the highest instruction set allowed, lacks it.
  AttentionPrecision attention = AttentionPrecision::kF32;
  ModelLimits limits = {};
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
  // dimension without a name in the model is called "b" (batch), "s" (sequence) or after its input.
  std::vector<std::string> dims;
};

// A dense row-major tensor. It does not own its data.
struct Tensor {
  ElementType type = ElementType::kFloat32;
  std::vector<int64_t> dims;
  const void* data = nullptr;
};

// A compiled model, with its tokenizer and configuration if it has them. A handle: copies share the
// model, which is immutable. Thread-safe.
class OCTET_EXPORT Model {
 public:
  // Imports, optimizes, quantizes and compiles the ONNX file `path`, or the ONNX file in the folder
  // `path`. Errors: NotFound, Io, InvalidModel, Unsupported and so on with the file, node or
  // tensor; InvalidArgument for invalid options. A missing or unsupported tokenizer is an error
  // only when texts are to be run.
  static Result<Model> Load(const std::string& path, const ModelOptions& options = {});

  std::vector<TensorInfo> inputs() const;
  std::vector<TensorInfo> outputs() const;

  // Bytes of the weights in the form that this CPU's kernels read. All contexts of the model share
  // them.
  int64_t weight_bytes() const;

  // For octet's own code.
  const std::shared_ptr<const bert::Encoder>& encoder() const { return encoder_; }

 private:
  explicit Model(std::shared_ptr<const bert::Encoder> encoder) : encoder_(std::move(encoder)) {}
  std::shared_ptr<const bert::Encoder> encoder_;
};

// A set of threads. Contexts and classifiers may share it; their runs then take turns. A handle;
// thread-safe.
class OCTET_EXPORT Threads {
 public:
  // The calling thread alone.
  Threads();
  // `count` threads, including the caller's. More than 256 become 256, and the system may allow
  // fewer. 0: one thread for each CPU of this process.
  static Result<Threads> Create(int count = 0);

  // For octet's own code.
  const std::shared_ptr<runtime::ThreadPool>& pool() const { return pool_; }

 private:
  explicit Threads(std::shared_ptr<runtime::ThreadPool> pool) : pool_(std::move(pool)) {}
  std::shared_ptr<runtime::ThreadPool> pool_;
};

// Runs a model on tensors, with the memory of one caller. Cheap to make: make one for each thread
// that runs the model. Not reentrant: a concurrent call returns Busy. Movable.
class OCTET_EXPORT Context {
 public:
  Context(const Model& model, const Threads& threads);
  Context(Context&&) noexcept;
  Context& operator=(Context&&) noexcept;
  ~Context();

  // Runs the model on inputs in the order of model.inputs(). The results are in the order of
  // model.outputs() and stay valid until the next run. A context keeps the plans of the last 32
  // shapes; running one of these again allocates only short lists of sizes and pointers. Errors:
  // InvalidArgument naming the input, also when its data lie in the results of the last run (copy
  // them first), or naming the node when a sequence is longer than the model's positions; Busy,
  // ResourceLimit, OutOfMemory.
  Result<std::vector<Tensor>> Run(std::span<const Tensor> inputs);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct TextInput {
  std::string_view text;
  std::optional<std::string_view> pair;
};

struct Classification {
  int label = 0;              // index of the largest logit; the first one on a tie
  std::string label_name;     // TextClassifier::label_names()[label]
  std::vector<float> logits;  // one for each label
};

struct TextOptions {
  // The `count` of Threads::Create.
  int threads = 0;
  // Longer texts are cut to this many tokens. 0: 128, or the model's positions if it has fewer.
  int64_t max_length = 0;
};

// Classifies texts with a model of any number of labels, with the memory of one caller. Cheap
// compared with the model: make one for each thread. Not reentrant: a concurrent call returns Busy.
// Movable.
class OCTET_EXPORT TextClassifier {
 public:
  // A classifier on a model that others may use at the same time. max_length is that of
  // TextOptions. Errors: those of the tokenizer's files; InvalidModel when the model is not a
  // classifier of texts, or its config.json has another number of labels than the model;
  // InvalidArgument for a max_length that leaves no room for a token of a text, or that is above
  // the model's.
  static Result<TextClassifier> Create(const Model& model, const Threads& threads,
                                       int64_t max_length = 0);
  // Calls Model::Load, Threads::Create and Create.
  static Result<TextClassifier> Load(const std::string& folder, const ModelOptions& options = {},
                                     const TextOptions& text = {});
  TextClassifier(TextClassifier&&) noexcept;
  TextClassifier& operator=(TextClassifier&&) noexcept;
  ~TextClassifier();

  // One name for each logit: from the model's config.json, or "LABEL_0", "LABEL_1" ... without it.
  const std::vector<std::string>& label_names() const { return label_names_; }

  // Classifies the texts as one batch. The result of a text does not depend on the other texts,
  // unless the qconfig gives all of an activation one range, as PyTorch's qconfigs do. Errors:
  // InvalidArgument for a pair when max_length is 3, which leaves no room for a pair, and for a
  // text whose pointer is null but whose size is not 0; ResourceLimit for a text of more than
  // 256 MiB; Busy; those of Context::Run.
  Result<std::vector<Classification>> Classify(std::span<const TextInput> texts);

 private:
  TextClassifier(std::unique_ptr<bert::Context> context, std::vector<std::string> label_names);
  std::unique_ptr<bert::Context> context_;
  std::vector<std::string> label_names_;
};

}  // namespace octet

#endif  // OCTET_OCTET_H_
