// The normalizers of tokenizer.json.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "base/base64.h"
#include "text/normal_forms.h"
#include "text/precompiled_map.h"
#include "text/precompiled_step.h"
#include "text/replace.h"
#include "text/tokenizer_json_parts.h"

namespace octet::text {
namespace {

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

Status ReadReplace(const Json& part, PartsReader* reader) {
  reader->bert_normalizer.reset();
  OCTET_ASSIGN_OR_RETURN(std::shared_ptr<const Pattern> pattern, ReadPattern(part));
  const std::string* content = MemberOrNull(part, "content").AsString();
  if (!content) return InvalidModel("normalizer 'Replace' has no 'content'");
  return AddStep(Replace(std::move(pattern), *content), reader);
}

Status ReadPrepend(const Json& part, PartsReader* reader) {
  reader->bert_normalizer.reset();
  const std::string* prefix = MemberOrNull(part, "prepend").AsString();
  if (!prefix) return InvalidModel("normalizer 'Prepend' has no 'prepend'");
  return AddStep(Prepend(*prefix), reader);
}

constexpr PartRow kNormalizers[] = {
    {"BertNormalizer", ReadBertNormalizer},
    {"ByteLevel", ReadStep<ByteLevel>},
    {"Lowercase", ReadStep<LowerCase>},
    {"NFC", ReadStep<Nfc>},
    {"NFD", ReadStep<Nfd>},
    {"NFKC", ReadStep<Nfkc>},
    {"NFKD", ReadStep<Nfkd>},
    {"Nmt", ReadStep<Nmt>},
    {"Precompiled", ReadPrecompiled},
    {"Prepend", ReadPrepend},
    {"Replace", ReadReplace},
    {"Strip", ReadStrip},
    {"StripAccents", ReadStep<RemoveMarks>},
};

}  // namespace

Status PartsReader::ReadNormalizer(const Json& part) {
  options.normalizer.clear();
  if (part.is_null()) return Status();
  return ReadPart(part, "normalizer", "normalizers", kNormalizers, this);
}

}  // namespace octet::text
