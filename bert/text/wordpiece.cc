#include "bert/text/wordpiece.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "bert/text/truncation.h"
#include "bert/text/unicode.h"

namespace octet::bert {
namespace {

Status CheckLengths(std::string_view a, std::optional<std::string_view> b, int64_t max_length,
                    int64_t model_max_length) {
  const int64_t special = b ? 3 : 2;
  if (max_length <= special) {
    return InvalidArgument(
        fmt::format("max_length {} leaves no room for text: {} tokens are [CLS] and [SEP]",
                    max_length, special));
  }
  if (model_max_length > 0 && max_length > model_max_length) {
    return InvalidArgument(
        fmt::format("max_length {} is above the model's {}", max_length, model_max_length));
  }
  const uint64_t longest = std::max(a.size(), b ? b->size() : 0);
  if (longest > WordPieceTokenizer::kMaxTextBytes) {
    return ResourceLimit(
        fmt::format("text of {} bytes, limit {}", longest, WordPieceTokenizer::kMaxTextBytes));
  }
  return Status();
}

}  // namespace

WordPieceTokenizer::WordPieceTokenizer(Vocabulary vocabulary, TokenizerOptions options)
    : vocabulary_(std::move(vocabulary)),
      options_(std::move(options)),
      continuation_(vocabulary_.trie().Walk(TokenTrie::kRoot, options_.continuation_prefix)) {}

Result<WordPieceTokenizer> WordPieceTokenizer::Create(Vocabulary vocabulary,
                                                      TokenizerOptions options) {
  WordPieceTokenizer tokenizer(std::move(vocabulary), std::move(options));
  const TokenizerOptions& names = tokenizer.options_;
  const std::pair<const std::string*, int32_t*> specials[] = {
      {&names.unk_token, &tokenizer.unk_id_},
      {&names.cls_token, &tokenizer.cls_id_},
      {&names.sep_token, &tokenizer.sep_id_},
      {&names.pad_token, &tokenizer.pad_id_}};
  for (const auto& [name, id] : specials) {
    const std::optional<int32_t> found = tokenizer.vocabulary_.Find(*name);
    if (!found) {
      return InvalidModel(fmt::format("the vocabulary has no {}", Printable(*name)));
    }
    *id = *found;
  }
  std::vector<AddedToken>& added = tokenizer.added_tokens_;
  if (names.added_tokens) {
    added = *names.added_tokens;
  } else {
    const std::string mask = "[MASK]";
    for (const std::string* name :
         {&names.unk_token, &names.cls_token, &names.sep_token, &names.pad_token, &mask}) {
      if (const auto id = tokenizer.vocabulary_.Find(*name)) added.push_back({*name, *id});
    }
  }
  for (const AddedToken& token : added) {
    if (token.text.empty() || token.id < 0) {
      return InvalidArgument(
          fmt::format("added token '{}' with id {}", Printable(token.text), token.id));
    }
  }
  // Longest first, so that the first match is the longest.
  std::stable_sort(added.begin(), added.end(), [](const AddedToken& x, const AddedToken& y) {
    return x.text.size() > y.text.size();
  });
  if (!names.match_special_tokens) added.clear();
  return tokenizer;
}

const AddedToken* WordPieceTokenizer::FindAddedToken(std::string_view text) const {
  for (const AddedToken& token : added_tokens_) {
    if (text.front() == token.text.front() && text.starts_with(token.text)) return &token;
  }
  return nullptr;
}

// Greedy longest match from the left; a word with a part that no piece covers is [UNK] as a whole.
void WordPieceTokenizer::TokenizeWord(Word begin, Word end, std::vector<Token>& tokens) const {
  const TokenTrie& trie = vocabulary_.trie();
  const size_t before = tokens.size();
  bool covered = end - begin <= options_.max_word_chars;
  for (Word start = begin; covered && start != end;) {
    TokenTrie::Node node = start == begin ? TokenTrie::kRoot : continuation_;
    Word piece_end = start;
    int32_t id = TokenTrie::kNoToken;
    for (Word c = start; c != end && node != TokenTrie::kNone; ++c) {
      char utf8[4];
      node = trie.Walk(node, {utf8, EncodeUtf8(c->code_point, utf8)});
      if (node != TokenTrie::kNone && trie.TokenAt(node) != TokenTrie::kNoToken) {
        id = trie.TokenAt(node);
        piece_end = c + 1;
      }
    }
    covered = id != TokenTrie::kNoToken;
    if (covered) tokens.push_back({id, {start->origin, (piece_end - 1)->origin + 1}});
    start = piece_end;
  }
  if (!covered) {
    tokens.resize(before);
    tokens.push_back({unk_id_, {begin->origin, (end - 1)->origin + 1}});
  }
}

void WordPieceTokenizer::TokenizeSegment(std::vector<NormalizedChar>& segment,
                                         std::vector<Token>& tokens) const {
  Normalize(options_.normalizer, segment);
  const Word end = segment.data() + segment.size();
  Word word = segment.data();
  for (Word c = word; c != end; ++c) {
    const bool punctuation = IsPunctuation(c->code_point);
    if (!punctuation && !IsWhitespace(c->code_point)) continue;
    if (word != c) TokenizeWord(word, c, tokens);
    if (punctuation) TokenizeWord(c, c + 1, tokens);
    word = c + 1;
  }
  if (word != end) TokenizeWord(word, end, tokens);
  segment.clear();
}

std::vector<WordPieceTokenizer::Token> WordPieceTokenizer::Tokenize(std::string_view text) const {
  std::vector<Token> tokens;
  std::vector<NormalizedChar> segment;
  uint32_t index = 0;  // of the code point at byte `at`
  for (size_t at = 0; at < text.size();) {
    const AddedToken* added = FindAddedToken(text.substr(at));
    if (added) {
      TokenizeSegment(segment, tokens);
      const uint32_t begin = index;
      ForEachCodePoint(added->text, [&](char32_t) { ++index; });
      tokens.push_back({added->id, {begin, index}});
      at += added->text.size();
    } else {
      const DecodedChar decoded = DecodeUtf8(text, at);
      segment.push_back({decoded.code_point, index++});
      at += decoded.bytes;
    }
  }
  TokenizeSegment(segment, tokens);
  return tokens;
}

Result<Encoding> WordPieceTokenizer::Encode(std::string_view a, std::optional<std::string_view> b,
                                            int64_t max_length) const {
  OCTET_RETURN_IF_ERROR(CheckLengths(a, b, max_length, options_.model_max_length));
  const std::vector<Token> first = Tokenize(a);
  const std::vector<Token> second = b ? Tokenize(*b) : std::vector<Token>();
  const auto budget = static_cast<size_t>(max_length) - (b ? 3 : 2);
  const auto [first_kept, second_kept] = TruncateLongestFirst(first.size(), second.size(), budget);

  Encoding encoding;
  const auto append = [&](const Token& token, int32_t type) {
    encoding.ids.push_back(token.id);
    encoding.type_ids.push_back(options_.token_types ? type : 0);
    encoding.offsets.push_back(token.offsets);
  };
  append({cls_id_, {}}, 0);
  for (size_t i = 0; i < first_kept; ++i) append(first[i], 0);
  append({sep_id_, {}}, 0);
  if (b) {
    for (size_t i = 0; i < second_kept; ++i) append(second[i], 1);
    append({sep_id_, {}}, 1);
  }
  return encoding;
}

}  // namespace octet::bert
