#include "text/tokenizer_json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/base64.h"
#include "text/added_token_list.h"
#include "text/normal_forms.h"
#include "text/precompiled_map.h"
#include "text/precompiled_step.h"

namespace octet::text {
namespace {

// One row: a type of part, and the function that reads such a part.
struct Row {
  std::string_view type;
  Status (*read)(const Json& part, PartsReader* reader);
};

// Reads a part with the function of its type. `list` is the member of a Sequence that holds its
// parts, which are read in order.
Status ReadPart(const Json& part, const char* kind, const char* list, std::span<const Row> rows,
                PartsReader* reader) {
  const std::string type = TypeOf(part);
  if (type == "Sequence") {
    const Json::List* parts = MemberOrNull(part, list).AsList();
    if (!parts) return InvalidModel(fmt::format("{}: '{}' is not a list", kind, list));
    for (const Json& each : *parts) {
      OCTET_RETURN_IF_ERROR(ReadPart(each, kind, list, rows, reader));
    }
    return Status();
  }
  const auto row = std::ranges::find(rows, type, &Row::type);
  if (row != rows.end()) return row->read(part, reader);
  std::string known;
  for (const Row& each : rows) known += fmt::format("{}{}", known.empty() ? "" : ", ", each.type);
  return Unsupported(
      fmt::format("{} '{}'; octet has {} and Sequence", kind, Printable(type), known));
}

// ---- Normalizers ----

// Each step takes time for the whole text.
constexpr size_t kMaxNormalizerSteps = 16;

Status AddStep(std::shared_ptr<const NormalizerStep> step, PartsReader* reader) {
  Normalizer& steps = reader->options.normalizer;
  if (steps.size() == kMaxNormalizerSteps) {
    return ResourceLimit(fmt::format("normalizer of more than {} steps", kMaxNormalizerSteps));
  }
  steps.push_back(std::move(step));
  return Status();
}

Status ReadBertNormalizer(const Json& part, PartsReader* reader) {
  BertNormalizerOptions options;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "clean_text", options.clean_text));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "handle_chinese_chars", options.tokenize_chinese_chars));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "lowercase", options.lowercase));
  if (FindMember(part, "strip_accents")) {
    OCTET_RETURN_IF_ERROR(ReadMember(part, "strip_accents", options.strip_accents.emplace()));
  }
  const bool is_first = reader->options.normalizer.empty();
  for (std::shared_ptr<const NormalizerStep>& step : BertNormalizer(options)) {
    OCTET_RETURN_IF_ERROR(AddStep(std::move(step), reader));
  }
  if (is_first) reader->bert_normalizer = options;
  return Status();
}

// A normalizer that is one step and has no options.
template <std::shared_ptr<const NormalizerStep> (*make)()>
Status ReadStep(const Json&, PartsReader* reader) {
  reader->bert_normalizer.reset();
  return AddStep(make(), reader);
}

Status ReadStrip(const Json& part, PartsReader* reader) {
  bool left = true;
  bool right = true;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "strip_left", left));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "strip_right", right));
  if (left) OCTET_RETURN_IF_ERROR(ReadStep<StripLeft>(part, reader));
  return right ? ReadStep<StripRight>(part, reader) : Status();
}

Status ReadPrecompiled(const Json& part, PartsReader* reader) {
  reader->bert_normalizer.reset();
  const std::string* text = MemberOrNull(part, "precompiled_charsmap").AsString();
  if (!text) return InvalidModel("normalizer 'Precompiled' has no 'precompiled_charsmap'");
  OCTET_ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(*text));
  OCTET_ASSIGN_OR_RETURN(PrecompiledMap map, PrecompiledMap::Parse(bytes));
  return AddStep(Precompiled(std::move(map)), reader);
}

constexpr Row kNormalizers[] = {
    {"BertNormalizer", ReadBertNormalizer},
    {"Lowercase", ReadStep<LowerCase>},
    {"NFD", ReadStep<Nfd>},
    {"Precompiled", ReadPrecompiled},
    {"Strip", ReadStrip},
    {"StripAccents", ReadStep<RemoveMarks>},
};

// ---- Pre-tokenizers ----

Status ReadBertPreTokenizer(const Json&, PartsReader* reader) {
  reader->options.pre_tokenizer.rules.split_whitespace = true;
  reader->options.pre_tokenizer.rules.isolate_punctuation = true;
  return Status();
}

Status ReadWhitespaceSplit(const Json&, PartsReader* reader) {
  reader->options.pre_tokenizer.rules.split_whitespace = true;
  return Status();
}

