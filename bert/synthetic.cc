#include "bert/synthetic.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "ir/rewriter.h"
#include "ir/verifier.h"

namespace octet::bert {
namespace {

using ir::Attributes;
using ir::Dim;
using ir::DType;
using ir::OpKind;
using ir::Shape;
using ir::Tensor;
using ir::Value;

constexpr Architecture kArchitectures[] = {
    {"bert-tiny", 2, 128, 2, 512, 30522, 512},    {"bert-mini", 4, 256, 4, 1024, 30522, 512},
    {"minilm-l6", 6, 384, 12, 1536, 30522, 512},  {"minilm-l12", 12, 384, 12, 1536, 30522, 512},
    {"bert-base", 12, 768, 12, 3072, 30522, 512}, {"bert-large", 24, 1024, 16, 4096, 30522, 512},
};
constexpr float kWeightDeviation = 0.02f;  // BERT's initializer_range
constexpr float kEpsilon = 1e-12f;         // BERT's layer_norm_eps
constexpr int64_t kLabels = 2;

// Builds the graph. The first error is kept, and values after it are null.
class Builder {
 public:
  Builder(const Architecture& architecture, ir::Module* module)
      : a_(architecture), module_(module), rewriter_(module) {}

  Status Build() {
    const Dim b = Dim::Symbol("b");
    const Dim s = Dim::Symbol("s");
    Value* ids = module_->AddArgument("input_ids", {DType::kI64, {b, s}});
    Value* mask = module_->AddArgument("attention_mask", {DType::kI64, {b, s}});
    Value* types = module_->AddArgument("token_type_ids", {DType::kI64, {b, s}});

    Value* x = Embeddings(ids, types, s);
    Value* hidden_mask = Mask(mask, b, s);
    for (int64_t layer = 0; layer < a_.layers; ++layer) {
      x = Layer(x, hidden_mask, "bert.encoder.layer." + std::to_string(layer), b, s);
    }
    Value* first =
        Op(OpKind::kGather, {x, Const(Tensor::FromVector<int64_t>(DType::kI64, {}, {0}))},
           {{"axis", int64_t{1}}});
    Value* pooled = Op(OpKind::kTanh, {Linear(first, a_.hidden, a_.hidden, "bert.pooler.dense")});
    Value* logits = Linear(pooled, a_.hidden, kLabels, "classifier");
    OCTET_RETURN_IF_ERROR(status_);
    module_->AddOutput("logits", logits);
    return ir::Verify(*module_);
  }

 private:
  template <typename T>
  T Keep(Result<T> result) {
    if (result.ok()) return *std::move(result);
    if (status_.ok()) status_ = result.status();
    return T();
  }

  Value* Op(OpKind kind, std::initializer_list<Value*> operands, Attributes attributes = {}) {
    if (!status_.ok()) return nullptr;
    return Keep(rewriter_.CreateValue(kind, operands, std::move(attributes)));
  }

  Value* Const(Tensor tensor, std::string name = {}) {
    if (!status_.ok()) return nullptr;
    return Keep(rewriter_.Constant(std::move(tensor), std::move(name)));
  }

  Value* Scalar(float value) { return Const(Tensor::FromVector<float>(DType::kF32, {}, {value})); }

  Value* Filled(int64_t size, float value, std::string name) {
    const std::vector<float> values(static_cast<size_t>(size), value);
    return Const(Tensor::FromVector<float>(DType::kF32, {size}, values), std::move(name));
  }

  // N(0, 0.02). Each tensor has its own random stream, numbered in the order of creation.
  Value* Weight(int64_t rows, int64_t cols, std::string name) {
    if (!status_.ok()) return nullptr;
    Tensor tensor = Keep(ir::RandomTensor(DType::kF32, {rows, cols}, next_stream_++));
    if (!status_.ok()) return nullptr;
    auto* values = static_cast<float*>(tensor.mutable_data());
    for (int64_t i = 0; i < tensor.num_elements(); ++i) values[i] *= kWeightDeviation;
    tensor.set_description({});
    return Const(std::move(tensor), std::move(name));
  }

  void At(const std::string& module_path) {
    rewriter_.set_location({"/" + module_path, module_path});
  }

  Value* Linear(Value* x, int64_t k, int64_t n, const std::string& path) {
    At(path);
    Value* product = Op(OpKind::kMatMul, {x, Weight(k, n, path + ".weight")});
    return Op(OpKind::kAdd, {product, Filled(n, 0.0f, path + ".bias")});
  }

  Value* LayerNorm(Value* x, const std::string& path) {
    At(path);
    if (!status_.ok()) return nullptr;
    return Op(
        OpKind::kLayerNorm,
        {x, Filled(a_.hidden, 1.0f, path + ".weight"), Filled(a_.hidden, 0.0f, path + ".bias")},
        {{"axis", x->rank() - 1}, {"epsilon", double{kEpsilon}}});
  }

