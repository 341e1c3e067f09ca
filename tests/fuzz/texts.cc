// Texts for tokenizers that are known to be good. The first bytes choose the tokenizer, the length
// and the truncation, and where one text ends and the other begins. All bytes together choose
// whether the text is repeated until it is long.
#include <algorithm>
#include <string>
#include <vector>

#include "base/hash_seed.h"
#include "tests/fuzz/byte_reader.h"
#include "tests/fuzz/encoding_check.h"
#include "tests/fuzz/target.h"
#include "text/tokenizer_json.h"

namespace octet::fuzz {
namespace {

// Long enough that a time which is quadratic in the text is a hang.
constexpr size_t kLongText = size_t{1} << 17;
constexpr int64_t kNoLimit = 1 << 24;

const std::vector<text::Tokenizer>& Tokenizers() {
  static const std::vector<text::Tokenizer> tokenizers = [] {
    std::vector<text::Tokenizer> loaded;
    for (const char* path :
         {"models/minilm_l6_mrpc/tokenizer.json",
          "tests/data/tokenizer_json/bpe_byte_fallback/tokenizer.json",
          "tests/data/tokenizer_json/bpe_word_suffix/tokenizer.json",
          "tests/data/tokenizer_json/unigram_words/tokenizer.json",
          "tests/data/tokenizer_json/word_level/tokenizer.json",
          "tests/data/tokenizer_json/wordpiece_sequence/tokenizer.json",
          "tests/data/tokenizer_json/mpnet_wordpiece/tokenizer.json",
          "tests/data/tokenizer_folders/added_token_flags/tokenizer.json",
          "tests/data/tokenizer_folders/added_token_that_is_normalized/tokenizer.json",
          "tests/data/tokenizer_folders/nfd_and_strip/tokenizer.json",
          "tests/data/tokenizer_folders/roberta_processing/tokenizer.json",
          "tests/data/tokenizer_folders/whitespace_classes/tokenizer.json"}) {
      auto tokenizer = text::LoadTokenizerJson(path);
      if (tokenizer.ok()) loaded.push_back(*std::move(tokenizer));
    }
    return loaded;
  }();
  return tokenizers;
}

// ASCII texts take a path of their own. It must find what the other finds, to which a word behind
// the text that is not ASCII leads.
Status ComparePaths(const text::Tokenizer& tokenizer, const std::string& text) {
  if (!tokenizer.options().pre_tokenizer.rules.split_whitespace) return {};
  const auto fast = tokenizer.Encode(text, std::nullopt, kNoLimit);
  const auto slow = tokenizer.Encode(text + " \u00e9", std::nullopt, kNoLimit);
  if (!fast.ok()) return CheckRefusal(fast.status());
  if (!slow.ok()) return CheckRefusal(slow.status());
  // All but the tokens that the template puts behind the text.
  const text::Template& pieces = tokenizer.options().post_processor.single;
  const auto first =
      std::ranges::find(pieces, text::TemplatePiece::Kind::kFirst, &text::TemplatePiece::kind);
  const size_t kept = fast->ids.size() - static_cast<size_t>(pieces.end() - first - 1);
  if (slow->ids.size() < kept ||
      !std::equal(fast->ids.begin(), fast->ids.begin() + static_cast<ptrdiff_t>(kept),
                  slow->ids.begin())) {
    return Internal("an ASCII text has other tokens when a word follows that is not ASCII");
  }
  return {};
}

// Whether one input in 64 is this one. If a byte said so, a fuzzer would copy it from input to
// input and spend most of its time on long texts.
bool IsLong(std::string_view bytes) {
  uint64_t hash = bytes.size();
  for (const char byte : bytes) hash = MixBits(hash ^ static_cast<uint8_t>(byte));
  return hash % 64 == 0;
}

// The text again and again, which must not take time that is quadratic in its length.
Status EncodeLong(const text::Tokenizer& tokenizer, std::string_view text) {
  if (text.empty()) return {};
  std::string long_text;
  while (long_text.size() < kLongText) long_text += text;
  return CheckEncoding(tokenizer,
                       {long_text, std::nullopt, kNoLimit, text::Truncation::kLongestFirst});
}

}  // namespace

Status FuzzTexts(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::vector<text::Tokenizer>& all = Tokenizers();
  if (all.empty()) return Internal("no tokenizer: run in the root of the source tree");
  const text::Tokenizer& tokenizer = reader.Pick(std::span(all));
  const auto truncation = static_cast<text::Truncation>(reader.Below(3));
  const int64_t max_length = reader.Coin() ? kNoLimit : reader.Byte();
  const bool is_pair = reader.Coin();
  const auto split = static_cast<size_t>(reader.Byte());
  const std::string_view rest = reader.Rest();
  const std::string_view a = rest.substr(0, is_pair ? std::min(split, rest.size()) : rest.size());
  std::optional<std::string_view> b;
  if (is_pair) b = rest.substr(a.size());
  OCTET_RETURN_IF_ERROR(CheckEncoding(tokenizer, {a, b, max_length, truncation}));
  OCTET_RETURN_IF_ERROR(ComparePaths(tokenizer, std::string(a)));
  return IsLong(bytes) ? EncodeLong(tokenizer, a) : Status();
}

}  // namespace octet::fuzz
