// The pre-tokenizers of tokenizer.json.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "text/byte_level_words.h"
#include "text/metaspace.h"
#include "text/split.h"
#include "text/tokenizer_json_parts.h"
#include "text/unicode_scripts.h"

namespace octet::text {
namespace {

// Each step takes time for the whole text.
constexpr size_t kMaxSteps = 16;

Status AddStep(std::shared_ptr<const PreTokenizerStep> step, PartsReader* reader) {
  PreTokenizer& pre_tokenizer = reader->options.pre_tokenizer;
  // The rules that were read so far come before this step.
  if (pre_tokenizer.rules != kWholeText) {
    pre_tokenizer.steps.push_back(SplitByRules(pre_tokenizer.rules));
    pre_tokenizer.rules = kWholeText;
  }
  pre_tokenizer.steps.push_back(std::move(step));
  if (pre_tokenizer.steps.size() > kMaxSteps) {
    return ResourceLimit(fmt::format("pre_tokenizer of more than {} steps", kMaxSteps));
  }
  return Status();
}

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

Status ReadBehavior(const Json& part, SplitBehavior* behavior) {
  std::string name = "Isolated";
  OCTET_RETURN_IF_ERROR(ReadMember(part, "behavior", name));
  const std::optional<SplitBehavior> found = ParseSplitBehavior(name);
  if (!found) return InvalidModel(fmt::format("pre_tokenizer: behavior '{}'", Printable(name)));
  *behavior = *found;
  return Status();
}

Status ReadPunctuation(const Json& part, PartsReader* reader) {
  SplitBehavior behavior;
  OCTET_RETURN_IF_ERROR(ReadBehavior(part, &behavior));
  if (behavior != SplitBehavior::kIsolated) {
    return AddStep(Split(CharPattern(IsPunctuation), behavior), reader);
  }
  reader->options.pre_tokenizer.rules.isolate_punctuation = true;
  return Status();
}

Status ReadDigits(const Json& part, PartsReader* reader) {
  bool individual = false;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "individual_digits", individual));
  const auto behavior = individual ? SplitBehavior::kIsolated : SplitBehavior::kContiguous;
  return AddStep(Split(CharPattern(IsNumeric), behavior), reader);
}

Status ReadSplit(const Json& part, PartsReader* reader) {
  OCTET_ASSIGN_OR_RETURN(std::shared_ptr<const Pattern> pattern, ReadPattern(part));
  SplitBehavior behavior;
  OCTET_RETURN_IF_ERROR(ReadBehavior(part, &behavior));
  bool invert = false;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "invert", invert));
  return AddStep(Split(std::move(pattern), behavior, invert), reader);
}

Status ReadCharDelimiterSplit(const Json& part, PartsReader* reader) {
  char32_t delimiter = 0;
  OCTET_RETURN_IF_ERROR(ReadCharacter(part, "delimiter", delimiter));
  return AddStep(Split(CharPattern(delimiter), SplitBehavior::kRemoved), reader);
}

Status ReadFixedLength(const Json& part, PartsReader* reader) {
  int64_t length = 5;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "length", length));
  if (length < 1) return InvalidModel(fmt::format("pre_tokenizer: length {}", length));
  return AddStep(SplitByLength(static_cast<size_t>(length)), reader);
}

Status ReadMetaspace(const Json& part, PartsReader* reader) {
  MetaspaceOptions options;
  OCTET_RETURN_IF_ERROR(ReadCharacter(part, "replacement", options.replacement));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "split", options.split));
  std::string scheme = "always";
  OCTET_RETURN_IF_ERROR(ReadMember(part, "prepend_scheme", scheme));
  const std::optional<PrependScheme> prepend = ParsePrependScheme(scheme);
  if (!prepend) {
    return InvalidModel(fmt::format("pre_tokenizer: prepend_scheme '{}'", Printable(scheme)));
  }
  options.prepend = *prepend;
  // The older form. The reference refuses a file whose two forms differ.
  bool add_prefix_space = true;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "add_prefix_space", add_prefix_space));
  if (!add_prefix_space && options.prepend != PrependScheme::kNever) {
    return InvalidModel("pre_tokenizer: add_prefix_space contradicts prepend_scheme");
  }
  return AddStep(Metaspace(options), reader);
}

Status ReadUnicodeScripts(const Json&, PartsReader* reader) {
  return AddStep(SplitByScript(), reader);
}

Status ReadByteLevel(const Json& part, PartsReader* reader) {
  ByteLevelOptions options;
  OCTET_RETURN_IF_ERROR(ReadMember(part, "add_prefix_space", options.add_prefix_space));
  OCTET_RETURN_IF_ERROR(ReadMember(part, "use_regex", options.use_regex));
  return AddStep(ByteLevelWords(options), reader);
}

constexpr PartRow kPreTokenizers[] = {
    {"BertPreTokenizer", ReadBertPreTokenizer},
    {"ByteLevel", ReadByteLevel},
    {"CharDelimiterSplit", ReadCharDelimiterSplit},
    {"Digits", ReadDigits},
    {"FixedLength", ReadFixedLength},
    {"Metaspace", ReadMetaspace},
    {"Punctuation", ReadPunctuation},
    {"Split", ReadSplit},
    {"UnicodeScripts", ReadUnicodeScripts},
    {"Whitespace", ReadWhitespace},
    {"WhitespaceSplit", ReadWhitespaceSplit},
};

}  // namespace

Status PartsReader::ReadPreTokenizer(const Json& part) {
  options.pre_tokenizer = {.steps = {}, .rules = kWholeText};
  if (part.is_null()) return Status();
  return ReadPart(part, "pre_tokenizer", "pretokenizers", kPreTokenizers, this);
}

}  // namespace octet::text
