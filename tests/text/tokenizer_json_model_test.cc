// Which model a tokenizer.json describes, and the WordLevel model. Expected tokens are those of the
// reference (Hugging Face `tokenizers` 0.23.3).
#include <doctest/doctest.h>

#include <string>

#include "tests/text/load_model.h"

namespace octet::text {
namespace {

std::string Vocab() { return R"("vocab": {"<unk>": 0, "a": 1, "b": 2, "ab": 3})"; }

TEST_CASE("a word of a WordLevel model is a token or the unknown one") {
  const std::string model = R"({"type": "WordLevel", "unk_token": "<unk>", )" + Vocab() + "}";
  CHECK(TokensOf(model, "ab") == Tokens{{3, 0, 2}});
  CHECK(TokensOf(model, "ba") == Tokens{{0, 0, 2}});
  const std::string split = R"(, "pre_tokenizer": {"type": "WhitespaceSplit"})";
  CHECK(TokensOf(model, "a ab \u00E9", split) == Tokens{{1, 0, 1}, {3, 2, 4}, {0, 5, 6}});
}

TEST_CASE("a WordLevel model without its unknown token") {
  const std::string model = R"({"type": "WordLevel", "unk_token": "[U]", )" + Vocab() + "}";
  CHECK(TokensOf(model, "ab") == Tokens{{3, 0, 2}});
  CHECK(Tokenize(model, "ba").status().code() == StatusCode::kInvalidModel);
  CHECK(LoadModel(R"({"type": "WordLevel", )" + Vocab() + "}").status().message() ==
        "the tokenizer model has no 'unk_token'");
}

TEST_CASE("a model without a type is the first that its members fit") {
  const auto ba = [](const std::string& members) {
    return TokensOf("{" + members + Vocab() + "}", "ba");
  };
  const Tokens bpe = {{2, 0, 1}, {1, 1, 2}};
  const Tokens unknown = {{0, 0, 2}};
  const std::string word_piece =
      R"("unk_token": "<unk>", "continuing_subword_prefix": "", "max_input_chars_per_word": 9, )";
  CHECK(ba(R"("merges": ["a b"], )") == bpe);
  CHECK(ba(R"("merges": ["a b"], )" + word_piece) == bpe);
  CHECK(ba(word_piece) == bpe);  // the longest pieces from the left
  CHECK(ba(R"("unk_token": "<unk>", )") == unknown);
  CHECK(ba(R"("unk_token": "<unk>", "continuing_subword_prefix": "", )") == unknown);
  CHECK(TokensOf(R"({"unk_id": 0, "vocab": [["<unk>", 0], ["a", -1]]})", "aa") ==
        Tokens{{1, 0, 1}, {1, 1, 2}});
}

TEST_CASE("any other model is Unsupported, and the error names it") {
  const auto message = [](const std::string& model) {
    const Status status = LoadModel(model).status();
    CHECK(status.code() == StatusCode::kUnsupported);
    return status.message();
  };
  CHECK(message(R"({"type": "Foo", "merges": [], )" + Vocab() + "}") ==
        "tokenizer model 'Foo'; octet has BPE, WordPiece, WordLevel and Unigram");
  CHECK(message(R"({"type": 3, "merges": [], )" + Vocab() + "}")
            .starts_with("tokenizer model ''; octet has "));
  CHECK(message("{" + Vocab() + "}").starts_with("tokenizer model ''; octet has "));
  CHECK(message("null").starts_with("tokenizer model ''; octet has "));
}

TEST_CASE("two tokens with one id, of any model") {
  for (const char* type : {"WordPiece", "WordLevel", "BPE"}) {
    const Status status =
        LoadModel(R"({"type": ")" + std::string(type) +
                  R"(", "unk_token": "a", "merges": [], "vocab": {"a": 0, "b": 1, "c": 1}})")
            .status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    CHECK(status.message() == "id 1 stands for both 'b' and 'c'");
  }
}

}  // namespace
}  // namespace octet::text
