// Pads encoded texts to a rectangle: the inputs of an encoder.
#ifndef OCTET_BERT_BATCH_H_
#define OCTET_BERT_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ir/graph.h"
#include "text/encoding.h"

namespace octet::bert {

// What an input of an encoder means.
enum class InputRole : uint8_t { kInputIds, kAttentionMask, kTokenTypeIds, kPositionIds };

struct InputSpec {
  InputRole role;
  ir::DType dtype;  // i64 or i32; an attention mask may have any type
};

// The role of each argument, from its name (input_ids, attention_mask, token_type_ids,
// position_ids, and the names that TensorFlow exporters give: input_mask, segment_ids).
// InvalidModel, naming the argument, if it has another name, or if its type is not i64 or i32
// [batch, sequence] with both sizes symbolic. An attention mask may have any element type, because
// exporters differ.
Result<std::vector<InputSpec>> MatchInputs(std::span<const std::string> names,
                                           std::span<const ir::Type> types);

// The memory of a batch's inputs. It is reused for the next batch, and grows if necessary.
class Batch {
 public:
  // Fills the inputs for these texts, padded on the right to the longest of them or to `min_length`
  // tokens.
  void Fill(std::span<const text::Encoding> encodings, std::span<const InputSpec> inputs,
            int32_t pad_id, int64_t min_length = 0);

  // In the order of the specs; valid until the next Fill.
  std::span<const ir::TensorView> views() const { return views_; }
  int64_t num_texts() const { return num_texts_; }
  // Tokens that are not padding.
  int64_t num_tokens() const { return num_tokens_; }

 private:
  // The bytes of one input's elements.
  using Storage = std::vector<std::byte>;

  std::vector<Storage> storage_;
  std::vector<ir::TensorView> views_;
  int64_t num_texts_ = 0;
  int64_t num_tokens_ = 0;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_BATCH_H_
