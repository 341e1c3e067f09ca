#include "text/vocab.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace octet::text {
namespace {

TEST_CASE("line n has id n, and blank and repeated lines count") {
  const auto vocabulary = Vocabulary::Parse("[PAD]\n\nthe\nthe\n##s\n");
  REQUIRE(vocabulary.ok());
  CHECK(vocabulary->size() == 5);
  CHECK(vocabulary->Token(1).empty());
  CHECK(vocabulary->Find("[PAD]") == 0);
  CHECK(vocabulary->Find("the") == 3);
  CHECK(vocabulary->Find("##s") == 4);
  CHECK_FALSE(vocabulary->Find("th").has_value());
  CHECK_FALSE(vocabulary->Find("thes").has_value());
  CHECK_FALSE(vocabulary->Find("").has_value());
}

TEST_CASE("byte-order mark, CR LF, trailing space and a missing final LF do not matter") {
  const auto vocabulary = Vocabulary::Parse("\xEF\xBB\xBF[PAD]\r\nthe \r\n\r\nlast");
  REQUIRE(vocabulary.ok());
  CHECK(vocabulary->size() == 4);
  CHECK(vocabulary->Find("[PAD]") == 0);
  CHECK(vocabulary->Find("the") == 1);
  CHECK(vocabulary->Find("last") == 3);
}

TEST_CASE("the published vocabularies have their published ids") {
  const auto uncased = Vocabulary::Load("tests/data/tokenizer/bert-base-uncased-vocab.txt");
  REQUIRE_MESSAGE(uncased.ok(), uncased.status().ToString());
  CHECK(uncased->size() == 30522);
  CHECK(uncased->Find("[SEP]") == 102);
  CHECK(uncased->Find("the") == 1996);
  const auto cased = Vocabulary::Load("tests/data/tokenizer/bert-base-cased-vocab.txt");
  REQUIRE_MESSAGE(cased.ok(), cased.status().ToString());
  CHECK(cased->size() == 28996);
  CHECK(cased->Find("the") == 1103);
}

TEST_CASE("every token is found again") {
  const auto vocabulary = Vocabulary::Load("tests/data/tokenizer/bert-base-uncased-vocab.txt");
  REQUIRE(vocabulary.ok());
  for (int32_t id = 0; id < vocabulary->size(); ++id) {
    REQUIRE(vocabulary->Find(vocabulary->Token(id)) == id);
  }
}

TEST_CASE("errors say what and where") {
  CHECK(Vocabulary::Parse("").status().ToString() == "CorruptFile: vocabulary is empty");
  CHECK(Vocabulary::Parse("\xEF\xBB\xBF").status().code() == StatusCode::kCorruptFile);
  const Status encoding = Vocabulary::Parse("a\nb\xFF\n").status();
  CHECK(encoding.code() == StatusCode::kCorruptFile);
  CHECK(encoding.place().line == 2);
  const std::string lines(static_cast<size_t>(Vocabulary::kMaxTokens) + 1, '\n');
  CHECK(Vocabulary::Parse(lines).status().code() == StatusCode::kResourceLimit);

  const Status missing = Vocabulary::Load("tests/data/no_such_vocab.txt").status();
  CHECK(missing.code() == StatusCode::kNotFound);
  CHECK(missing.place().file == "tests/data/no_such_vocab.txt");
  CHECK(Vocabulary::Load("tests/data").status().code() == StatusCode::kIo);
  CHECK(Vocabulary::Load("/dev/zero").status().code() == StatusCode::kIo);

  const auto path = std::filesystem::temp_directory_path() / "octet_vocab_test_empty.txt";
  std::ofstream(path).close();
  const Status empty = Vocabulary::Load(path.string()).status();
  CHECK(empty.code() == StatusCode::kCorruptFile);
  CHECK(empty.place().file == path.string());
  std::filesystem::resize_file(path, Vocabulary::kMaxFileBytes + 1);  // sparse
  CHECK(Vocabulary::Load(path.string()).status().code() == StatusCode::kResourceLimit);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace octet::text
