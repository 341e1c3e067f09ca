// The one JSON reader. It treats its input as untrusted: model folders, qconfigs, requests.
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

// Parses a text in linear time, apart from the lookup of keys. NaN, Infinity and -Infinity, which
// Python writes, become floats that are not finite; every ReadMember refuses them. Errors:
// CorruptFile, with line and byte, for text that is not JSON; CorruptFile for an object with a
// repeated key; ResourceLimit above kMaxJsonDepth and kMaxJsonValues.
Result<Json> ParseJson(std::string_view text);

// The same, with CorruptFile for a text that is not a JSON object.
Result<Json> ParseJsonObject(std::string_view text);

// The same for a file, with its path in every error; also the errors of ReadFile with
// kMaxJsonBytes.
Result<Json> ReadJsonObject(const std::string& path);

// A member of an object; null if it is absent, JSON null, or `object` is not an object.
const Json* FindMember(const Json& object, const char* key);

// Sets `value` to a member if there is one. Error: InvalidModel if the member has another type. A
// string may also be written as an object with "content", as Hugging Face writes special tokens.
Status ReadMember(const Json& object, const char* key, bool& value);
Status ReadMember(const Json& object, const char* key, int64_t& value);
Status ReadMember(const Json& object, const char* key, double& value);
Status ReadMember(const Json& object, const char* key, std::string& value);

}  // namespace octet

#endif  // OCTET_BASE_JSON_H_
