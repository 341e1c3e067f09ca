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

// Appends the added tokens that were found in a text.
class AddedTokenWriter {
 public:
  AddedTokenWriter(std::span<const NormalizedChar> text,
                   const std::vector<AddedTokens::Match>& matches, bool trims, TextTokens* out)
      : text_(text), trims_(trims && !matches.empty()), out_(*out) {
    if (trims_) spaces_ = EndSpacesOfText(text);
  }

  void operator()(const AddedTokens::Match& match) {
    if (trims_) out_.added.push_back({out_.tokens.size(), spaces_.Of(match.begin, match.end)});
    const auto chars = text_.subspan(match.begin, match.end - match.begin);
    out_.tokens.push_back({match.token->id, OffsetsOf(chars)});
  }

 private:
  std::span<const NormalizedChar> text_;
  bool trims_;
  EndSpacesOfText spaces_;  // of the text if trims_ is set
  TextTokens& out_;
};

}  // namespace

TokenizerOptions::TokenizerOptions() = default;

Result<Tokenizer> Tokenizer::Create(Vocabulary vocabulary, TokenizerOptions options) {
  std::vector<AddedToken> added =
      options.added_tokens ? *options.added_tokens : SpecialTokensOf(vocabulary, options);
  const bool trims = !options.post_processor.trimmings.empty();
  if (trims && std::holds_alternative<UnigramOptions>(options.model)) {
    return Unsupported("trim_offsets with the model Unigram");
  }
  OCTET_ASSIGN_OR_RETURN(std::unique_ptr<const Model> model,
                         CreateModel(std::move(vocabulary), std::move(options.model)));
  Tokenizer tokenizer(std::move(model), std::move(options));
  OCTET_ASSIGN_OR_RETURN(tokenizer.added_tokens_,
                         AddedTokens::Create(std::move(added), tokenizer.options_.normalizer,
                                             tokenizer.options_.match_special_tokens));
  OCTET_RETURN_IF_ERROR(tokenizer.ResolveTemplate(tokenizer.options_.post_processor.single));
  OCTET_RETURN_IF_ERROR(tokenizer.ResolveTemplate(tokenizer.options_.post_processor.pair));
  if (trims) tokenizer.end_spaces_ = EndSpacesOfTokens(tokenizer.vocabulary());
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

Status Tokenizer::CheckTexts(std::string_view a, std::optional<std::string_view> b) const {
  if (b && options_.post_processor.pair.empty()) {
    return InvalidArgument("the tokenizer has no template for a pair of texts");
  }
  const uint64_t longest = std::max(a.size(), b ? b->size() : 0);
  if (longest > kMaxTextBytes) {
    return ResourceLimit(fmt::format("text of {} bytes, limit {}", longest, kMaxTextBytes));
  }
  return Status();
}

Status Tokenizer::CheckMaxLength(int64_t max_length, bool is_pair) const {
  const PostProcessor& post = options_.post_processor;
  const int64_t special = NumSpecial(is_pair ? post.pair : post.single);
  if (max_length <= special) {
    return InvalidArgument(fmt::format(
        "max_length {} leaves no room for text: {} tokens are special", max_length, special));
  }
  if (options_.model_max_length > 0 && max_length > options_.model_max_length) {
    return InvalidArgument(fmt::format("max_length {} is above the model's {}", max_length,
                                       options_.model_max_length));
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

Status Tokenizer::TokenizeSegment(NormalizedText& segment, TextTokens* out) const {
  OCTET_RETURN_IF_ERROR(Normalize(options_.normalizer, segment));
  const std::span<const NormalizedChar> text = segment;
  const std::vector<AddedTokens::Match> matches = added_tokens_.FindInNormalized(text);
  return SplitAt(
      matches, text.size(),
      [&](size_t begin, size_t end) {
        return TokenizeWords(text.subspan(begin, end - begin), &out->tokens);
      },
      AddedTokenWriter(text, matches, !options_.post_processor.trimmings.empty(), out));
}

Result<TextTokens> Tokenizer::Tokenize(std::string_view text) const {
  TextTokens out;
  NormalizedText chars = DecodeText(text);
  const std::vector<AddedTokens::Match> matches = added_tokens_.FindInRaw(chars);
  if (matches.empty()) {
    OCTET_RETURN_IF_ERROR(TokenizeSegment(chars, &out));
  } else {
    const auto at = [&](size_t i) { return chars.begin() + static_cast<std::ptrdiff_t>(i); };
    NormalizedText segment;
    OCTET_RETURN_IF_ERROR(SplitAt(
        matches, chars.size(),
        [&](size_t begin, size_t end) {
          segment.assign(at(begin), at(end));
          return TokenizeSegment(segment, &out);
        },
        AddedTokenWriter(chars, matches, !options_.post_processor.trimmings.empty(), &out)));
  }
  if (std::ranges::find(out.tokens, Token::kUnknown, &Token::id) != out.tokens.end()) {
    return InvalidModel(
        "a part of the text is not in the vocabulary, which has no token for the unknown");
  }
  return out;
}

// Keeps `size` tokens of the first text (`which` is 0) or of the second. Offsets are trimmed only
// then, because the first token of those that are kept is special.
void Tokenizer::TruncateAndTrim(size_t size, size_t which, TextTokens* text) const {
  std::vector<Token>& tokens = text->tokens;
  const bool from_left = options_.truncation_side == Side::kLeft;
  const size_t begin = from_left ? tokens.size() - size : 0;
  if (!options_.post_processor.trimmings.empty()) {
    auto added = std::ranges::lower_bound(text->added, begin, {}, &TextTokens::Added::index);
    for (size_t i = begin; i < begin + size; ++i) {
      EndSpaces spaces;
      if (added != text->added.end() && added->index == i) {
        spaces = added++->spaces;
      } else {
        spaces = end_spaces_[static_cast<size_t>(tokens[i].id)];
      }
      for (const OffsetTrimming& trimming : options_.post_processor.trimmings) {
        const bool is_first = i == begin && trimming.sees_first[which];
        TrimOffsets(trimming, spaces, is_first, &tokens[i].offsets);
      }
    }
  }
  tokens.resize(begin + size);
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(begin));
}

Result<Encoding> Tokenizer::Encode(std::string_view a, std::optional<std::string_view> b,
                                   int64_t max_length, Truncation truncation) const {
  OCTET_RETURN_IF_ERROR(CheckTexts(a, b));
  if (truncation != Truncation::kDoNotTruncate) {
    OCTET_RETURN_IF_ERROR(CheckMaxLength(max_length, b.has_value()));
  }
  OCTET_ASSIGN_OR_RETURN(TextTokens first, Tokenize(a));
  TextTokens second;
  if (b) {
    OCTET_ASSIGN_OR_RETURN(second, Tokenize(*b));
  }
  const Template& pieces = b ? options_.post_processor.pair : options_.post_processor.single;
  const auto budget = static_cast<size_t>(max_length - NumSpecial(pieces));
  const auto kept = Truncate(truncation, first.tokens.size(), second.tokens.size(), budget);
  if (!kept) {
    return InvalidArgument(fmt::format(
        "max_length {} cannot be reached: the text to be cut has too few tokens", max_length));
  }

  TruncateAndTrim(kept->first, 0, &first);
  TruncateAndTrim(kept->second, 1, &second);

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
    const TextTokens& text = piece.kind == Kind::kFirst ? first : second;
    for (const Token& token : text.tokens) append(token, piece.type_id);
  }
  return encoding;
}

}  // namespace octet::text
