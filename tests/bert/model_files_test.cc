#include "bert/model_files.h"

#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bert/model_config.h"
#include "bert/tokenizer_loader.h"
#include "tests/bert/temp_folder.h"

namespace octet::bert {
namespace {

using nlohmann::json;

const std::string kModel = "models/minilm_l6_mrpc";
const std::string kVocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nA\ncafe\n\xC3\xA9\n";

// Loads the tokenizer of a folder.
Result<text::Tokenizer> Load(const TempFolder& folder) {
  const auto files = FindModelFiles(folder.Path());
  REQUIRE_MESSAGE(files.ok(), files.status().ToString());
  return LoadTokenizer(*files);
}

std::vector<int32_t> Ids(const text::Tokenizer& tokenizer, std::string_view text) {
  const auto encoding = tokenizer.Encode(text, std::nullopt, 16);
  REQUIRE_MESSAGE(encoding.ok(), encoding.status().ToString());
  return encoding->ids;
}

using Int32s = std::vector<int32_t>;

// A tokenizer.json with the tokens of kVocab, as `tokenizers` writes it.
json TokenizerJson() {
  const auto special = [](const char* name, int type) {
    return json{{"SpecialToken", {{"id", name}, {"type_id", type}}}};
  };
  const auto sequence = [](const char* name, int type) {
    return json{{"Sequence", {{"id", name}, {"type_id", type}}}};
  };
  const auto added = [](int id, const char* name) {
    return json{{"id", id},        {"content", name},     {"single_word", false}, {"lstrip", false},
                {"rstrip", false}, {"normalized", false}, {"special", true}};
  };
  json file;
  file["truncation"] = nullptr;
  file["padding"] = nullptr;
  file["added_tokens"] = {added(0, "[PAD]"), added(3, "[SEP]")};
  file["normalizer"] = {{"type", "BertNormalizer"},
                        {"clean_text", true},
                        {"handle_chinese_chars", true},
                        {"strip_accents", nullptr},
                        {"lowercase", true}};
  file["pre_tokenizer"] = {{"type", "BertPreTokenizer"}};
  file["post_processor"] = {
      {"type", "TemplateProcessing"},
      {"single", {special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0)}},
      {"pair",
       {special("[CLS]", 0), sequence("A", 0), special("[SEP]", 0), sequence("B", 1),
        special("[SEP]", 1)}}};
  file["model"] = {{"type", "WordPiece"},
                   {"unk_token", "[UNK]"},
                   {"continuing_subword_prefix", "##"},
                   {"max_input_chars_per_word", 100},
                   {"vocab",
                    {{"[PAD]", 0},
                     {"[UNK]", 1},
                     {"[CLS]", 2},
                     {"[SEP]", 3},
                     {"[MASK]", 4},
                     {"a", 5},
                     {"A", 6},
                     {"cafe", 7},
                     {"\xC3\xA9", 8}}}};
  return file;
}

// The result of loading TokenizerJson() after `edit`.
Result<text::Tokenizer> LoadEdited(const std::function<void(json&)>& edit) {
  json file = TokenizerJson();
  edit(file);
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("tokenizer.json", file.dump());
  return Load(folder);
}

TEST_CASE("the bundled model: every file, its labels, its tokenizer") {
  for (const std::string& path : {kModel, kModel + "/model.onnx", kModel + "/"}) {
    const auto files = FindModelFiles(path);
    REQUIRE_MESSAGE(files.ok(), files.status().ToString());
    CHECK(files->model.ends_with("/model.onnx"));
    CHECK(files->config.ends_with("/config.json"));
    CHECK(files->vocab.ends_with("/vocab.txt"));
    CHECK(files->tokenizer_json.ends_with("/tokenizer.json"));
    CHECK(files->tokenizer_config.ends_with("/tokenizer_config.json"));
  }
  auto files = *FindModelFiles(kModel);
  const auto config = LoadModelConfig(files);
  REQUIRE_MESSAGE(config.ok(), config.status().ToString());
  CHECK(config->vocab_size == 30522);
  CHECK(config->max_position_embeddings == 512);
  CHECK(config->type_vocab_size == 2);
  CHECK(config->pad_token_id == 0);
  CHECK(config->id2label == std::vector<std::string>{"not_equivalent", "equivalent"});

  const auto from_json = LoadTokenizer(files);
  REQUIRE_MESSAGE(from_json.ok(), from_json.status().ToString());
  files.tokenizer_json.clear();
  const auto from_vocab = LoadTokenizer(files);
  REQUIRE_MESSAGE(from_vocab.ok(), from_vocab.status().ToString());
  const Int32s expected = {101, 7668, 1010, 103, 2088, 102};
  for (const auto* tokenizer : {&*from_json, &*from_vocab}) {
    CHECK(Ids(*tokenizer, "Caf\xC3\xA9, [MASK] world") == expected);
    CHECK(tokenizer->options().model_max_length == 512);
    CHECK(tokenizer->pad_id() == 0);
    CHECK(tokenizer->vocabulary().size() == 30522);
  }
}

TEST_CASE("where FindModelFiles looks for the model and the files beside it") {
  const TempFolder folder;
  CHECK(FindModelFiles(folder.Path("missing")).status().code() == StatusCode::kNotFound);
  CHECK(FindModelFiles("/dev/zero").status().code() == StatusCode::kIo);
  const Status empty = FindModelFiles(folder.Path()).status();
  CHECK(empty.code() == StatusCode::kNotFound);
  CHECK(empty.message() == "the folder has no model.onnx and no onnx/model.onnx");

  folder.Write("model_quantized.onnx", "");
  CHECK(FindModelFiles(folder.Path())->model == folder.Path("model_quantized.onnx"));
  folder.Write("model_O1.onnx", "");
  CHECK(FindModelFiles(folder.Path()).status().message() ==
        "the folder has several models, name one: model_O1.onnx, model_quantized.onnx");
  folder.Write("onnx/model.onnx", "");
  folder.Write("config.json", "{}");
  const auto nested = FindModelFiles(folder.Path());
  CHECK(nested->model == folder.Path("onnx/model.onnx"));
  CHECK(nested->config == folder.Path("config.json"));
  CHECK(nested->vocab.empty());
  folder.Write("onnx/config.json", "{}");
  CHECK(FindModelFiles(folder.Path())->config == folder.Path("onnx/config.json"));
  folder.Write("model.onnx", "");
  CHECK(FindModelFiles(folder.Path())->model == folder.Path("model.onnx"));
  CHECK(FindModelFiles(folder.Path("model_O1.onnx"))->config == folder.Path("config.json"));
}

TEST_CASE("without a vocabulary the error says which files are missing") {
  const TempFolder folder;
  const std::string model = folder.Write("model.onnx", "");
  CHECK(Load(folder).status().ToString() ==
        "NotFound: " + model + ": neither vocab.txt nor tokenizer.json is beside the model");
}

TEST_CASE("vocab.txt with and without tokenizer_config.json") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("vocab.txt", kVocab);
  CHECK(Ids(*Load(folder), "A \xC3\xA9 caf\xC3\xA9") == Int32s{2, 5, 1, 7, 3});
  folder.Write("tokenizer_config.json",
               R"({"do_lower_case": false, "tokenizer_class": "BertTokenizerFast",
                   "sep_token": {"content": "[MASK]"},
                   "model_max_length": 1000000000000000019884624838656})");
  const auto cased = Load(folder);
  REQUIRE_MESSAGE(cased.ok(), cased.status().ToString());
  CHECK(Ids(*cased, "A \xC3\xA9") == Int32s{2, 6, 8, 4});
  CHECK(cased->options().model_max_length == 0);
  folder.Write("tokenizer_config.json", R"({"strip_accents": false, "model_max_length": 256})");
  const auto accents = Load(folder);
  REQUIRE_MESSAGE(accents.ok(), accents.status().ToString());
  CHECK(Ids(*accents, "A \xC3\x89") == Int32s{2, 5, 8, 3});
  CHECK(accents->options().model_max_length == 256);
  folder.Write("config.json", R"({"max_position_embeddings": 64, "vocab_size": 9})");
  CHECK(Load(folder)->options().model_max_length == 64);
  folder.Write("config.json", R"({"vocab_size": 8})");
  const Status status = Load(folder).status();
  CHECK(status.code() == StatusCode::kInvalidModel);
  CHECK(status.message() == "9 tokens, but config.json has vocab_size 8");
}

