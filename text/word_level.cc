#include "text/word_level.h"

#include <utility>

namespace octet::text {

WordLevel::WordLevel(Vocabulary vocabulary, const WordLevelOptions& options)
    : Model(std::move(vocabulary)),
      unk_id_(this->vocabulary().Find(options.unk_token).value_or(Token::kUnknown)) {}

Result<std::unique_ptr<const Model>> WordLevel::Create(Vocabulary vocabulary,
                                                       const WordLevelOptions& options) {
  return std::unique_ptr<const Model>(new WordLevel(std::move(vocabulary), options));
}

void WordLevel::Tokenize(std::span<const NormalizedChar> word, std::vector<Token>* tokens) const {
  const int32_t id = vocabulary().Find(ToUtf8(word)).value_or(unk_id_);
  tokens->push_back({id, OffsetsOf(word)});
}

}  // namespace octet::text
