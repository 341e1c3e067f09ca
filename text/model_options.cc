#include "text/model_options.h"

#include <utility>

namespace octet::text {
namespace {

struct Creator {
  Vocabulary vocabulary;

  auto operator()(WordPieceOptions& options) {
    return WordPiece::Create(std::move(vocabulary), options);
  }
  auto operator()(BpeOptions& options) { return Bpe::Create(std::move(vocabulary), options); }
  auto operator()(UnigramOptions& options) {
    return Unigram::Create(std::move(vocabulary), std::move(options));
  }
  auto operator()(WordLevelOptions& options) {
    return WordLevel::Create(std::move(vocabulary), options);
  }
};

}  // namespace

Result<std::unique_ptr<const Model>> CreateModel(Vocabulary vocabulary, ModelOptions options) {
  return std::visit(Creator{std::move(vocabulary)}, options);
}

}  // namespace octet::text
