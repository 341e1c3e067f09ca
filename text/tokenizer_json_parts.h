// The parts of a tokenizer.json that have a "type": tables from type to reader. Only for this
// folder's .cc files.
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

// The parts of a tokenizer as they are read.
struct PartsReader {
  TokenizerOptions options;
  std::optional<BertNormalizerOptions> bert_normalizer;  // while it is the only normalizer

  // Each reads one member of tokenizer.json, of which any may be null: text is then not normalized,
  // not cut into words, or stands without special tokens.
  // Errors: Unsupported for a type without a row; InvalidModel for one that is malformed;
  // ResourceLimit for more than 16 steps of normalizers or 256 pieces of a template.
  Status ReadNormalizer(const Json& part);
  Status ReadPreTokenizer(const Json& part);
  Status ReadPostProcessor(const Json& part);
};

}  // namespace octet::text

#endif  // OCTET_TEXT_TOKENIZER_JSON_PARTS_H_
