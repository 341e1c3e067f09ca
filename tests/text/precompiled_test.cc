// Expected texts and origins are those of the reference (Hugging Face `tokenizers` 0.23.3).
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/text/load_model.h"
#include "tests/text/normalized.h"
#include "text/precompiled_map.h"
#include "text/precompiled_step.h"

namespace octet::text {
namespace {

// Writes character maps. A node's children stand at a place of their own, a multiple of 256.
class MapWriter {
 public:
  MapWriter& Add(std::string_view text, std::string_view replacement) {
    uint32_t node = 0;
    for (const char c : text) node = Child(node, static_cast<unsigned char>(c));
    Descend(node);
    units_[node] |= 1 << 8;
    units_[ChildrenOf(node)] = uint32_t{1} << 31 | static_cast<uint32_t>(replacements_.size());
    replacements_ += replacement;
    replacements_ += '\0';
    return *this;
  }

  std::vector<uint32_t>& units() { return units_; }
  std::string& replacements() { return replacements_; }

  std::string Bytes() const {
    std::string bytes;
    const auto append = [&](uint32_t number) {
      for (int i = 0; i < 4; ++i) bytes += static_cast<char>(number >> 8 * i);
    };
    append(static_cast<uint32_t>(4 * units_.size()));
    for (const uint32_t unit : units_) append(unit);
    return bytes + replacements_;
  }

 private:
  uint32_t ChildrenOf(uint32_t node) const { return node ^ units_[node] >> 10; }
  // Gives a node a place for its children.
  void Descend(uint32_t node) {
    if (units_[node] >> 10 != 0) return;
    units_[node] |= (static_cast<uint32_t>(units_.size()) ^ node) << 10;
    for (uint32_t i = 0; i < 256; ++i) units_.push_back(0);
  }
  uint32_t Child(uint32_t node, unsigned char byte) {
    Descend(node);
    const uint32_t child = ChildrenOf(node) ^ byte;
    units_[child] |= byte;
    return child;
  }

