// Reading the JSON files of a model folder, which come from anywhere. Only for this folder's .cc
// files: nothing else sees the JSON library.
#ifndef OCTET_BERT_TEXT_JSON_FILE_H_
#define OCTET_BERT_TEXT_JSON_FILE_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "ir/status.h"

namespace octet::bert {

// The largest published tokenizer.json files are about 20 MB.
constexpr uint64_t kMaxJsonBytes = uint64_t{64} << 20;
// Published files nest 6 deep.
constexpr int kMaxJsonDepth = 64;

// Parses a text that must hold one object. Errors: CorruptFile for what is not JSON, not an object
// or names a key twice in an object; ResourceLimit for nesting above kMaxJsonDepth.
Result<nlohmann::json> ParseJsonObject(std::string_view text);

// The same for a file, with its path in every error; also NotFound, Io and ResourceLimit as
// ReadFile with kMaxJsonBytes.
Result<nlohmann::json> ReadJsonObject(const std::string& path);

// A member of an object; null if it is absent, JSON null, or `object` is not an object.
const nlohmann::json* FindMember(const nlohmann::json& object, const char* key);

// Sets `value` to a member if there is one. Error: InvalidModel if its type is another. A string
// may also be written as an object with "content", as Hugging Face writes special tokens.
Status ReadMember(const nlohmann::json& object, const char* key, bool& value);
Status ReadMember(const nlohmann::json& object, const char* key, int64_t& value);
Status ReadMember(const nlohmann::json& object, const char* key, std::string& value);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_JSON_FILE_H_
