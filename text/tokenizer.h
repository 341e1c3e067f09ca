// A tokenizer: from text to the token ids of Hugging Face's `tokenizers` (0.23.3). Public
// implementations differ (control characters, Unicode version, order of accents and lower case,
// truncation of pairs). That one is the reference, because users of exported models run it.
#ifndef OCTET_TEXT_TOKENIZER_H_
#define OCTET_TEXT_TOKENIZER_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "text/added_tokens.h"
#include "text/encoding.h"
#include "text/model.h"
#include "text/model_options.h"
#include "text/normalizer.h"
#include "text/normalizer_steps.h"
#include "text/offset_trimming.h"
#include "text/post_processor.h"
#include "text/pre_tokenizer.h"
#include "text/truncation.h"
#include "text/vocab.h"

namespace octet::text {

// The defaults are those of an uncased BERT.
struct TokenizerOptions {
  TokenizerOptions();  // not inline: GCC 12 would warn, wrongly, of uninitialized strings

  Normalizer normalizer = BertNormalizer();
  PreTokenizer pre_tokenizer;
  ModelOptions model;
  PostProcessor post_processor = BertTemplate("[CLS]", "[SEP]");
  // The token that pads a batch. pad_id is its id if neither the vocabulary nor the added tokens
  // have it. Results do not depend on the token.
  std::string pad_token = "[PAD]";
  int32_t pad_id = 0;
  // Tokens that are found by their spelling. Unset: those of [UNK], [CLS], [SEP], [PAD] and [MASK]
  // that the vocabulary has.
  std::optional<std::vector<AddedToken>> added_tokens;
  // True: "[SEP]" in a text becomes the special id, as in the reference. False: it becomes the
  // words "[", "sep", "]", which is safer for untrusted text.
  bool match_special_tokens = true;
  // False: all token types are 0, also those of the second text of a pair. For models with only one
  // type, or with a tokenizer that does not give token types.
  bool token_types = true;
  // The length of the longest sequence that the model can take; 0 = unknown.
  int64_t model_max_length = 0;
  // Where a text that is too long loses tokens.
  Side truncation_side = Side::kRight;
  // Where the shorter texts of a batch are padded. Encode does not pad.
  Side padding_side = Side::kRight;
};

// The tokens of a text before truncation.
struct TextTokens {
  // An added token whose offsets will be trimmed: its index among the tokens, and its white space.
  struct Added {
    size_t index;
    EndSpaces spaces;
  };
  std::vector<Token> tokens;
  std::vector<Added> added;  // ascending; only if the post-processor trims offsets
};

// Immutable after Create; Encode may run in any number of threads at once.
class Tokenizer {
 public:
  // A longer text is refused, to bound offsets and memory (about 40 bytes for each code point while
  // encoding; a word without end takes as much again in Unigram, and for each byte in BPE).
  static constexpr uint64_t kMaxTextBytes = uint64_t{256} << 20;

  // Errors: those of CreateModel and AddedTokens::Create; InvalidModel if a special token of the
  // template has another id or is neither in the vocabulary nor an added token; Unsupported for a
  // post-processor that trims offsets with Unigram, whose unknown tokens have no text of their own.
  static Result<Tokenizer> Create(Vocabulary vocabulary, TokenizerOptions options = {});

  // Encodes one text or a pair, cut to at most max_length tokens in all, special ones included (see
  // truncation.h; kDoNotTruncate ignores max_length). With an empty `b`, the texts are still a
  // pair. Any bytes are accepted as text. Takes linear time. Errors: InvalidArgument if max_length
  // leaves no room for a token of the text (below 3 for [CLS] and [SEP], or 4 for a pair) or is
  // above the model's, if the tokenizer cannot encode pairs, or if the text to be cut has too few
  // tokens; InvalidModel if a part of a text is not in the vocabulary and the model has no token
  // for the unknown; ResourceLimit for a text above kMaxTextBytes.
  Result<Encoding> Encode(std::string_view a, std::optional<std::string_view> b, int64_t max_length,
                          Truncation truncation = Truncation::kLongestFirst) const;

  // `max_length`, or the model's own maximum if that is less.
  int64_t AtMostModelLength(int64_t max_length) const {
    const int64_t limit = options_.model_max_length;
    return limit > 0 ? std::min(max_length, limit) : max_length;
  }

  const Vocabulary& vocabulary() const { return model_->vocabulary(); }
  const TokenizerOptions& options() const { return options_; }
  int32_t pad_id() const { return pad_id_; }
  // One more than the largest id of the vocabulary and the added tokens.
  int64_t num_ids() const {
    return std::max<int64_t>(vocabulary().size(), int64_t{added_tokens_.max_id()} + 1);
  }

 private:
  Tokenizer(std::unique_ptr<const Model> model, TokenizerOptions options)
      : model_(std::move(model)), options_(std::move(options)) {}

  std::optional<int32_t> FindId(const std::string& token) const;
  Status ResolveTemplate(Template& pieces) const;
  Status CheckTexts(std::string_view a, std::optional<std::string_view> b) const;
  Status CheckMaxLength(int64_t max_length, bool is_pair) const;
  Result<TextTokens> Tokenize(std::string_view text) const;
  Status TokenizeSegment(NormalizedText& segment, TextTokens* out) const;
  Status TokenizeWords(std::span<const NormalizedChar> text, std::vector<Token>* tokens) const;
  void TruncateAndTrim(size_t size, size_t which, TextTokens* text) const;

  std::unique_ptr<const Model> model_;
  TokenizerOptions options_;  // without what the model holds
  AddedTokens added_tokens_;
  int32_t pad_id_ = 0;
  std::vector<EndSpaces> end_spaces_;  // of the model's tokens; only if offsets are trimmed
};

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_H_
