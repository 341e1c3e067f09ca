#include "tests/runtime/models.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace octet::runtime {
namespace {

constexpr const char* kConstants = R"(
  %words = constant {value = random(1)} : f32[50,32]
  %positions = constant {value = random(2)} : f32[64,32]
  %wq = constant {value = random(3)} : f32[32,32]
  %wk = constant {value = random(4)} : f32[32,32]
  %wv = constant {value = random(5)} : f32[32,32]
  %bq = constant {value = random(6)} : f32[32]
  %w1 = constant {value = random(7)} : i8[32,80]
  %w1s = constant {value = splat(0.004)} : f32[80]
  %w1z = constant {value = splat(0)} : i32[80]
  %b1 = constant {value = random(8)} : f32[80]
  %w2 = constant {value = random(9)} : f32[80,32]
  %b2 = constant {value = random(10)} : f32[32]
  %gamma = constant {value = random(11)} : f32[32]
  %beta = constant {value = random(12)} : f32[32]
  %wc = constant {value = random(13)} : f32[32,3]
)";

// The ops from %x, the embeddings, to %h, the output of the layer. `tokens` replaces T: b,s or t.
std::string Layer(const std::string& tokens, const std::string& attention) {
  std::string text = R"(
  %q = linear %x, %wq, %bq : f32[T,32]
  %k = linear %x, %wk : f32[T,32]
  %v = linear %x, %wv : f32[T,32]
)" + attention + R"(
  %n = add_layer_norm %a, %x, %gamma, %beta {epsilon = 1e-12} : f32[T,32]
  %n8, %ns, %nz = quantize_dynamic %n {observer = "per_token_affine_u8", to = u8} : u8[T,32], f32[T], i32[T]
  %i = qlinear %n8, %ns, %nz, %w1, %w1s, %w1z, %b1 {activation = "gelu"} : f32[T,80]
  %o = linear %i, %w2, %b2 : f32[T,32]
  %h = add_layer_norm %o, %n, %gamma, %beta {epsilon = 1e-12} : f32[T,32]
)";
  for (size_t at = text.find("[T"); at != std::string::npos; at = text.find("[T", at)) {
    text.replace(at + 1, 1, tokens);
  }
  return text;
}

}  // namespace

std::string PackedEncoder(int heads) {
  return std::string("stage quant graph(%input_ids: i64[b,s], %attention_mask: i64[b,s]) {") +
         kConstants + R"(
  %token, %begin, %length = token_layout %attention_mask {symbol = "t"} : i64[t], i64[b], i64[b]
  %iota = iota {limit = dims[s], start = 0} : i64[s]
  %pos = reshape %iota {shape = dims[1,s]} : i64[1,s]
  %ids = pack_tokens %input_ids, %token : i64[t]
  %at = pack_tokens %pos, %token : i64[t]
  %x = embedding %ids, %words, %at, %positions : f32[t,32]
)" +
         Layer("t", "  %a = ragged_attention %q, %k, %v, %begin, %length {heads = " +
                        std::to_string(heads) + ", scale = 0.3535} : f32[T,32]\n") +
         R"(
  %first = gather %h, %begin {axis = 0} : f32[b,32]
  %y = linear %first, %wc {activation = "tanh"} : f32[b,3]
  return %y as "logits"
}
)";
}

std::string DenseEncoder(int heads) {
  return std::string("stage quant graph(%input_ids: i64[b,s], %attention_mask: i64[b,s]) {") +
         kConstants + R"(
  %iota = iota {limit = dims[s], start = 0} : i64[s]
  %pos = reshape %iota {shape = dims[1,s]} : i64[1,s]
  %x = embedding %input_ids, %words, %pos, %positions : f32[b,s,32]
  %m4 = reshape %attention_mask {shape = dims[b,1,1,s]} : i64[b,1,1,s]
  %mf = cast %m4 {to = f32} : f32[b,1,1,s]
  %one = constant {value = splat(1.0)} : f32[]
  %m1 = sub %one, %mf : f32[b,1,1,s]
  %big = constant {value = splat(-1e9)} : f32[]
  %mask = mul %m1, %big : f32[b,1,1,s]
)" +
         Layer("b,s", "  %a = attention %q, %k, %v, %mask {heads = " + std::to_string(heads) +
                          ", scale = 0.3535} : f32[T,32]\n") +
         R"(
  %zero = constant {value = splat(0)} : i64[]
  %first = gather %h, %zero {axis = 1} : f32[b,32]
  %y = linear %first, %wc {activation = "tanh"} : f32[b,3]
  return %y as "logits"
}
)";
}

Tensors EncoderInputs(const std::vector<int64_t>& lengths, uint64_t seed) {
  const auto batch = static_cast<int64_t>(lengths.size());
  const int64_t longest = *std::max_element(lengths.begin(), lengths.end());
  std::vector<int64_t> mask;
  for (const int64_t length : lengths) {
    for (int64_t i = 0; i < longest; ++i) mask.push_back(i < length ? 1 : 0);
  }
  return {Ids({batch, longest}, 50, seed), Of<int64_t>(ir::DType::kI64, {batch, longest}, mask)};
}

void CheckSentencesAlone(const std::shared_ptr<const Program>& program, const Tensors& inputs,
                         const std::vector<int64_t>& lengths, const Tensors& batch) {
  const int64_t padded = inputs[0].dims()[1];
  const int64_t classes = batch[0].dims()[1];
  for (size_t i = 0; i < lengths.size(); ++i) {
    CAPTURE(i);
    const int64_t* ids = inputs[0].as<int64_t>() + static_cast<int64_t>(i) * padded;
    const std::vector<int64_t> own(ids, ids + lengths[i]);
    const std::vector<int64_t> ones(own.size(), 1);
    const Tensors alone =
        RunProgram(program, {Of<int64_t>(ir::DType::kI64, {1, lengths[i]}, own),
                             Of<int64_t>(ir::DType::kI64, {1, lengths[i]}, ones)});
    const float* row = batch[0].as<float>() + static_cast<int64_t>(i) * classes;
    const std::vector<float> expected(row, row + classes);
    CHECK(SameBytes(alone, {Of<float>(ir::DType::kF32, {1, classes}, expected)}));
  }
}

}  // namespace octet::runtime