TEST_CASE("token types are 0 when the tokenizer or the model does not use them") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("vocab.txt", kVocab);
  const auto types = [&](std::string_view tokenizer_config, std::string_view config = "{}") {
    folder.Write("tokenizer_config.json", tokenizer_config);
    folder.Write("config.json", config);
    const auto tokenizer = Load(folder);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    return tokenizer->Encode("a", "a", 16)->type_ids;
  };
  const Int32s given = {0, 0, 0, 1, 1};
  const Int32s zeros(5, 0);
  CHECK(types("{}") == given);
  CHECK(types(R"({"model_input_names": ["input_ids", "attention_mask"]})") == zeros);
  CHECK(types(R"({"model_input_names": ["input_ids", "token_type_ids"]})") == given);
  CHECK(types(R"({"tokenizer_class": "DistilBertTokenizerFast"})") == zeros);
  CHECK(types(R"({"tokenizer_class": "DistilBertTokenizer",
                  "model_input_names": ["input_ids", "token_type_ids"]})") == given);
  CHECK(types("{}", R"({"type_vocab_size": 1})") == zeros);
  CHECK(types("{}", R"({"type_vocab_size": 2})") == given);
}

TEST_CASE("settings that would change the result are refused, not ignored") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("vocab.txt", kVocab);
  const auto code = [&](std::string_view config) {
    const std::string path = folder.Write("tokenizer_config.json", config);
    const Status status = Load(folder).status();
    CHECK(status.place().file == path);
    return status.code();
  };
  CHECK(code(R"({"tokenizer_class": "RobertaTokenizer"})") == StatusCode::kUnsupported);
  CHECK(code(R"({"truncation_side": "top"})") == StatusCode::kInvalidModel);
  CHECK(code(R"({"padding_side": "left"})") == StatusCode::kUnsupported);
  CHECK(code(R"({"do_lower_case": "yes"})") == StatusCode::kInvalidModel);
  CHECK(code(R"({"model_max_length": 0})") == StatusCode::kInvalidModel);
  CHECK(code(R"({"model_max_length": "512"})") == StatusCode::kInvalidModel);
  CHECK(code(R"({"unk_token": 3})") == StatusCode::kInvalidModel);
  CHECK(code(R"({"model_input_names": "input_ids"})") == StatusCode::kInvalidModel);
  CHECK(code("{") == StatusCode::kCorruptFile);
  CHECK(code(R"({"a": 1e999})") == StatusCode::kCorruptFile);
  CHECK(code("[]") == StatusCode::kCorruptFile);
  CHECK(code(R"({"a": 1, "a": 2})") == StatusCode::kCorruptFile);
  CHECK(code(R"({"a": )" + std::string(10000, '[')) == StatusCode::kResourceLimit);
}

