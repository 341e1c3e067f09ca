// Reads the parts of a tokenizer.json that have a "type". Only for this folder's .cc files.
#ifndef OCTET_TEXT_TOKENIZER_JSON_PARTS_H_
#define OCTET_TEXT_TOKENIZER_JSON_PARTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/status.h"
#include "text/tokenizer.h"

namespace octet::text {

// The member, or JSON null if there is none.
const Json& MemberOrNull(const Json& object, std::string_view key);
// The "type" of a part, "" if the part is missing.
std::string TypeOf(const Json& part);

// Collects what the parts of a tokenizer.json say.
struct PartsReader {
  TokenizerOptions options;
  std::optional<BertNormalizerOptions> bert_normalizer;  // while it is the only normalizer

  // Each reads one member of tokenizer.json. The member may be null: then texts are not normalized,
  // are not cut into words, or do not get special tokens.
  // Errors: Unsupported for an unknown type; InvalidModel for a malformed part; ResourceLimit for a
  // normalizer of more than 16 steps or a template of more than 256 pieces.
  Status ReadNormalizer(const Json& part);
  Status ReadPreTokenizer(const Json& part);
  Status ReadPostProcessor(const Json& part);
};

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_PARTS_H_
