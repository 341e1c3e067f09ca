// No model of a tokenizer.json makes octet take more time or memory than its size and the size of
// the text justify.
#include <doctest/doctest.h>

#include <string>

#include "tests/support/linear_time.h"
#include "tests/text/load_model.h"
#include "text/unigram.h"

namespace octet::text {
namespace {

std::string Repeat(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Whether a word that repeats `part` so many times takes linear time.
bool IsLinear(const std::string& model, const std::string& part, size_t times) {
  const auto tokenizer = LoadModel(model);
  REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
  const std::string few = Repeat(part, times);
  const std::string many = Repeat(part, testing::kMoreWork * times);
  return testing::TakesLinearTime(
      [&](bool more) { CHECK(tokenizer->Encode(more ? many : few, std::nullopt, 1 << 30).ok()); });
}

// A BPE in which 2^n letters become one token, for every n up to `depth`.
std::string Doublings(int depth) {
  std::string vocabulary = R"("a": 0, "b": 1)";
  std::string merges;
  std::string token = "a";
  for (int n = 0; n < depth; ++n) {
    merges += (n ? ", [\"" : "[\"") + token + "\", \"" + token + "\"]";
    token += token;
    vocabulary += ", \"" + token + "\": " + std::to_string(n + 2);
  }
  return R"({"type": "BPE", "unk_token": "b", "vocab": {)" + vocabulary + R"(}, "merges": [)" +
         merges + "]}";
}

TEST_CASE("BPE: words without end take O(n log n)") {
  const std::string model = Doublings(14);
  CHECK(IsLinear(model, "a", 5000));
  CHECK(IsLinear(model, "ab", 5000));
  CHECK(IsLinear(model, "\u00E9", 5000));
  const std::string fused = R"({"type": "BPE", "unk_token": "a", "fuse_unk": true,
      "byte_fallback": true, "ignore_merges": true, "vocab": {"a": 0}, "merges": []})";
  CHECK(IsLinear(fused, "\u00E9", 5000));
}

// A token grows by one letter with each merge, from the left and from the right.
TEST_CASE("BPE: tokens that grow letter by letter") {
  for (const bool from_left : {true, false}) {
    std::string vocabulary = R"("a": 0)";
    std::string merges;
    for (int n = 1; n < 500; ++n) {
      const std::string token(static_cast<size_t>(n), 'a');
      vocabulary += ", \"a" + token + "\": " + std::to_string(n);
      merges += n > 1 ? ", " : "";
      merges += from_left ? "[\"" + token + "\", \"a\"]" : "[\"a\", \"" + token + "\"]";
    }
    CHECK(
        IsLinear(R"({"type": "BPE", "vocab": {)" + vocabulary + R"(}, "merges": [)" + merges + "]}",
                 "a", 5000));
  }
}

TEST_CASE("Unigram: words without end, and pieces of the longest kind, take linear time") {
  const auto model = [](size_t longest) {
    return R"({"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["a", -1], [")" +
           std::string(longest, 'a') + R"(", -2]]})";
  };
  CHECK(IsLinear(model(2), "a", 5000));
  CHECK(IsLinear(model(2), "\u00E9", 5000));
  CHECK(IsLinear(model(2), "ab", 5000));
  CHECK(IsLinear(model(Unigram::kMaxPieceBytes), "a", 500));
  const Status status = LoadModel(model(Unigram::kMaxPieceBytes + 1)).status();
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.message().ends_with("...' has 1025 bytes, limit 1024"));
}

TEST_CASE("WordLevel: words without end take linear time") {
  const std::string model = R"({"type": "WordLevel", "unk_token": "a", "vocab": {"a": 0, "b": 1}})";
  CHECK(IsLinear(model, "b", 5000));
}

TEST_CASE("scores that add up to infinity or to nothing") {
  const std::string infinite = R"({"type": "Unigram", "unk_id": 0,
      "vocab": [["<unk>", -1e308], ["a", -1.7e308], ["b", 1.7e308], ["ab", 0]]})";
  const auto tokens = Tokenize(infinite, Repeat("abba", 100) + Repeat("b", 100));
  REQUIRE_MESSAGE(tokens.ok(), tokens.status().ToString());
  CHECK(tokens->back().end == 500);
}

TEST_CASE("reading models takes linear time") {
  const auto merges = [](int count) {
    std::string vocabulary = R"("a": 0)";
    std::string list;
    for (int i = 1; i <= count; ++i) {
      const std::string token = "t" + std::to_string(i);
      vocabulary += ", \"" + token + "\": " + std::to_string(2 * i) + ", \"a" + token +
                    "\": " + std::to_string(2 * i - 1);
      list += (i > 1 ? ", \"a " : "\"a ") + token + "\"";
    }
    return R"({"type": "BPE", "vocab": {)" + vocabulary + R"(}, "merges": [)" + list + "]}";
  };
  const std::string few_merges = merges(2000);
  const std::string many_merges = merges(2000 * testing::kMoreWork);
  CHECK(testing::TakesLinearTime(
      [&](bool more) { CHECK(LoadModel(more ? many_merges : few_merges).ok()); }));
  const auto pieces = [](int count) {
    std::string list = R"(["<unk>", 0])";
    for (int i = 0; i < count; ++i) {
      list += ", [\"" + std::string(40, 'a') + std::to_string(i) + "\", -1]";
    }
    return R"({"type": "Unigram", "unk_id": 0, "vocab": [)" + list + "]}";
  };
  const std::string few_pieces = pieces(2000);
  const std::string many_pieces = pieces(2000 * testing::kMoreWork);
  CHECK(testing::TakesLinearTime(
      [&](bool more) { CHECK(LoadModel(more ? many_pieces : few_pieces).ok()); }));
}

}  // namespace
}  // namespace octet::text
