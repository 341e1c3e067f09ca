// BERT's tokenizer: text to token ids, as Hugging Face's fast BertWordPieceTokenizer
// (`tokenizers` 0.22.2) gives them. Where the public implementations disagree (control characters,
// Unicode version, order of accents and lower case, truncation of pairs) that one is the
// reference, because it is what exporters' users run.
#ifndef OCTET_BERT_TEXT_WORDPIECE_H_
#define OCTET_BERT_TEXT_WORDPIECE_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bert/text/normalizer.h"
#include "bert/text/vocab.h"
#include "ir/status.h"

namespace octet::bert {

// Text that becomes one token wherever it stands literally in the input, before normalization.
struct AddedToken {
  std::string text;
  int32_t id = 0;
};

struct TokenizerOptions {
  NormalizerOptions normalizer;
  std::string unk_token = "[UNK]";
  std::string cls_token = "[CLS]";
  std::string sep_token = "[SEP]";
  std::string pad_token = "[PAD]";
  // What a piece inside a word starts with in the vocabulary.
  std::string continuation_prefix = "##";
  // A longer word, in code points after normalization, is [UNK] as a whole.
  int64_t max_word_chars = 100;
  // False: all token types are 0, also those of the second text of a pair. So works a model whose
  // tokenizer gives no token types, or that has one type alone.
  bool token_types = true;
  // The longest sequence the model has positions for; 0 = unknown.
  int64_t model_max_length = 0;
  // "[SEP]" typed in a text becomes the special id, as in the reference. False reads it as the
  // words "[", "sep", "]", which is what untrusted text wants.
  bool match_special_tokens = true;
  // What match_special_tokens looks for; unset = [UNK], [CLS], [SEP], [PAD] and [MASK], those that
  // the vocabulary has.
  std::optional<std::vector<AddedToken>> added_tokens;
};

// A range of code points of the field a token came from; malformed UTF-8 counts one code point for
// each U+FFFD it decodes to.
struct TokenOffsets {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const TokenOffsets&) const = default;
};

// One sequence, not padded: [CLS] a [SEP], or [CLS] a [SEP] b [SEP]. The three have equal lengths.
struct Encoding {
  std::vector<int32_t> ids;
  std::vector<int32_t> type_ids;      // 0 up to the first [SEP] inclusive, then 1; see token_types
  std::vector<TokenOffsets> offsets;  // [0, 0) for the tokens the template adds
};

// Immutable after Create; Encode may run in any number of threads at once.
class WordPieceTokenizer {
 public:
  // A text longer than this is refused: offsets and memory (about 40 bytes a code point while
  // encoding) stay bounded.
  static constexpr uint64_t kMaxTextBytes = uint64_t{256} << 20;

  // Errors: InvalidModel if one of the special tokens is not in the vocabulary; InvalidArgument
  // for an empty added token or one with a negative id.
  static Result<WordPieceTokenizer> Create(Vocabulary vocabulary, TokenizerOptions options = {});

  // Encodes one text or a pair, cut to at most max_length tokens in all, special ones included
  // (longest_first, on the right; see truncation.h). `b` may be empty text: still a pair.
  // Any bytes are accepted as text. Time is linear in the text.
  // Errors: InvalidArgument if max_length leaves no room for a token of the text (below 3, or 4
  // for a pair) or is above the model's; ResourceLimit for a text above kMaxTextBytes.
  Result<Encoding> Encode(std::string_view a, std::optional<std::string_view> b,
                          int64_t max_length) const;

  // `max_length`, or the model's own where that is less.
  int64_t AtMostModelLength(int64_t max_length) const {
    const int64_t limit = options_.model_max_length;
    return limit > 0 ? std::min(max_length, limit) : max_length;
  }

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const TokenizerOptions& options() const { return options_; }
  int32_t pad_id() const { return pad_id_; }

 private:
  struct Token {
    int32_t id;
    TokenOffsets offsets;
  };
  using Word = const NormalizedChar*;

  WordPieceTokenizer(Vocabulary vocabulary, TokenizerOptions options);

  const AddedToken* FindAddedToken(std::string_view text) const;
  std::vector<Token> Tokenize(std::string_view text) const;
  void TokenizeSegment(std::vector<NormalizedChar>& segment, std::vector<Token>& tokens) const;
  void TokenizeWord(Word begin, Word end, std::vector<Token>& tokens) const;

  Vocabulary vocabulary_;
  TokenizerOptions options_;
  std::vector<AddedToken> added_tokens_;  // longest first; empty unless match_special_tokens
  TokenTrie::Node continuation_;  // where the pieces inside words start; kNone if there are none
  int32_t unk_id_ = 0;
  int32_t cls_id_ = 0;
  int32_t sep_id_ = 0;
  int32_t pad_id_ = 0;
};

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_WORDPIECE_H_
