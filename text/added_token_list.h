// Gathers the added tokens of a tokenizer, which several files may list.
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

// A token as the files write it: its content, or an object with "content" and flags. A flag that is
// missing is false; `normalized` then is the opposite of `special`. `special`: as if the flag stood
// there. Error: InvalidModel.
Result<AddedToken> ParseAddedToken(const Json& entry, bool special);

// An id of a token, from 0 to Vocabulary::kMaxTokens - 1. Error: InvalidModel.
Result<int32_t> ParseTokenId(const Json& value, std::string_view token);

// One token a content. What is added first counts.
class AddedTokenList {
 public:
  // Error: InvalidModel for a token that is there already with another id; a token without an id
  // agrees with any. `optional` tokens are left out where the vocabulary does not have them and
  // no token behind them needs their id to be taken.
  Status Add(AddedToken token, bool optional = false);

  // The same for all of another list.
  Status AddAll(const AddedTokenList& other);

  // Every token with its id: the vocabulary's, or the next ones behind it, in the order of the
  // ids that the files give and then of Add, as the reference numbers them.
  // Errors: InvalidModel for a token whose id disagrees with that; those of the ids' number.
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
