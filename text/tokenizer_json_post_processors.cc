// The post-processors of tokenizer.json.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "text/added_token_list.h"
#include "text/tokenizer_json_parts.h"

namespace octet::text {
namespace {

// Each takes time for every token.
constexpr size_t kMaxTrimmings = 16;

// Sets the templates, which only one part of a Sequence may do: a second one would put its tokens
// around those of the first.
Status SetTemplates(PostProcessor made, PartsReader* reader) {
  PostProcessor& post = reader->options.post_processor;
  if (!post.single.empty()) return Unsupported("post_processor: two parts add special tokens");
  post.single = std::move(made.single);
  post.pair = std::move(made.pair);
  return Status();
}

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
  OCTET_RETURN_IF_ERROR(SetTemplates(make(cls.token, sep.token), reader));
  PostProcessor& post = reader->options.post_processor;
  for (Template* pieces : {&post.single, &post.pair}) {
    for (TemplatePiece& piece : *pieces) {
      if (piece.kind != TemplatePiece::Kind::kSpecial) continue;
      piece.id = &piece == &pieces->front() ? cls.id : sep.id;
    }
  }
  return Status();
}

Status ReadTrimming(const Json& part, PartsReader* reader) {
  OffsetTrimming trimming = reader->next_trimming;
  bool trims = true;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "trim_offsets", trims));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "add_prefix_space", trimming.add_prefix_space));
  if (trims) reader->options.post_processor.trimmings.push_back(trimming);
  return Status();
}

Status ReadBertProcessing(const Json& part, PartsReader* reader) {
  reader->next_trimming.sees_first = {false, true};  // "cls" is in front of the first text
  return ReadClsAndSep(part, BertTemplate, reader);
}

Status ReadRobertaProcessing(const Json& part, PartsReader* reader) {
  OCTET_RETURN_IF_ERROR(ReadTrimming(part, reader));
  reader->next_trimming.sees_first = {false, false};
  return ReadClsAndSep(part, RobertaTemplate, reader);
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
  PostProcessor post;
  OCTET_RETURN_IF_ERROR(ReadTemplate(part, "single", &post.single));
  OCTET_RETURN_IF_ERROR(ReadTemplate(part, "pair", &post.pair));
  OCTET_RETURN_IF_ERROR(CheckTexts(post.single, "single", 0));
  if (!post.pair.empty()) OCTET_RETURN_IF_ERROR(CheckTexts(post.pair, "pair", 1));
  return SetTemplates(std::move(post), reader);
}

constexpr PartRow kPostProcessors[] = {
    {"BertProcessing", ReadBertProcessing},
    {"ByteLevel", ReadTrimming},
    {"RobertaProcessing", ReadRobertaProcessing},
    {"TemplateProcessing", ReadTemplateProcessing},
};

}  // namespace

Status PartsReader::ReadPostProcessor(const Json& part) {
  options.post_processor = PostProcessor();
  if (!part.is_null()) {
    OCTET_RETURN_IF_ERROR(ReadPart(part, "post_processor", "processors", kPostProcessors, this));
  }
  PostProcessor& post = options.post_processor;
  if (post.trimmings.size() > kMaxTrimmings) {
    return ResourceLimit(
        fmt::format("post_processor: more than {} parts trim offsets", kMaxTrimmings));
  }
  return post.single.empty() ? SetTemplates(PlainTemplate(), this) : Status();
}

}  // namespace octet::text
