// Tokenizers of parts that were chosen at random have the tokens of the reference.
#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "text/tokenizer_json.h"

namespace octet::text {
namespace {

using nlohmann::json;

const std::string kFolder = "tests/data/tokenizer_parts/";

Tokenizer Load(const json& tokenizer) {
  const auto load = [&]() -> Result<Tokenizer> {
    OCTET_ASSIGN_OR_RETURN(const Json parsed, ParseJsonObject(tokenizer.dump()));
    OCTET_ASSIGN_OR_RETURN(TokenizerParts parts, ParseTokenizerJson(parsed));
    OCTET_ASSIGN_OR_RETURN(parts.options.added_tokens,
                           parts.added_tokens.Resolve(parts.vocabulary));
    return Tokenizer::Create(std::move(parts.vocabulary), std::move(parts.options));
  };
  Result<Tokenizer> loaded = load();
  REQUIRE_MESSAGE(loaded.ok(), loaded.status().ToString());
  return *std::move(loaded);
}

json Encode(const Tokenizer& tokenizer, const json& text) {
  const std::string a = text["a"];
  const std::string b = text["b"].is_null() ? "" : text["b"].get<std::string>();
  const auto truncation = ParseTruncation(text["truncation"].get<std::string>());
  REQUIRE(truncation);
  const auto encoding =
      tokenizer.Encode(a, text["b"].is_null() ? std::nullopt : std::optional<std::string_view>(b),
                       text["max_length"].get<int64_t>(), *truncation);
  REQUIRE_MESSAGE(encoding.ok(), encoding.status().ToString());
  std::vector<std::array<uint32_t, 2>> offsets;
  for (const TokenOffsets& o : encoding->offsets) offsets.push_back({o.begin, o.end});
  return {{"ids", encoding->ids}, {"type_ids", encoding->type_ids}, {"offsets", offsets}};
}

TEST_CASE("120 tokenizers of random parts") {
  const json vocabulary = json::parse(std::ifstream(kFolder + "vocab.json"));
  std::ifstream file(kFolder + "cases.jsonl");
  int tokenizers = 0;
  for (std::string line; std::getline(file, line); ++tokenizers) {
    json one = json::parse(line);
    CAPTURE(one["tokenizer"].dump());
    one["tokenizer"]["model"]["vocab"] = vocabulary;
    const Tokenizer tokenizer = Load(one["tokenizer"]);
    for (const json& text : one["texts"]) {
      const json ours = Encode(tokenizer, text);
      for (const char* key : {"ids", "type_ids", "offsets"}) {
        CHECK_MESSAGE(ours[key] == text[key], key << " of " << text.dump() << ": " << ours[key]);
      }
    }
  }
  CHECK(tokenizers == 120);
}

}  // namespace
}  // namespace octet::text
