#include "text/tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "text/unicode.h"

namespace octet::text {
namespace {

using Kind = TemplatePiece::Kind;

int64_t NumSpecial(const Template& pieces) {
  return std::ranges::count(pieces, Kind::kSpecial, &TemplatePiece::kind);
}

// [UNK], [PAD], [MASK] and the template's tokens, or their names in the options; only those that
// the vocabulary has.
std::vector<AddedToken> SpecialTokensOf(const Vocabulary& vocabulary,
                                        const TokenizerOptions& options) {
  std::vector<std::string> names = {options.pad_token, "[MASK]"};
  if (const auto* model = std::get_if<WordPieceOptions>(&options.model)) {
    names.push_back(model->unk_token);
  }
  for (const TemplatePiece& piece : options.post_processor.single) {
    if (piece.kind == Kind::kSpecial) names.push_back(piece.token);
  }
  std::vector<AddedToken> tokens;
  for (const std::string& name : names) {
    const auto id = vocabulary.Find(name);
    if (id) tokens.push_back({.content = name, .id = *id, .special = true});
  }
  return tokens;
}

// Calls on_match(match) for each match and on_gap(begin, end) for each part of a text of `size`
// characters between them, in order. Stops at an error of on_gap.
template <typename OnGap, typename OnMatch>
Status SplitAt(const std::vector<AddedTokens::Match>& matches, size_t size, OnGap&& on_gap,
               OnMatch&& on_match) {
  size_t begin = 0;
  for (const AddedTokens::Match& match : matches) {
    if (begin < match.begin) OCTET_RETURN_IF_ERROR(on_gap(begin, match.begin));
    on_match(match);
    begin = match.end;
  }
  return begin < size ? on_gap(begin, size) : Status();
}

// How much white space there is around each place of a text. Matches of added tokens may overlap in
// white space, so it must not be counted again for each of them.
class WhitespaceRuns {
 public:
  explicit WhitespaceRuns(std::span<const NormalizedChar> text) {
    if (text.empty()) return;
    before_.resize(text.size() + 1);
    behind_.resize(text.size() + 1);
    for (size_t i = 0; i < text.size(); ++i) {
      before_[i + 1] = IsWhitespace(text[i].code_point) ? before_[i] + 1 : 0;
    }
    for (size_t i = text.size(); i > 0; --i) {
      behind_[i - 1] = IsWhitespace(text[i - 1].code_point) ? behind_[i] + 1 : 0;
    }
  }

  // The number of white space characters that end or start at place `at`.
  uint32_t Before(size_t at) const { return before_[at]; }
  uint32_t Behind(size_t at) const { return behind_[at]; }

 private:
  std::vector<uint32_t> before_;
  std::vector<uint32_t> behind_;
};

// Makes tokens of the added tokens that were found in a text.
class AddedTokenReader {
 public:
  AddedTokenReader(const PostProcessor& post, std::span<const NormalizedChar> text,
                   const std::vector<AddedTokens::Match>& matches)
      : post_(post),
        text_(text),
        trims_(post.trim_offsets && !matches.empty()),
        runs_(trims_ ? text : std::span<const NormalizedChar>()) {}

  // `first`: no token of the text is before this one.
  Token Read(const AddedTokens::Match& match, bool first) const {
    TokenOffsets offsets = OffsetsOf(text_.subspan(match.begin, match.end - match.begin));
    if (trims_) {
      const auto size = static_cast<uint32_t>(match.end - match.begin);
      uint32_t leading = std::min(runs_.Behind(match.begin), size);
      const uint32_t trailing = std::min(runs_.Before(match.end), size);
      // The reference takes a single blank at the start for the one that it adds itself, and keeps
      // it.
      const bool is_prefix =
          post_.add_prefix_space && leading == 1 && (first || offsets.begin == 0);
      if (is_prefix) leading = 0;
      offsets.begin = std::min(offsets.begin + leading, offsets.end);
      if (offsets.end >= trailing) offsets.end = std::max(offsets.end - trailing, offsets.begin);
    }
    return {match.token->id, offsets};
  }

