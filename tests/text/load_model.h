// Tokenizers for tests: a model, and nothing else unless a test says so.
#ifndef OCTET_TESTS_TEXT_LOAD_MODEL_H_
#define OCTET_TESTS_TEXT_LOAD_MODEL_H_

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "text/tokenizer_json.h"

namespace octet::text {

// The tokenizer with this "model", which takes a text as one word. `parts` are further members of
// the file: `, "normalizer": ...`.
inline Result<Tokenizer> LoadModel(const std::string& model, const std::string& parts = "") {
  OCTET_ASSIGN_OR_RETURN(const Json json, ParseJsonObject(R"({"model": )" + model + parts + "}"));
  OCTET_ASSIGN_OR_RETURN(TokenizerParts tokenizer, ParseTokenizerJson(json));
  OCTET_ASSIGN_OR_RETURN(tokenizer.options.added_tokens,
                         tokenizer.added_tokens.Resolve(tokenizer.vocabulary));
  return Tokenizer::Create(std::move(tokenizer.vocabulary), std::move(tokenizer.options));
}

// A token: its id, and where it comes from.
struct IdAndPlace {
  int32_t id;
  uint32_t begin;
  uint32_t end;
  bool operator==(const IdAndPlace&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const IdAndPlace& token) {
    return out << token.id << " [" << token.begin << ", " << token.end << ")";
  }
};
using Tokens = std::vector<IdAndPlace>;

// The tokens that the model makes of a text.
inline Result<Tokens> Tokenize(const std::string& model, std::string_view text,
                               const std::string& parts = "") {
  OCTET_ASSIGN_OR_RETURN(const Tokenizer tokenizer, LoadModel(model, parts));
  OCTET_ASSIGN_OR_RETURN(const Encoding encoding,
                         tokenizer.Encode(text, std::nullopt, int64_t{1} << 40));
  Tokens tokens;
  for (size_t i = 0; i < encoding.ids.size(); ++i) {
    tokens.push_back({encoding.ids[i], encoding.offsets[i].begin, encoding.offsets[i].end});
  }
  return tokens;
}

// The same where there must be an encoding.
inline Tokens TokensOf(const std::string& model, std::string_view text,
                       const std::string& parts = "") {
  auto tokens = Tokenize(model, text, parts);
  REQUIRE_MESSAGE(tokens.ok(), tokens.status().ToString());
  return *std::move(tokens);
}

}  // namespace octet::text

#endif  // OCTET_TESTS_TEXT_LOAD_MODEL_H_
