#include "text/tokenizer_json_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/added_token_list.h"
#include "text/tokenizer_json_parts.h"

namespace octet::text {
namespace {

// An unused id takes 32 bytes of memory, and a file of a few bytes can have any number of them.
// Published vocabularies have at most some thousands.
constexpr int64_t kMaxUnusedIds = 1 << 20;

// Puts a token at its id, which must be free.
Status PlaceToken(std::vector<std::string>& tokens, int32_t id, const std::string& token) {
  const auto index = static_cast<size_t>(id);
  if (tokens.size() <= index) tokens.resize(index + 1);
  std::string& place = tokens[index];
  if (!place.empty()) {
    return InvalidModel(
        fmt::format("id {} stands for both '{}' and '{}'", id, Printable(place), Printable(token)));
  }
  place = token;
  return Status();
}

// {"token": id ...}
Result<Vocabulary> ReadVocabulary(const Json& model) {
  const Json::Object* object = MemberOrNull(model, "vocab").AsObject();
  if (!object) return InvalidModel("the tokenizer model has no 'vocab'");
  std::vector<std::string> tokens;
  for (const auto& [token, value] : *object) {
    OCTET_ASSIGN_OR_RETURN(const int32_t id, ParseTokenId(value, token));
    if (id >= static_cast<int64_t>(object->size()) + kMaxUnusedIds) {
      return ResourceLimit(fmt::format("token '{}' has id {}, which leaves more than {} ids unused",
                                       Printable(token), id, kMaxUnusedIds));
    }
    OCTET_RETURN_IF_ERROR(PlaceToken(tokens, id, token));
  }
  return Vocabulary::FromTokens(std::move(tokens));
}

Result<ModelParts> ReadWordPiece(const Json& model) {
  WordPieceOptions options;
  OCTET_RETURN_IF_ERROR(ReadMember(model, "unk_token", options.unk_token));
  OCTET_RETURN_IF_ERROR(
      ReadMember(model, "continuing_subword_prefix", options.continuation_prefix));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "max_input_chars_per_word", options.max_word_chars));
  if (options.max_word_chars < 1) {
    return InvalidModel(
        fmt::format("'max_input_chars_per_word' is {}, below 1", options.max_word_chars));
  }
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(model));
  return ModelParts{std::move(vocabulary), std::move(options)};
}

// "a b"
Result<std::pair<std::string, std::string>> ReadMergeText(const std::string& text) {
  const size_t blank = text.find(' ');
  if (blank == std::string::npos || text.find(' ', blank + 1) != std::string::npos) {
    return InvalidModel(
        fmt::format("'merges': '{}' is not two tokens with a blank between", Printable(text)));
  }
  return std::pair(text.substr(0, blank), text.substr(blank + 1));
}

// "a b" or ["a", "b"], all in the same form.
Result<BpeMerges::List> ReadMerges(const Json& model) {
  const Json::List* list = MemberOrNull(model, "merges").AsList();
  if (!list) return InvalidModel("the tokenizer model has no 'merges'");
  BpeMerges::List merges;
  merges.reserve(list->size());
  const bool are_texts = !list->empty() && list->front().AsString();
  for (const Json& entry : *list) {
    const std::string* text = entry.AsString();
    const Json::List* pair = entry.AsList();
    if (are_texts && text) {
      if (text->starts_with("#version")) continue;  // the first line of merges.txt
      OCTET_ASSIGN_OR_RETURN(auto merge, ReadMergeText(*text));
      merges.push_back(std::move(merge));
    } else if (!are_texts && pair && pair->size() == 2 && (*pair)[0].AsString() &&
               (*pair)[1].AsString()) {
      merges.emplace_back(*(*pair)[0].AsString(), *(*pair)[1].AsString());
    } else {
      return InvalidModel("'merges' is not a list of texts or of pairs");
    }
  }
  return merges;
}