Status ReadWhitespace(const Json&, PartsReader* reader) {
  reader->options.pre_tokenizer.rules.split_whitespace = true;
  reader->options.pre_tokenizer.rules.split_word_classes = true;
  return Status();
}

Status ReadPunctuation(const Json& part, PartsReader* reader) {
  std::string behavior = "Isolated";
  OCTET_RETURN_IF_ERROR(ReadMember(part, "behavior", behavior));
  if (behavior != "Isolated") {
    return Unsupported(
        fmt::format("pre_tokenizer 'Punctuation' with behavior '{}'", Printable(behavior)));
  }
  reader->options.pre_tokenizer.rules.isolate_punctuation = true;
  return Status();
}

constexpr Row kPreTokenizers[] = {
    {"BertPreTokenizer", ReadBertPreTokenizer},
    {"Punctuation", ReadPunctuation},
    {"Whitespace", ReadWhitespace},
    {"WhitespaceSplit", ReadWhitespaceSplit},
};

// ---- Post-processors ----

// ["[SEP]", 102]
Status ReadTokenAndId(const Json& part, const char* key, TemplatePiece* piece) {
  const Json::List* pair = MemberOrNull(part, key).AsList();
  if (!pair || pair->size() != 2 || !(*pair)[0].AsString()) {
    return InvalidModel(fmt::format("post_processor: '{}' is not a token and its id", key));
  }
  piece->token = *(*pair)[0].AsString();
  OCTET_ASSIGN_OR_RETURN(piece->id, ParseTokenId((*pair)[1], piece->token));
  return Status();
}

// For BertProcessing and RobertaProcessing: a template of "cls" and "sep".
Status ReadClsAndSep(const Json& part,
                     PostProcessor (*make)(const std::string&, const std::string&),
                     PartsReader* reader) {
  TemplatePiece cls;
  TemplatePiece sep;
  OCTET_RETURN_IF_ERROR(ReadTokenAndId(part, "cls", &cls));
  OCTET_RETURN_IF_ERROR(ReadTokenAndId(part, "sep", &sep));
  PostProcessor& post = reader->options.post_processor;
  post = make(cls.token, sep.token);
  for (Template* pieces : {&post.single, &post.pair}) {
    for (TemplatePiece& piece : *pieces) {
      if (piece.kind != TemplatePiece::Kind::kSpecial) continue;
      piece.id = &piece == &pieces->front() ? cls.id : sep.id;
    }
  }
  return Status();
}

Status ReadBertProcessing(const Json& part, PartsReader* reader) {
  return ReadClsAndSep(part, BertTemplate, reader);
}

Status ReadRobertaProcessing(const Json& part, PartsReader* reader) {
  OCTET_RETURN_IF_ERROR(ReadClsAndSep(part, RobertaTemplate, reader));
  PostProcessor& post = reader->options.post_processor;
  post.trim_offsets = true;
  post.add_prefix_space = true;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "trim_offsets", post.trim_offsets));
  return ReadMember(part, "add_prefix_space", post.add_prefix_space);
}

// Published templates have five pieces. A special token can stand for many tokens, and a template
// can contain it many times.
constexpr size_t kMaxTemplatePieces = 256;

Status AppendPiece(TemplatePiece piece, Template* pieces) {
  if (pieces->size() == kMaxTemplatePieces) {
    return ResourceLimit(
        fmt::format("post_processor: template of more than {} pieces", kMaxTemplatePieces));
  }
  pieces->push_back(std::move(piece));
  return Status();
}

// Appends the tokens that a special token of a template stands for: usually just itself.
Status AppendSpecial(const Json& processor, const std::string& name, int32_t type_id,
                     Template* pieces) {
  const Json& special = MemberOrNull(MemberOrNull(processor, "special_tokens"), name);
  const Json& ids_member = MemberOrNull(special, "ids");
  if (ids_member.is_null()) {
    return AppendPiece({TemplatePiece::Kind::kSpecial, type_id, name}, pieces);
  }
  const Json& names_member = MemberOrNull(special, "tokens");
  const Json::List* ids = ids_member.AsList();
  const Json::List* names = names_member.AsList();
  const bool has_names = !names_member.is_null();
  if (!ids || (has_names && !names) || ids->size() != (names ? names->size() : 1)) {
    return InvalidModel(
        fmt::format("post_processor: '{}' does not have one id for each token", Printable(name)));
  }
  for (size_t i = 0; i < ids->size(); ++i) {
    const std::string* token = names ? (*names)[i].AsString() : &name;
    if (!token) {
      return InvalidModel(
          fmt::format("post_processor: '{}' has a token that is not a string", Printable(name)));
    }
    OCTET_ASSIGN_OR_RETURN(const int32_t id, ParseTokenId((*ids)[i], *token));
    OCTET_RETURN_IF_ERROR(
        AppendPiece({TemplatePiece::Kind::kSpecial, type_id, *token, id}, pieces));
  }
  return Status();
}