  Value* Embeddings(Value* ids, Value* types, const Dim& s) {
    const std::string path = "bert.embeddings";
    At(path);
    const Attributes axis = {{"axis", int64_t{0}}};
    const auto lookup = [&](Value* rows, int64_t size, const std::string& name) {
      return Op(OpKind::kGather, {Weight(size, a_.hidden, path + "." + name + ".weight"), rows},
                axis);
    };
    Value* words = lookup(ids, a_.vocabulary, "word_embeddings");
    Value* token_types = lookup(types, 2, "token_type_embeddings");
    Value* range = Op(OpKind::kIota, {}, {{"start", int64_t{0}}, {"limit", Shape{s}}});
    Value* row = Op(OpKind::kReshape, {range}, {{"shape", Shape{1, s}}});
    Value* positions = lookup(row, a_.positions, "position_embeddings");
    Value* sum = Op(OpKind::kAdd, {Op(OpKind::kAdd, {words, token_types}), positions});
    return LayerNorm(sum, path + ".LayerNorm");
  }

  // (1 - mask) * lowest, [b,1,1,s].
  Value* Mask(Value* mask, const Dim& b, const Dim& s) {
    At("bert");
    Value* wide = Op(OpKind::kReshape, {mask}, {{"shape", Shape{b, 1, 1, s}}});
    Value* keep = Op(OpKind::kCast, {wide}, {{"to", DType::kF32}});
    Value* hide = Op(OpKind::kSub, {Scalar(1.0f), keep});
    return Op(OpKind::kMul, {hide, Scalar(std::numeric_limits<float>::lowest())});
  }

  Value* SplitHeads(Value* x, const Dim& b, const Dim& s, std::vector<int64_t> perm) {
    const Shape shape = {b, s, a_.heads, a_.hidden / a_.heads};
    Value* split = Op(OpKind::kReshape, {x}, {{"shape", shape}});
    return Op(OpKind::kTranspose, {split}, {{"perm", std::move(perm)}});
  }

  Value* Attention(Value* x, Value* mask, const std::string& path, const Dim& b, const Dim& s) {
    Value* q = SplitHeads(Linear(x, a_.hidden, a_.hidden, path + ".query"), b, s, {0, 2, 1, 3});
    Value* k = SplitHeads(Linear(x, a_.hidden, a_.hidden, path + ".key"), b, s, {0, 2, 3, 1});
    Value* v = SplitHeads(Linear(x, a_.hidden, a_.hidden, path + ".value"), b, s, {0, 2, 1, 3});
    At(path);
    const auto head_dim = static_cast<float>(a_.hidden / a_.heads);
    Value* scores = Op(OpKind::kDiv, {Op(OpKind::kMatMul, {q, k}), Scalar(std::sqrt(head_dim))});
    Value* weights =
        Op(OpKind::kSoftmax, {Op(OpKind::kAdd, {scores, mask})}, {{"axis", int64_t{3}}});
    Value* heads = Op(OpKind::kTranspose, {Op(OpKind::kMatMul, {weights, v})},
                      {{"perm", std::vector<int64_t>{0, 2, 1, 3}}});
    return Op(OpKind::kReshape, {heads}, {{"shape", Shape{b, s, a_.hidden}}});
  }

  Value* Gelu(Value* x) {
    Value* erf = Op(OpKind::kErf, {Op(OpKind::kDiv, {x, Scalar(std::numbers::sqrt2_v<float>)})});
    Value* product = Op(OpKind::kMul, {x, Op(OpKind::kAdd, {erf, Scalar(1.0f)})});
    return Op(OpKind::kMul, {product, Scalar(0.5f)});
  }

  Value* Layer(Value* x, Value* mask, const std::string& path, const Dim& b, const Dim& s) {
    Value* context = Attention(x, mask, path + ".attention.self", b, s);
    Value* attended = Linear(context, a_.hidden, a_.hidden, path + ".attention.output.dense");
    x = LayerNorm(Op(OpKind::kAdd, {attended, x}), path + ".attention.output.LayerNorm");
    Value* wide = Gelu(Linear(x, a_.hidden, a_.intermediate, path + ".intermediate.dense"));
    Value* narrow = Linear(wide, a_.intermediate, a_.hidden, path + ".output.dense");
    return LayerNorm(Op(OpKind::kAdd, {narrow, x}), path + ".output.LayerNorm");
  }

  const Architecture& a_;
  ir::Module* module_;
  ir::Rewriter rewriter_;
  Status status_;
  uint64_t next_stream_ = 0;
};

}  // namespace

std::span<const Architecture> Architectures() { return kArchitectures; }

Result<Architecture> FindArchitecture(std::string_view name) {
  std::string names;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.name == name) return architecture;
    names += (names.empty() ? "" : ", ") + std::string(architecture.name);
  }
  return InvalidArgument("unknown architecture '" + Printable(name) + "': one of " + names);
}

Result<ir::Module> MakeSyntheticModule(const Architecture& architecture) {
  ir::Module module;
  OCTET_RETURN_IF_ERROR(Builder(architecture, &module).Build());
  return module;
}

}  // namespace octet::bert
