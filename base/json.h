// The one reader of JSON. Its texts come from anywhere: model folders, qconfigs, requests.
#ifndef OCTET_BASE_JSON_H_
#define OCTET_BASE_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/status.h"

namespace octet {

using Json = nlohmann::json;

// The largest published tokenizer.json files are about 20 MB.
constexpr uint64_t kMaxJsonBytes = uint64_t{64} << 20;
// Published files nest 6 deep.
constexpr size_t kMaxJsonDepth = 64;
// The largest published tokenizer.json files have about two million values.
constexpr size_t kMaxJsonValues = size_t{1} << 22;

// Parses a text in time that is linear in it, but for the lookup of keys. NaN, Infinity and
// -Infinity, which Python writes, are floats that are not finite: no ReadMember takes them.
// Errors: CorruptFile, with line and byte, for what is not JSON; CorruptFile for an object that
// names a key twice; ResourceLimit above kMaxJsonDepth and kMaxJsonValues.
Result<Json> ParseJson(std::string_view text);

// The same for a text that must hold an object, else CorruptFile.
Result<Json> ParseJsonObject(std::string_view text);

// The same for a file, with its path in every error; also the errors of ReadFile with
// kMaxJsonBytes.
Result<Json> ReadJsonObject(const std::string& path);

// A member of an object; null if it is absent, JSON null, or `object` is not an object.
const Json* FindMember(const Json& object, const char* key);

// Sets `value` to a member if there is one. Error: InvalidModel if its type is another. A string
// may also be written as an object with "content", as Hugging Face writes special tokens.
Status ReadMember(const Json& object, const char* key, bool& value);
Status ReadMember(const Json& object, const char* key, int64_t& value);
Status ReadMember(const Json& object, const char* key, double& value);
Status ReadMember(const Json& object, const char* key, std::string& value);

}  // namespace octet

#endif  // OCTET_BASE_JSON_H_
