// Collects the added tokens of a tokenizer, which several files may list.
#ifndef OCTET_TEXT_ADDED_TOKEN_LIST_H_
#define OCTET_TEXT_ADDED_TOKEN_LIST_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/status.h"
#include "text/added_tokens.h"
#include "text/vocab.h"

namespace octet::text {

// Parses a token of a file: its content, or an object with "content" and flags. A missing flag is
// false, but a missing `normalized` is the opposite of `special`. With `special`, the token is
// special whatever its flag says. Error: InvalidModel.
Result<AddedToken> ParseAddedToken(const Json& entry, bool special);

// Parses the id of a token, from 0 to Vocabulary::kMaxTokens - 1. Error: InvalidModel.
Result<int32_t> ParseTokenId(const Json& value, std::string_view token);

// Tokens with distinct contents. If a token is added again, the first flags count.
class AddedTokenList {
 public:
  // Error: InvalidModel for a token that was added before with another id; a token without an id
  // agrees with any. Resolve leaves out `optional` tokens that do not have an id and are not in the
  // vocabulary, unless a token that is not optional comes behind them: they count for its id.
  Status Add(AddedToken token, bool optional = false);

  // The same for all of another list.
  Status AddAll(const AddedTokenList& other);

  // Every token with its id. A token that is not in the vocabulary gets the next free id, as in the
  // reference: first the tokens with an id in the files, in that order, then the others in the
  // order of Add. Errors: InvalidModel if this is not the id in the files, or if there are too
  // many.
  Result<std::vector<AddedToken>> Resolve(const Vocabulary& vocabulary) const;

 private:
  struct Entry {
    AddedToken token;
    bool optional;
  };
  std::vector<Entry> entries_;
  std::map<std::string, size_t> index_of_;  // by content
};

}  // namespace octet::text

#endif  // OCTET_TEXT_ADDED_TOKEN_LIST_H_
