// Reads the parts of a tokenizer.json that have a "type". Only for this folder's .cc files.
#ifndef OCTET_TEXT_TOKENIZER_JSON_PARTS_H_
#define OCTET_TEXT_TOKENIZER_JSON_PARTS_H_

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/status.h"
#include "text/pattern.h"
#include "text/tokenizer.h"

namespace octet::text {

// The member, or JSON null if there is none.
const Json& MemberOrNull(const Json& object, std::string_view key);
// The "type" of a part, "" if the part is missing.
std::string TypeOf(const Json& part);
// Sets `c` to a member that is a string of one character. Error: InvalidModel if it is not.
Status ReadCharacter(const Json& object, std::string_view key, char32_t& c);

// Collects what the parts of a tokenizer.json say.
struct PartsReader {
  TokenizerOptions options;
  std::optional<BertNormalizerOptions> bert_normalizer;  // while it is the only normalizer
  OffsetTrimming next_trimming;  // what the post-processors read so far leave to the next one

  // Each reads one member of tokenizer.json, in a file of its own. The member may be null: then
  // texts are not normalized, are not cut into words, or do not get special tokens.
  // Errors: Unsupported for an unknown type, or for what a part of a known type cannot do;
  // InvalidModel for a malformed part; ResourceLimit for a normalizer or a pre-tokenizer of more
  // than 16 steps, a template of more than 256 pieces and too long patterns.
  Status ReadNormalizer(const Json& part);
  Status ReadPreTokenizer(const Json& part);
  Status ReadPostProcessor(const Json& part);
};

// One row of a table of parts: a type, and the function that reads such a part.
struct PartRow {
  std::string_view type;
  Status (*read)(const Json& part, PartsReader* reader);
};

// Reads a part with the function of its type. `list` is the member of a Sequence that holds its
// parts, which are read in order. Error: Unsupported, naming the type and the `kind` of part.
Status ReadPart(const Json& part, const char* kind, const char* list, std::span<const PartRow> rows,
                PartsReader* reader);

// The pattern of Split or Replace: {"String": "..."} or {"Regex": "..."}.
Result<std::shared_ptr<const Pattern>> ReadPattern(const Json& part);

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_PARTS_H_