Result<ModelParts> ReadBpe(const Json& model) {
  BpeOptions options;
  double dropout = 0;
  OCTET_RETURN_IF_ERROR(ReadMember(model, "dropout", dropout));
  if (dropout != 0) return Unsupported(fmt::format("BPE with 'dropout' {}", dropout));
  if (FindMember(model, "unk_token")) {
    OCTET_RETURN_IF_ERROR(ReadMember(model, "unk_token", options.unk_token.emplace()));
  }
  OCTET_RETURN_IF_ERROR(
      ReadMember(model, "continuing_subword_prefix", options.continuation_prefix));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "end_of_word_suffix", options.end_suffix));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "fuse_unk", options.fuse_unk));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "byte_fallback", options.byte_fallback));
  OCTET_RETURN_IF_ERROR(ReadMember(model, "ignore_merges", options.ignore_merges));
  OCTET_ASSIGN_OR_RETURN(options.merges, ReadMerges(model));
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(model));
  return ModelParts{std::move(vocabulary), std::move(options)};
}

Result<ModelParts> ReadWordLevel(const Json& model) {
  WordLevelOptions options;
  if (!FindMember(model, "unk_token")) {
    return InvalidModel("the tokenizer model has no 'unk_token'");
  }
  OCTET_RETURN_IF_ERROR(ReadMember(model, "unk_token", options.unk_token));
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, ReadVocabulary(model));
  return ModelParts{std::move(vocabulary), std::move(options)};
}

// [["piece", score] ...], by id.
Result<ModelParts> ReadUnigram(const Json& model) {
  const Json::List* list = MemberOrNull(model, "vocab").AsList();
  if (!list) return InvalidModel("the tokenizer model has no 'vocab'");
  UnigramOptions options;
  std::vector<std::string> pieces;
  for (const Json& entry : *list) {
    const Json::List* pair = entry.AsList();
    const bool is_pair = pair && pair->size() == 2;
    const std::string* piece = is_pair ? (*pair)[0].AsString() : nullptr;
    const std::optional<double> score = is_pair ? (*pair)[1].AsNumber() : std::nullopt;
    if (!piece || !score || !std::isfinite(*score)) {
      return InvalidModel(
          fmt::format("'vocab': entry {} is not a piece and its score", pieces.size()));
    }
    pieces.push_back(*piece);
    options.scores.push_back(*score);
  }
  OCTET_RETURN_IF_ERROR(ReadMember(model, "byte_fallback", options.byte_fallback));
  if (FindMember(model, "unk_id")) {
    int64_t id = 0;
    OCTET_RETURN_IF_ERROR(ReadMember(model, "unk_id", id));
    if (id < 0 || id >= static_cast<int64_t>(pieces.size())) {
      return InvalidModel(
          fmt::format("'unk_id' is {}, but there are {} pieces", id, pieces.size()));
    }
    options.unk_id = static_cast<int32_t>(id);
  }
  OCTET_ASSIGN_OR_RETURN(Vocabulary vocabulary, Vocabulary::FromPieces(std::move(pieces)));
  return ModelParts{std::move(vocabulary), std::move(options)};
}

// Files of 2020 do not have a "type". As in the reference, the model is then the first of the table
// that the members fit.
bool FitsBpe(const Json& model) { return FindMember(model, "merges") != nullptr; }
bool FitsWordPiece(const Json& model) {
  return FindMember(model, "max_input_chars_per_word") != nullptr;
}
bool FitsWordLevel(const Json& model) {
  return FindMember(model, "unk_token") && MemberOrNull(model, "vocab").AsObject();
}
bool FitsUnigram(const Json& model) { return MemberOrNull(model, "vocab").AsList() != nullptr; }

// One row: a type of model, the function that reads it, and whether members of a model without a
// type fit it.
struct Row {
  std::string_view type;
  Result<ModelParts> (*read)(const Json& model);
  bool (*fits)(const Json& model);
};

constexpr Row kModels[] = {
    {"BPE", ReadBpe, FitsBpe},
    {"WordPiece", ReadWordPiece, FitsWordPiece},
    {"WordLevel", ReadWordLevel, FitsWordLevel},
    {"Unigram", ReadUnigram, FitsUnigram},
};

}  // namespace

Result<ModelParts> ReadModel(const Json& model) {
  const std::string type = TypeOf(model);
  const bool has_type = FindMember(model, "type") != nullptr;
  const auto* row = std::ranges::find_if(
      kModels, [&](const Row& each) { return has_type ? each.type == type : each.fits(model); });
  if (row != std::end(kModels)) return row->read(model);
  return Unsupported(
      fmt::format("tokenizer model '{}'; octet has BPE, WordPiece, WordLevel and "
                  "Unigram",
                  Printable(type)));
}

}  // namespace octet::text
