#include "text/bpe.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "text/unicode.h"

namespace octet::text {
namespace {

// Most words have fewer symbols, so that they do not need memory of their own.
constexpr size_t kUsualSymbols = 128;

uint32_t Utf8Bytes(char32_t c) {
  if (c < 0x80) return 1;
  if (c < 0x800) return 2;
  return c < 0x10000 ? 3 : 4;
}

// Turns the symbols of a word into tokens, in order. The offsets follow the bytes of the symbols
// alone, as in the reference. So if the symbols leave out a character, those behind it have the
// offsets of the characters before them.
class TokenWriter {
 public:
  TokenWriter(std::span<const NormalizedChar> word, std::vector<Token>* tokens)
      : word_(word), tokens_(tokens) {}

  void Write(const BpeSymbol& symbol) {
    size_t begin = at_;
    uint32_t left = used_ + symbol.bytes;
    while (left > Utf8Bytes(word_[at_].code_point)) left -= Utf8Bytes(word_[at_++].code_point);
    tokens_->push_back({symbol.id, OffsetsOf(word_.subspan(begin, at_ + 1 - begin))});
    used_ = left;
    if (used_ == Utf8Bytes(word_[at_].code_point)) {
      ++at_;
      used_ = 0;
    }
  }

 private:
  std::span<const NormalizedChar> word_;
  std::vector<Token>* tokens_;
  size_t at_ = 0;      // the character where the next symbol starts
  uint32_t used_ = 0;  // bytes of it that belong to earlier symbols
};

}  // namespace

Bpe::CharTokens::CharTokens(const Vocabulary& vocabulary, const std::string& prefix,
                            const std::string& suffix)
    : others_(0) {
  common_.fill(Token::kUnknown);
  std::vector<std::pair<char32_t, int32_t>> others;
  for (int32_t id = 0; id < vocabulary.size(); ++id) {
    std::string_view token = vocabulary.Token(id);
    if (token.size() <= prefix.size() + suffix.size() || !token.starts_with(prefix) ||
        !token.ends_with(suffix)) {
      continue;
    }
    token = token.substr(prefix.size(), token.size() - prefix.size() - suffix.size());
    const DecodedChar decoded = DecodeUtf8(token, 0);
    if (decoded.bytes != token.size()) continue;
    if (decoded.code_point < common_.size()) {
      common_[decoded.code_point] = id;
    } else {
      others.emplace_back(decoded.code_point, id);
    }
  }
  others_ = FlatMap<int32_t>(others.size());
  for (const auto& [c, id] : others) others_.Set(c, id);
}

inline int32_t Bpe::CharTokens::Find(char32_t c) const {
  if (c < common_.size()) return common_[c];
  const int32_t* id = others_.Find(c);
  return id ? *id : Token::kUnknown;
}

Bpe::Bpe(Vocabulary vocabulary, const BpeOptions& options, BpeMerges merges)
    : Model(std::move(vocabulary)),
      merges_(std::move(merges)),
      fuse_unk_(options.fuse_unk),
      byte_fallback_(options.byte_fallback),
      ignore_merges_(options.ignore_merges),
      byte_tokens_(this->vocabulary()) {
  if (options.unk_token) {
    unk_id_ = this->vocabulary().Find(*options.unk_token).value_or(Token::kUnknown);
  }
  const bool has_places = !options.continuation_prefix.empty() || !options.end_suffix.empty();
  for (const bool starts : {false, true}) {
    for (const bool ends : {false, true}) {
      char_tokens_.emplace_back(this->vocabulary(), starts ? "" : options.continuation_prefix,
                                ends ? options.end_suffix : "");
      if (!has_places) return;
    }
  }
}

Result<std::unique_ptr<const Model>> Bpe::Create(Vocabulary vocabulary, const BpeOptions& options) {
  if (options.byte_fallback &&
      !(options.continuation_prefix.empty() && options.end_suffix.empty())) {
    return Unsupported("BPE with 'byte_fallback' and a prefix or suffix of characters");
  }
  OCTET_ASSIGN_OR_RETURN(BpeMerges merges, BpeMerges::Create(vocabulary, options.merges,
                                                             options.continuation_prefix.size()));
  return std::unique_ptr<const Model>(new Bpe(std::move(vocabulary), options, std::move(merges)));
}

BpeSymbol* Bpe::Split(std::span<const NormalizedChar> word, BpeSymbol* symbols) const {
  uint32_t unknown = 0;  // bytes of unknown characters that do not have their symbol yet
  const auto end_unknown = [&] {
    if (unknown > 0) *symbols++ = {*unk_id_, unknown};
    unknown = 0;
  };
  for (size_t i = 0; i < word.size(); ++i) {
    const char32_t c = word[i].code_point;
    const size_t place =
        char_tokens_.size() == 1 ? 0 : 2 * size_t{i == 0} + size_t{i + 1 == word.size()};
    const int32_t id = char_tokens_[place].Find(c);
    if (id != Token::kUnknown) {
      end_unknown();
      *symbols++ = {id, Utf8Bytes(c)};
      continue;
    }
    if (byte_fallback_) {
      char utf8[4];
      const std::string_view bytes(utf8, EncodeUtf8(c, utf8));
      if (byte_tokens_.HasAll(bytes)) {
        // As in the reference, these come before the unknown characters in front of them.
        for (const char byte : bytes) *symbols++ = {byte_tokens_.Find(byte), 1};
        continue;
      }
    }
    if (!unk_id_) continue;
    if (!fuse_unk_) end_unknown();
    unknown += Utf8Bytes(c);
  }
  end_unknown();
  return symbols;
}

void Bpe::Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const {
  if (ignore_merges_) {
    if (const std::optional<int32_t> id = vocabulary().Find(ToUtf8(word))) {
      tokens->push_back({*id, OffsetsOf(word)});
      return;
    }
  }
  std::array<BpeSymbol, kUsualSymbols> usual;
  std::vector<BpeSymbol> many;
  BpeSymbol* symbols = usual.data();
  const size_t most = word.size() * (byte_fallback_ ? 4 : 1);
  if (most > usual.size()) {
    many.resize(most);
    symbols = many.data();
  }
  const auto count = static_cast<size_t>(Split(word, symbols) - symbols);
  const size_t left = merges_.Apply({symbols, count});
  TokenWriter writer(word, tokens);
  for (size_t i = 0; i < left; ++i) writer.Write(symbols[i]);
}

}  // namespace octet::text
