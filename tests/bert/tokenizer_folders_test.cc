// Tokenizers from folders of models and from tokenizer.json files give the reference's tokens.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/line_reader.h"
#include "bert/glue.h"
#include "bert/tokenizer_loader.h"
#include "text/tokenizer_json.h"

namespace octet::bert {
namespace {

using nlohmann::json;

std::vector<json> ReadLines(const std::string& path) {
  auto reader = LineReader::Open(path);
  REQUIRE_MESSAGE(reader.ok(), reader.status().ToString());
  std::vector<json> lines;
  while (true) {
    const auto more = reader->Next();
    REQUIRE_MESSAGE(more.ok(), more.status().ToString());
    if (!*more) return lines;
    lines.push_back(json::parse(reader->line()));
  }
}

// Lists the members in which octet's encoding differs from `expected`; "" if none does.
std::string Difference(const text::Tokenizer& tokenizer, const json& request,
                       const json& expected) {
  const std::string a = request["a"];
  const bool is_pair = request.contains("b") && !request["b"].is_null();
  const std::string b = is_pair ? request["b"] : "";
  const auto truncation = text::ParseTruncation(request.value("truncation", "longest_first"));
  REQUIRE(truncation.has_value());
  const auto encoding =
      tokenizer.Encode(a, is_pair ? std::optional<std::string_view>(b) : std::nullopt,
                       request.value("max_length", tokenizer.AtMostModelLength(512)), *truncation);
  if (!encoding.ok()) return encoding.status().ToString();
  std::vector<std::array<uint32_t, 2>> offsets;
  for (const text::TokenOffsets& o : encoding->offsets) offsets.push_back({o.begin, o.end});
  const json ours = {
      {"ids", encoding->ids}, {"type_ids", encoding->type_ids}, {"offsets", offsets}};
  std::string difference;
  for (const char* key : {"ids", "type_ids", "offsets"}) {
    if (expected.contains(key) && expected[key] != ours[key]) {
      difference += std::string(key) + " of " + request.dump() + ": " + ours[key].dump() +
                    " instead of " + expected[key].dump() + "\n";
    }
  }
  return difference;
}

TEST_CASE("folders beside models") {
  int folders = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/data/tokenizer_folders")) {
    if (!entry.is_directory()) continue;
    ++folders;
    const std::string folder = entry.path().string();
    CAPTURE(folder);
    const auto files = FindModelFiles(folder);
    REQUIRE_MESSAGE(files.ok(), files.status().ToString());
    const auto tokenizer = LoadTokenizer(*files);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    const std::vector<json> requests = ReadLines(folder + "/requests.jsonl");
    const std::vector<json> expected = ReadLines(folder + "/expected.jsonl");
    REQUIRE(requests.size() == expected.size());
    for (size_t i = 0; i < requests.size(); ++i) {
      const std::string difference = Difference(*tokenizer, requests[i], expected[i]);
      CHECK_MESSAGE(difference.empty(), difference);
    }
  }
  CHECK(folders == 17);
}

// The reference gives the same totals.
TEST_CASE("the MRPC dev set has its known number of tokens") {
  const auto data = ReadGlue("data/mrpc/dev.tsv", **FindGlueTask("MRPC"));
  REQUIRE_MESSAGE(data.ok(), data.status().ToString());
  const auto total = [&](const char* vocab, bool lowercase) {
    auto vocabulary = text::Vocabulary::Load(std::string("tests/data/tokenizer/") + vocab);
    REQUIRE(vocabulary.ok());
    text::TokenizerOptions options;
    options.normalizer = text::BertNormalizer({.lowercase = lowercase});
    const auto tokenizer = text::Tokenizer::Create(*std::move(vocabulary), options);
    REQUIRE(tokenizer.ok());
    size_t tokens = 0;
    for (const GlueExample& example : data->examples) {
      tokens += tokenizer->Encode(example.text_a, example.text_b, 512)->ids.size();
    }
    return tokens;
  };
  CHECK(total("bert-base-uncased-vocab.txt", true) == 21723);
  CHECK(total("bert-base-cased-vocab.txt", false) == 22349);
}

TEST_CASE("tokenizer.json files on their own") {
  for (const std::string name : {"bpe_byte_fallback", "bpe_word_suffix", "mpnet_wordpiece",
                                 "unigram_words", "word_level", "wordpiece_sequence"}) {
    const std::string folder = "tests/data/tokenizer_json/" + name + "/";
    const auto tokenizer = text::LoadTokenizerJson(folder + "tokenizer.json");
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    const std::vector<json> vectors = ReadLines(folder + "vectors.jsonl");
    CHECK(vectors.size() == 100);
    for (const json& vector : vectors) {
      const std::string difference = Difference(*tokenizer, vector, vector);
      CHECK_MESSAGE(difference.empty(), difference);
    }
  }
}

}  // namespace
}  // namespace octet::bert