  std::vector<uint32_t> units_ = std::vector<uint32_t>(256);
  std::string replacements_;
};

PrecompiledMap Parse(const MapWriter& writer) {
  auto map = PrecompiledMap::Parse(writer.Bytes());
  REQUIRE_MESSAGE(map.ok(), map.status().ToString());
  return *std::move(map);
}

Normalized Run(const MapWriter& writer, std::u32string_view text) {
  return Run(Normalizer{Precompiled(Parse(writer))}, text);
}

MapWriter Map() {
  return MapWriter()
      .Add("\u2460", "1")
      .Add("\x01", "")
      .Add("a\u0301", "\u00E1")
      .Add("\uFDFA", "abc d")
      .Add("xy", "z");
}

TEST_CASE("finds the shortest text") {
  const PrecompiledMap map = Parse(MapWriter().Add("ab", "1").Add("abc", "2").Add("b", ""));
  CHECK(map.Find("ab") == "1");
  CHECK(map.Find("abc") == "1");
  CHECK(map.Find("bc") == "");
  CHECK_FALSE(map.Find("a").has_value());
  CHECK_FALSE(map.Find("ca").has_value());
  CHECK_FALSE(map.Find("").has_value());
  CHECK_FALSE(map.Find(std::string_view("\0ab", 3)).has_value());
  CHECK(map.HasStart('a'));
  CHECK_FALSE(map.HasStart('c'));
  CHECK_FALSE(map.HasStart('\0'));
}

TEST_CASE("replaces clusters below 6 bytes, and characters of longer ones") {
  CHECK(Run(Map(), U"a\u0301b").text == U"\u00E1b");
  CHECK(Run(Map(), U"a\u0301b").origins == Origins{0, 2});
  // The text of the map stands for the whole cluster, whose rest is lost.
  CHECK(Run(Map(), U"\u2460\u0301b").text == U"1b");
  CHECK(Run(Map(), U"\u2460\u0301b").origins == Origins{0, 2});
  CHECK(Run(Map(), U"\u2460\u0323\u0301b").text == U"1\u0323\u0301b");
  CHECK(Run(Map(), U"\u2460\u0323\u0301b").origins == Origins{0, 1, 2, 3});
  // "xy" is not a cluster.
  CHECK(Run(Map(), U"xy").text == U"xy");
  CHECK(Run(Map(), U"plain").text == U"plain");
  CHECK(Run(Map(), U"").text.empty());
}

TEST_CASE("characters of conjuncts and of joined emoji are in long clusters") {
  const MapWriter map = MapWriter().Add("\u0958", "k").Add("\u2122", "TM");
  CHECK(Run(map, U"\u0958\u0308").text == U"k");
  CHECK(Run(map, U"\u0958\u094D\u0301\u0958\u0308").text == U"k\u094D\u0301k\u0308");
  CHECK(Run(map, U"\u2122\u0308").text == U"TM");
  CHECK(Run(map, U"\u263A\u200D\u2122\u0308").text == U"\u263A\u200DTM\u0308");
}

TEST_CASE("a character that becomes several is the origin of all of them") {
  const Normalized result = Run(Map(), U"x\uFDFAy");
  CHECK(result.text == U"xabc dy");
  CHECK(result.origins == Origins{0, 1, 1, 1, 1, 1, 2});
}

TEST_CASE("deleted characters, at the start also those behind them are shifted") {
  CHECK(Run(Map(), U"a\x01\x01z").text == U"az");
  CHECK(Run(Map(), U"a\x01\x01z").origins == Origins{0, 3});
  CHECK(Run(Map(), U"\x01z\x01y").text == U"zy");
  CHECK(Run(Map(), U"\x01z\x01y").origins == Origins{0, 2});
  CHECK(Run(Map(), U"\x01").text.empty());
}

TEST_CASE("a map that leads out of itself is refused when it is read") {
  const auto message = [](const std::string& bytes) {
    const Status status = PrecompiledMap::Parse(bytes).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  const std::string good = Map().Bytes();
  const size_t units_end = 4 + 4 * Map().units().size();
  for (size_t size = 0; size < units_end; ++size) {
    CHECK(message(good.substr(0, size)) == "the character map is cut");
  }
  CHECK(message(std::string(100, '\0')) == "the character map is cut");
  CHECK(message(std::string(100, '\xFF')) == "the character map is cut");
  CHECK(message(good.substr(0, units_end)) == "the character map leads out of its replacements");
  CHECK(message(good + '\xFF') == "the replacements of the character map are not UTF-8");

  MapWriter outside = Map();
  outside.units()[0] = 0xFFFFFE00;
  CHECK(message(outside.Bytes()) == "the character map leads out of itself");
  outside = Map();
  outside.units().resize(outside.units().size() - 1);
  CHECK(message(outside.Bytes()) == "the character map leads out of itself");
  outside = MapWriter().Add("a", "\u00E9");
  outside.replacements().insert(0, 1, ' ');  // now the value is inside the character's bytes
  outside.replacements() = "\u00E9" + outside.replacements();
  outside.units()[outside.units().size() - 256] = uint32_t{1} << 31 | 1;
  CHECK(message(outside.Bytes()) == "the character map leads out of its replacements");
}

TEST_CASE("a map with any byte changed is refused or works") {
  const std::string good = Map().Bytes();
  const NormalizedText text = DecodeText("a\u0301\u2460\u0301\x01\uFDFAxy b\xFF\xF0\x9F\x98\x80");
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char change : {'\x01', '\x80', '\xFF'}) {
      std::string bytes = good;
      bytes[i] = static_cast<char>(bytes[i] ^ change);
      auto map = PrecompiledMap::Parse(bytes);
      if (!map.ok()) continue;
      NormalizedText chars = text;
      CHECK(Normalize({Precompiled(*std::move(map))}, chars).ok());
    }
  }
}

TEST_CASE("replacements that make a text too long are refused") {
  const std::string replacement(1000, 'x');
  const Normalizer normalizer = {
      Precompiled(Parse(MapWriter().Add("a", replacement).Add("b", std::string(1 << 20, 'x'))))};
  for (const char* text : {"aaaaaaaa", "b"}) {
    NormalizedText chars = DecodeText(text);
    CHECK(Normalize(normalizer, chars).code() == StatusCode::kResourceLimit);
  }
  NormalizedText chars = DecodeText("aaaa");
  CHECK(Normalize(normalizer, chars).ok());
  CHECK(chars.size() == 4000);
}

TEST_CASE("a tokenizer.json holds the map as base64") {
  const std::string model = R"({"type": "BPE", "vocab": {"a": 0}, "merges": []})";
  const auto message = [&](const std::string& map) {
    return LoadModel(model, R"(, "normalizer": {"type": "Precompiled")" + map + "}")
        .status()
        .message();
  };
  const std::string missing = "normalizer 'Precompiled' has no 'precompiled_charsmap'";
  CHECK(message("") == missing);
  CHECK(message(R"(, "precompiled_charsmap": null)") == missing);
  CHECK(message(R"(, "precompiled_charsmap": "")") == "the character map is cut");
  CHECK(message(R"(, "precompiled_charsmap": "a b=")") == "base64 with another character");
}

}  // namespace
}  // namespace octet::text