TEST_CASE("texts are cut on the side that tokenizer_config.json names, or else tokenizer.json") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  json file = TokenizerJson();
  const auto ids = [&] {
    const auto tokenizer = Load(folder);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    return tokenizer->Encode("a cafe", std::nullopt, 3)->ids;
  };
  folder.Write("tokenizer.json", file.dump());
  const Int32s cut_right = ids();
  file["truncation"] = {{"direction", "Left"}, {"max_length", 9}, {"strategy", "LongestFirst"}};
  folder.Write("tokenizer.json", file.dump());
  const Int32s cut_left = ids();
  CHECK(cut_left != cut_right);
  folder.Write("tokenizer_config.json", R"({"truncation_side": "right"})");
  CHECK(ids() == cut_right);
  folder.Write("tokenizer_config.json", R"({"truncation_side": "left"})");
  CHECK(ids() == cut_left);
}

TEST_CASE("a vocab.txt without a special token is named in the error") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  const std::string path = folder.Write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\na\n");
  CHECK(Load(folder).status().ToString() ==
        "InvalidModel: " + path + ": the vocabulary has no [SEP]");
}

TEST_CASE("tokenizer.json gives vocabulary and settings, before any other file") {
  const auto plain = LoadEdited([](json&) {});
  REQUIRE_MESSAGE(plain.ok(), plain.status().ToString());
  CHECK(Ids(*plain, "A caf\xC3\xA9 [SEP] [MASK]") == Int32s{2, 5, 7, 3, 1, 1, 1, 3});
  const auto cased = LoadEdited([](json& file) { file["normalizer"]["lowercase"] = false; });
  CHECK(Ids(*cased, "A \xC3\xA9") == Int32s{2, 6, 8, 3});
  const auto accents = LoadEdited([](json& file) { file["normalizer"]["strip_accents"] = false; });
  CHECK(Ids(*accents, "\xC3\x89") == Int32s{2, 8, 3});
  const auto added = LoadEdited([](json& file) {
    file["added_tokens"].push_back({{"id", 9}, {"content", "a a"}});
  });
  REQUIRE_MESSAGE(added.ok(), added.status().ToString());
  CHECK(Ids(*added, "a a a") == Int32s{2, 9, 5, 3});
  CHECK(added->vocabulary().size() == 9);
  CHECK(added->num_ids() == 10);
  const auto short_words =
      LoadEdited([](json& file) { file["model"]["max_input_chars_per_word"] = 3; });
  CHECK(Ids(*short_words, "a cafe") == Int32s{2, 5, 1, 3});
  const auto old_form = LoadEdited([](json& file) {
    file["model"].erase("type");
    file["post_processor"] = {
        {"type", "BertProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}};
  });
  REQUIRE_MESSAGE(old_form.ok(), old_form.status().ToString());
  CHECK(Ids(*old_form, "a") == Int32s{2, 5, 3});
  const auto renamed = LoadEdited([](json& file) {
    for (const char* which : {"single", "pair"}) {
      for (json& piece : file["post_processor"][which]) {
        if (piece.contains("SpecialToken") && piece["SpecialToken"]["id"] == "[CLS]") {
          piece["SpecialToken"]["id"] = "[MASK]";
        }
      }
    }
  });
  REQUIRE_MESSAGE(renamed.ok(), renamed.status().ToString());
  CHECK(Ids(*renamed, "a") == Int32s{4, 5, 3});
}

TEST_CASE("parts that a WordPiece tokenizer may have or lack") {
  const auto load = [](const std::function<void(json&)>& edit) {
    auto tokenizer = LoadEdited(edit);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    return *std::move(tokenizer);
  };
  const auto sequence = [](const char* list, const json& part) {
    return json{{"type", "Sequence"}, {list, {part}}};
  };
  const auto wrapped = load([&](json& f) {
    f["normalizer"] = sequence("normalizers", f["normalizer"]);
    f["pre_tokenizer"] = sequence("pretokenizers", f["pre_tokenizer"]);
    f["post_processor"] = sequence("processors", f["post_processor"]);
  });
  CHECK(Ids(wrapped, "A caf\xC3\xA9") == Int32s{2, 5, 7, 3});
  const auto lowercase = load([](json& f) { f["normalizer"] = {{"type", "Lowercase"}}; });
  CHECK(Ids(lowercase, "A \xC3\x89") == Int32s{2, 5, 8, 3});
  const auto none = load([](json& f) { f["normalizer"] = nullptr; });
  CHECK(Ids(none, "A \xC3\xA9") == Int32s{2, 6, 8, 3});
  const auto whole = load([](json& f) { f["pre_tokenizer"] = nullptr; });
  CHECK(Ids(whole, "a a") == Int32s{2, 1, 3});
  const auto plain = load([](json& f) { f["post_processor"] = nullptr; });
  CHECK(Ids(plain, "a") == Int32s{5});
  CHECK(plain.Encode("a", "a", 8)->type_ids == Int32s{0, 1});
  const auto no_pair = load([](json& f) {
    f["post_processor"]["pair"] = {{{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
                                   {{"Sequence", {{"id", "B"}, {"type_id", 1}}}}};
  });
  CHECK(no_pair.Encode("a", "a", 8)->ids == Int32s{5, 5});
  const auto single = load([](json& f) { f["post_processor"].erase("pair"); });
  CHECK(Ids(single, "a") == Int32s{2, 5, 3});
  CHECK(single.Encode("a", "a", 8).status().message() ==
        "the tokenizer has no template for a pair of texts");
  const auto two_ids = load([](json& f) {
    f["post_processor"]["special_tokens"]["[CLS]"] = {{"ids", {2, 4}},
                                                      {"tokens", {"[CLS]", "[MASK]"}}};
  });
  CHECK(Ids(two_ids, "a") == Int32s{2, 4, 5, 3});
  const auto roberta = load([](json& f) {
    f["post_processor"] = {
        {"type", "RobertaProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 2}}};
    f["added_tokens"][0]["lstrip"] = true;
  });
  const auto pair = roberta.Encode("a  [PAD]", " [PAD]", 16);
  REQUIRE(pair.ok());
  CHECK(pair->ids == Int32s{2, 5, 0, 3, 3, 0, 3});
  CHECK(pair->type_ids == Int32s(7, 0));
  // Offsets leave out the white space that a token took, except one blank at the start of a text.
  CHECK(pair->offsets[2] == text::TokenOffsets{3, 8});
  CHECK(pair->offsets[5] == text::TokenOffsets{0, 6});
  const auto no_pad = load([](json& f) {
    f["model"]["vocab"].erase("[PAD]");
    f["added_tokens"].erase(0);
  });
  CHECK(no_pad.pad_id() == 0);
}

TEST_CASE("settings of tokenizer_config.json override those of tokenizer.json") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("tokenizer.json", TokenizerJson().dump());
  const auto ids = [&](std::string_view config) {
    folder.Write("tokenizer_config.json", config);
    const auto tokenizer = Load(folder);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    return Ids(*tokenizer, "A \xC3\xA9");
  };
  CHECK(ids("{}") == Int32s{2, 5, 1, 3});
  CHECK(ids(R"({"do_lower_case": false})") == Int32s{2, 6, 8, 3});
  CHECK(ids(R"({"strip_accents": false})") == Int32s{2, 5, 8, 3});
  CHECK(ids(R"({"do_lower_case": false, "tokenizer_class": "BertTokenizerFast"})") ==
        Int32s{2, 6, 8, 3});
  // For a class that is not BERT's, only tokenizer.json counts.
  CHECK(ids(R"({"do_lower_case": false, "tokenizer_class": "PreTrainedTokenizerFast"})") ==
        Int32s{2, 5, 1, 3});
  // BERT's class does not read the normalizer of tokenizer.json.
  json cased = TokenizerJson();
  cased["normalizer"]["lowercase"] = false;
  folder.Write("tokenizer.json", cased.dump());
  CHECK(ids("{}") == Int32s{2, 6, 8, 3});
  CHECK(ids(R"({"tokenizer_class": "BertTokenizer"})") == Int32s{2, 5, 1, 3});
}

TEST_CASE("added tokens are read from every file that can hold them") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  folder.Write("vocab.txt", kVocab);
  const auto ids = [&](std::string_view text = "a <x> [E1] A") {
    const auto tokenizer = Load(folder);
    REQUIRE_MESSAGE(tokenizer.ok(), tokenizer.status().ToString());
    return Ids(*tokenizer, text);
  };
  const Int32s none = {2, 5, 1, 1, 1, 1, 1, 1, 5, 3};
  CHECK(ids() == none);
  folder.Write("special_tokens_map.json", R"({"additional_special_tokens": ["<x>", "[E1]"]})");
  CHECK(ids() == Int32s{2, 5, 9, 10, 5, 3});
  folder.Write("added_tokens.json", R"({"[E1]": 9, "<x>": 10})");
  CHECK(ids() == Int32s{2, 5, 10, 9, 5, 3});
  // With added_tokens_decoder, the two other files are ignored.
  folder.Write("tokenizer_config.json",
               R"({"added_tokens_decoder": {"9": {"content": "<x>", "lstrip": true}}})");
  CHECK(ids("a <x> [E1]") == Int32s{2, 5, 9, 1, 1, 1, 3});
  folder.Write("tokenizer_config.json",
               R"({"added_tokens_decoder": {"9": {"content": "<x>", "special": true}},
                   "additional_special_tokens": ["[E1]"], "split_special_tokens": true})");
  CHECK(ids() == none);
  folder.Write("tokenizer_config.json",
               R"({"added_tokens_decoder": {"9": {"content": "a", "special": true}}})");
  const Status status = Load(folder).status();
  CHECK(status.code() == StatusCode::kInvalidModel);
  CHECK(status.message() == "added token 'a' has id 9, but the vocabulary has it at 5");
  for (const char* bad :
       {R"({"added_tokens_decoder": []})", R"({"added_tokens_decoder": {"x": {"content": "a"}}})",
        R"({"additional_special_tokens": "a"})", R"({"mask_token": 7})"}) {
    CAPTURE(bad);
    const std::string path = folder.Write("tokenizer_config.json", bad);
    CHECK(Load(folder).status().code() == StatusCode::kInvalidModel);
    CHECK(Load(folder).status().place().file == path);
  }
}

TEST_CASE("a BERT class whose tokenizer.json has a model other than WordPiece") {
  const TempFolder folder;
  folder.Write("model.onnx", "");
  json file = TokenizerJson();
  file["model"]["type"] = "WordLevel";
  folder.Write("tokenizer.json", file.dump());
  CHECK(Ids(*Load(folder), "cafe") == Int32s{2, 7, 3});
  folder.Write("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer"})");
  const Status status = Load(folder).status();
  CHECK(status.code() == StatusCode::kUnsupported);
  CHECK(status.message() == "tokenizer_class 'BertTokenizer' with a model that is not WordPiece");
}

TEST_CASE("a tokenizer of another kind is Unsupported, and the error names the kind") {
  const auto message = [](const std::function<void(json&)>& edit) {
    const Status status = LoadEdited(edit).status();
    CHECK(status.code() == StatusCode::kUnsupported);
    CHECK(status.place().file.ends_with("tokenizer.json"));
    return status.message();
  };
  CHECK(message([](json& f) { f["model"]["type"] = "Foo"; }) ==
        "tokenizer model 'Foo'; octet has BPE, WordPiece, WordLevel and Unigram");
  CHECK(message([](json& f) { f["normalizer"]["type"] = "Foo"; }).starts_with("normalizer 'Foo'"));
  CHECK(message([](json& f) {
          f["normalizer"] = {{"lowercase", true}};
        }).starts_with("normalizer ''"));
  CHECK(message([](json& f) {
          f["pre_tokenizer"]["type"] = "Foo";
        }).starts_with("pre_tokenizer 'Foo'"));
  CHECK(message([](json& f) {
          f["post_processor"]["type"] = "Foo";
        }).starts_with("post_processor 'Foo'; octet has BertProcessing, ByteLevel"));
  CHECK(message([](json& f) { f["post_processor"]["pair"].erase(3); }) ==
        "post_processor: 'pair' does not have A and B once");
  CHECK(message([](json& f) { f["post_processor"]["single"].erase(1); }) ==
        "post_processor: 'single' does not have A once");
  CHECK(message([](json& f) {
          f["post_processor"] = {{"type", "Sequence"},
                                 {"processors", {f["post_processor"], f["post_processor"]}}};
        }) == "post_processor: two parts add special tokens");
  CHECK(message([](json& f) { f["padding"] = {{"direction", "Left"}}; }) == "padding on the left");
}

TEST_CASE("a tokenizer.json that contradicts itself is InvalidModel") {
  const auto message = [](const std::function<void(json&)>& edit) {
    const Status status = LoadEdited(edit).status();
    CHECK(status.code() == StatusCode::kInvalidModel);
    return status.message();
  };
  CHECK(message([](json& f) { f["model"].erase("vocab"); }) ==
        "the tokenizer model has no 'vocab'");
  CHECK(message([](json& f) { f["model"]["vocab"]["b"] = 5; }) ==
        "id 5 stands for both 'a' and 'b'");
  for (const json& id : {json(-1), json(1 << 22), json(1.5), json("1"), json(UINT64_MAX)}) {
    CHECK(message([&](json& f) { f["model"]["vocab"]["b"] = id; }) ==
          "the id of token 'b' is not an integer from 0 to 4194303");
  }
  CHECK(message([](json& f) { f["added_tokens"][0]["id"] = 4; }) ==
        "added token '[PAD]' has id 4, but the vocabulary has it at 0");
  CHECK(message([](json& f) {
          f["added_tokens"].push_back({{"id", 11}, {"content", "x"}});
        }) == "added token 'x' has id 11, but the next free id is 9");
  CHECK(message([](json& f) {
          f["post_processor"]["special_tokens"]["[CLS]"]["ids"] = {2, 5};
        }) == "post_processor: '[CLS]' does not have one id for each token");
  CHECK(message([](json& f) { f["post_processor"]["type"] = "RobertaProcessing"; }) ==
        "post_processor: 'cls' is not a token and its id");
  CHECK(message([](json& f) {
          f["post_processor"]["pair"][1] = {{"Sequence", {{"id", "C"}}}};
        }) == "post_processor: 'pair' has a piece that is not a SpecialToken or a Sequence A or B");
  CHECK(message([](json& f) {
          f["normalizer"] = {{"type", "Sequence"}};
        }) == "normalizer: 'normalizers' is not a list");
  CHECK(message([](json& f) { f["added_tokens"][0].erase("content"); }) ==
        "an added token has no 'content'");
  CHECK(message([](json& f) { f["added_tokens"] = 5; }) == "'added_tokens' is not a list");
  CHECK(message([](json& f) { f["model"]["max_input_chars_per_word"] = 0; }) ==
        "'max_input_chars_per_word' is 0, below 1");
  CHECK(message([](json& f) { f["post_processor"]["special_tokens"]["[SEP]"]["ids"] = {5}; }) ==
        "post_processor: id 5 of '[SEP]' is not the vocabulary's");
  CHECK(message([](json& f) {
          f["post_processor"] = {
              {"type", "BertProcessing"}, {"sep", {"[SEP]", 3}}, {"cls", {"[CLS]", 5}}};
        }) == "post_processor: id 5 of '[CLS]' is not the vocabulary's");
  CHECK(message([](json& f) { f["model"]["vocab"].erase("[UNK]"); }) ==
        "the vocabulary has no [UNK]");
  CHECK(message([](json& f) { f["normalizer"]["lowercase"] = 1; }) ==
        "'lowercase' is not true or false");
}

TEST_CASE("no single edit of a tokenizer.json crashes the loader") {
  // Replaces each member at every level by each kind of value: the file loads, or fails cleanly.
  const json original = TokenizerJson();
  const json flat = original.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    for (json::json_pointer at(pointer); !at.empty(); at.pop_back()) {
      for (const json& other :
           {json(), json(true), json(-7), json("x"), json::array(), json::object(), json(1e300)}) {
        json edited = original;
        edited[at] = other;
        const auto tokenizer = LoadEdited([&](json& file) { file = edited; });
        if (!tokenizer.ok()) {
          REQUIRE_FALSE(tokenizer.status().message().empty());
        } else {
          // A tokenizer without a template for pairs refuses one.
          const Status status = tokenizer->Encode("a [SEP]", "caf\xC3\xA9", 8).status();
          REQUIRE((status.ok() || status.code() == StatusCode::kInvalidArgument));
        }
      }
    }
  }
}

TEST_CASE("config.json errors") {
  const auto load = [](std::string_view text) {
    const TempFolder folder;
    folder.Write("model.onnx", "");
    folder.Write("config.json", text);
    return LoadModelConfig(*FindModelFiles(folder.Path()));
  };
  CHECK(load("{}")->id2label.empty());
  CHECK(load(R"({"id2label": {"1": "b", "0": "a"}})")->id2label ==
        std::vector<std::string>{"a", "b"});
  CHECK(load(R"({"id2label": ["a", null, 7]})")->id2label ==
        std::vector<std::string>{"a", "LABEL_1", "7"});
  CHECK(load(R"({"id2label": {"2": "b", "0": null}})")->id2label ==
        std::vector<std::string>{"LABEL_0", "LABEL_1", "b"});
  const Status key = load(R"({"id2label": {"first": "a"}})").status();
  CHECK(key.code() == StatusCode::kInvalidModel);
  CHECK(key.message() == "'id2label' has the key 'first', which is not a label's number");
  CHECK(key.place().file.ends_with("config.json"));
  CHECK(load(R"({"id2label": {"-1": "a"}})").status().code() == StatusCode::kInvalidModel);
  CHECK(load(R"({"id2label": {"0": ["a"]}})").status().code() == StatusCode::kInvalidModel);
  CHECK(load(R"({"id2label": "a"})").status().code() == StatusCode::kInvalidModel);
  CHECK(load(R"({"id2label": {"65536": "a"}})").status().code() == StatusCode::kResourceLimit);
  const auto none = load(R"({"pad_token_id": -1, "max_position_embeddings": -1})");
  REQUIRE_MESSAGE(none.ok(), none.status().ToString());
  CHECK(none->pad_token_id == 0);
  CHECK(none->max_position_embeddings == 0);
  CHECK(load(R"({"vocab_size": 1.5})").status().code() == StatusCode::kInvalidModel);
  CHECK(load(R"({"vocab_size": 18446744073709551615})").status().code() ==
        StatusCode::kInvalidModel);
  CHECK(load("").status().code() == StatusCode::kCorruptFile);
  CHECK(LoadModelConfig(ModelFiles{})->max_position_embeddings == 0);
}

}  // namespace
}  // namespace octet::bert
