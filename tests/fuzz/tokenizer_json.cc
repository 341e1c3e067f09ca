// A tokenizer.json, and behind its first NUL byte a text for the tokenizer that it describes.
#include "text/tokenizer_json.h"

#include "tests/fuzz/encoding_check.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/target.h"

namespace octet::fuzz {

Status FuzzTokenizerJson(std::string_view bytes) {
  const size_t end = std::min(bytes.find('\0'), bytes.size());
  OCTET_ASSIGN_OR_RETURN(const MemoryFile file, MemoryFile::Create(bytes.substr(0, end)));
  const Result<text::Tokenizer> tokenizer = text::LoadTokenizerJson(file.path());
  if (!tokenizer.ok()) return CheckRefusal(tokenizer.status());
  const std::string_view text =
      end < bytes.size() ? bytes.substr(end + 1) : "Hello, W\u00f6rld [SEP] <s> aab \u4e2d";
  constexpr auto kLongestFirst = text::Truncation::kLongestFirst;
  OCTET_RETURN_IF_ERROR(CheckEncoding(*tokenizer, {text, std::nullopt, 1 << 20, kLongestFirst}));
  return CheckEncoding(*tokenizer, {text, text, 16, kLongestFirst});
}

}  // namespace octet::fuzz