Status ReadTemplate(const Json& processor, const char* key, Template* pieces) {
  const Json& list = MemberOrNull(processor, key);
  pieces->clear();
  if (list.is_null()) return Status();
  if (!list.AsList()) {
    return InvalidModel(fmt::format("post_processor: '{}' is not a list", key));
  }
  for (const Json& entry : *list.AsList()) {
    const Json& special = MemberOrNull(entry, "SpecialToken");
    const Json& part = special.is_null() ? MemberOrNull(entry, "Sequence") : special;
    std::string id;
    int64_t type_id = 0;
    OCTET_RETURN_IF_ERROR(ReadMember(part, "id", id));
    OCTET_RETURN_IF_ERROR(ReadMember(part, "type_id", type_id));
    if (type_id < 0 || type_id > INT32_MAX) {
      return InvalidModel(fmt::format("post_processor: type_id {}", type_id));
    }
    const auto type = static_cast<int32_t>(type_id);
    if (!special.is_null()) {
      OCTET_RETURN_IF_ERROR(AppendSpecial(processor, id, type, pieces));
    } else if (id == "A" || id == "B") {
      const auto kind = id == "A" ? TemplatePiece::Kind::kFirst : TemplatePiece::Kind::kSecond;
      OCTET_RETURN_IF_ERROR(AppendPiece({kind, type}, pieces));
    } else {
      return InvalidModel(
          fmt::format("post_processor: '{}' has a piece that is not a SpecialToken or a Sequence "
                      "A or B",
                      key));
    }
  }
  return Status();
}

// Checks that a template has A once, and B `expected_second` times.
Status CheckTexts(const Template& pieces, const char* key, int64_t expected_second) {
  const auto count = [&](TemplatePiece::Kind kind) {
    return std::ranges::count(pieces, kind, &TemplatePiece::kind);
  };
  if (count(TemplatePiece::Kind::kFirst) == 1 &&
      count(TemplatePiece::Kind::kSecond) == expected_second) {
    return Status();
  }
  return Unsupported(fmt::format("post_processor: '{}' does not have {} once", key,
                                 expected_second == 0 ? "A" : "A and B"));
}

Status ReadTemplateProcessing(const Json& part, PartsReader* reader) {
  PostProcessor& post = reader->options.post_processor;
  post = PostProcessor();
  OCTET_RETURN_IF_ERROR(ReadTemplate(part, "single", &post.single));
  OCTET_RETURN_IF_ERROR(ReadTemplate(part, "pair", &post.pair));
  OCTET_RETURN_IF_ERROR(CheckTexts(post.single, "single", 0));
  return post.pair.empty() ? Status() : CheckTexts(post.pair, "pair", 1);
}

constexpr Row kPostProcessors[] = {
    {"BertProcessing", ReadBertProcessing},
    {"RobertaProcessing", ReadRobertaProcessing},
    {"TemplateProcessing", ReadTemplateProcessing},
};

}  // namespace

const Json& MemberOrNull(const Json& object, std::string_view key) {
  static const Json null;
  const Json* member = FindMember(object, key);
  return member ? *member : null;
}

std::string TypeOf(const Json& part) {
  const std::string* type = MemberOrNull(part, "type").AsString();
  return type ? *type : "";
}

Status PartsReader::ReadNormalizer(const Json& part) {
  options.normalizer.clear();
  if (part.is_null()) return Status();
  return ReadPart(part, "normalizer", "normalizers", kNormalizers, this);
}

Status PartsReader::ReadPreTokenizer(const Json& part) {
  options.pre_tokenizer = {.steps = {}, .rules = kWholeText};
  if (part.is_null()) return Status();
  return ReadPart(part, "pre_tokenizer", "pretokenizers", kPreTokenizers, this);
}

Status PartsReader::ReadPostProcessor(const Json& part) {
  options.post_processor = PlainTemplate();
  if (part.is_null()) return Status();
  const Json::List* sequence = MemberOrNull(part, "processors").AsList();
  if (TypeOf(part) == "Sequence" && sequence && sequence->size() != 1) {
    return Unsupported(fmt::format("post_processor 'Sequence' of {} parts", sequence->size()));
  }
  return ReadPart(part, "post_processor", "processors", kPostProcessors, this);
}

}  // namespace octet::text