 private:
  const PostProcessor& post_;
  std::span<const NormalizedChar> text_;
  bool trims_;           // offsets leave out white space
  WhitespaceRuns runs_;  // of the text if trims_ is set, otherwise of an empty one
};

}  // namespace

TokenizerOptions::TokenizerOptions() = default;

Result<Tokenizer> Tokenizer::Create(Vocabulary vocabulary, TokenizerOptions options) {
  std::vector<AddedToken> added =
      options.added_tokens ? *options.added_tokens : SpecialTokensOf(vocabulary, options);
  OCTET_ASSIGN_OR_RETURN(std::unique_ptr<const Model> model,
                         CreateModel(std::move(vocabulary), std::move(options.model)));
  Tokenizer tokenizer(std::move(model), std::move(options));
  OCTET_ASSIGN_OR_RETURN(tokenizer.added_tokens_,
                         AddedTokens::Create(std::move(added), tokenizer.options_.normalizer,
                                             tokenizer.options_.match_special_tokens));
  OCTET_RETURN_IF_ERROR(tokenizer.ResolveTemplate(tokenizer.options_.post_processor.single));
  OCTET_RETURN_IF_ERROR(tokenizer.ResolveTemplate(tokenizer.options_.post_processor.pair));
  tokenizer.pad_id_ =
      tokenizer.FindId(tokenizer.options_.pad_token).value_or(tokenizer.options_.pad_id);
  return tokenizer;
}

std::optional<int32_t> Tokenizer::FindId(const std::string& token) const {
  if (const auto id = vocabulary().Find(token)) return id;
  const int32_t id = added_tokens_.Find(token);
  return id < 0 ? std::nullopt : std::optional(id);
}

Status Tokenizer::ResolveTemplate(Template& pieces) const {
  for (TemplatePiece& piece : pieces) {
    if (piece.kind != Kind::kSpecial) continue;
    const std::optional<int32_t> id = FindId(piece.token);
    if (!id) {
      return InvalidModel(fmt::format("the vocabulary has no {}", Printable(piece.token)));
    }
    if (piece.id >= 0 && piece.id != *id) {
      return InvalidModel(fmt::format("post_processor: id {} of '{}' is not the vocabulary's",
                                      piece.id, Printable(piece.token)));
    }
    piece.id = *id;
  }
  return Status();
}

Status Tokenizer::CheckLengths(std::string_view a, std::optional<std::string_view> b,
                               int64_t max_length) const {
  const PostProcessor& post = options_.post_processor;
  if (b && post.pair.empty()) {
    return InvalidArgument("the tokenizer has no template for a pair of texts");
  }
  const int64_t special = NumSpecial(b ? post.pair : post.single);
  if (max_length <= special) {
    return InvalidArgument(fmt::format(
        "max_length {} leaves no room for text: {} tokens are special", max_length, special));
  }
  if (options_.model_max_length > 0 && max_length > options_.model_max_length) {
    return InvalidArgument(fmt::format("max_length {} is above the model's {}", max_length,
                                       options_.model_max_length));
  }
  const uint64_t longest = std::max(a.size(), b ? b->size() : 0);
  if (longest > kMaxTextBytes) {
    return ResourceLimit(fmt::format("text of {} bytes, limit {}", longest, kMaxTextBytes));
  }
  return Status();
}

Status Tokenizer::TokenizeWords(std::span<const NormalizedChar> text,
                                std::vector<Token>* tokens) const {
  const PreTokenizer& pre_tokenizer = options_.pre_tokenizer;
  const auto tokenize = [&](std::span<const NormalizedChar> piece) {
    ForEachWord(pre_tokenizer.rules, piece,
                [&](std::span<const NormalizedChar> word) { model_->Tokenize(word, tokens); });
  };
  if (pre_tokenizer.steps.empty()) {
    tokenize(text);
    return Status();
  }
  OCTET_ASSIGN_OR_RETURN(const Pieces pieces, ApplySteps(pre_tokenizer, text));
  for (const Pieces::Piece piece : pieces.pieces) tokenize(piece);
  return Status();
}

Status Tokenizer::TokenizeSegment(NormalizedText& segment, std::vector<Token>* tokens) const {
  OCTET_RETURN_IF_ERROR(Normalize(options_.normalizer, segment));
  const std::span<const NormalizedChar> text = segment;
  const std::vector<AddedTokens::Match> matches = added_tokens_.FindInNormalized(text);
  const AddedTokenReader added(options_.post_processor, text, matches);
  return SplitAt(
      matches, text.size(),
      [&](size_t begin, size_t end) {
        return TokenizeWords(text.subspan(begin, end - begin), tokens);
      },
      [&](const AddedTokens::Match& match) {
        tokens->push_back(added.Read(match, tokens->empty()));
      });
}

Result<std::vector<Token>> Tokenizer::Tokenize(std::string_view text) const {
  std::vector<Token> tokens;
  NormalizedText chars = DecodeText(text);
  const std::vector<AddedTokens::Match> matches = added_tokens_.FindInRaw(chars);
  if (matches.empty()) {
    OCTET_RETURN_IF_ERROR(TokenizeSegment(chars, &tokens));
    return tokens;
  }
  const AddedTokenReader added(options_.post_processor, chars, matches);
  const auto at = [&](size_t i) { return chars.begin() + static_cast<std::ptrdiff_t>(i); };
  NormalizedText segment;
  OCTET_RETURN_IF_ERROR(SplitAt(
      matches, chars.size(),
      [&](size_t begin, size_t end) {
        segment.assign(at(begin), at(end));
        return TokenizeSegment(segment, &tokens);
      },
      [&](const AddedTokens::Match& match) {
        tokens.push_back(added.Read(match, tokens.empty()));
      }));
  return tokens;
}

Result<Encoding> Tokenizer::Encode(std::string_view a, std::optional<std::string_view> b,
                                   int64_t max_length, Truncation truncation) const {
  OCTET_RETURN_IF_ERROR(CheckLengths(a, b, max_length));
  OCTET_ASSIGN_OR_RETURN(const std::vector<Token> first, Tokenize(a));
  std::vector<Token> second;
  if (b) {
    OCTET_ASSIGN_OR_RETURN(second, Tokenize(*b));
  }
  for (const std::vector<Token>* tokens : {&std::as_const(first), &std::as_const(second)}) {
    if (std::ranges::find(*tokens, Token::kUnknown, &Token::id) != tokens->end()) {
      return InvalidModel(
          "a part of the text is not in the vocabulary, which has no token for the unknown");
    }
  }
  const Template& pieces = b ? options_.post_processor.pair : options_.post_processor.single;
  const auto budget = static_cast<size_t>(max_length - NumSpecial(pieces));
  const auto kept = Truncate(truncation, first.size(), second.size(), budget);
  if (!kept) {
    return InvalidArgument(fmt::format(
        "max_length {} cannot be reached: the text to be cut has too few tokens", max_length));
  }

  Encoding encoding;
  const size_t size = kept->first + kept->second + pieces.size();
  encoding.ids.reserve(size);
  encoding.type_ids.reserve(size);
  encoding.offsets.reserve(size);
  const auto append = [&](const Token& token, int32_t type) {
    encoding.ids.push_back(token.id);
    encoding.type_ids.push_back(options_.token_types ? type : 0);
    encoding.offsets.push_back(token.offsets);
  };
  for (const TemplatePiece& piece : pieces) {
    if (piece.kind == Kind::kSpecial) {
      append({piece.id, {}}, piece.type_id);
      continue;
    }
    const bool is_first = piece.kind == Kind::kFirst;
    const std::vector<Token>& tokens = is_first ? first : second;
    const size_t count = is_first ? kept->first : kept->second;
    for (size_t i = 0; i < count; ++i) append(tokens[i], piece.type_id);
  }
  return encoding;
}

}  // namespace octet::text
