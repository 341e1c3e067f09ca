// octet::TextClassifier on bert::Classifier.
#include <algorithm>
#include <optional>

#include "bert/api/engine_options.h"
#include "bert/classifier.h"
#include "bert/text/model_config.h"
#include "bert/text/tokenizer_loader.h"

namespace octet {

TextClassifier::TextClassifier(std::unique_ptr<bert::Classifier> classifier,
                               std::vector<std::string> label_names)
    : classifier_(std::move(classifier)), label_names_(std::move(label_names)) {}
TextClassifier::TextClassifier(TextClassifier&&) noexcept = default;
TextClassifier& TextClassifier::operator=(TextClassifier&&) noexcept = default;
TextClassifier::~TextClassifier() = default;

Result<TextClassifier> TextClassifier::Load(const std::string& folder, const ModelOptions& options,
                                            const TextOptions& text) {
  OCTET_ASSIGN_OR_RETURN(const bert::EngineOptions engine_options, ToEngineOptions(options));
  OCTET_ASSIGN_OR_RETURN(const bert::ModelFiles files, bert::FindModelFiles(folder));
  OCTET_ASSIGN_OR_RETURN(bert::ModelConfig config, bert::LoadModelConfig(files));
  OCTET_ASSIGN_OR_RETURN(bert::WordPieceTokenizer tokenizer, bert::LoadTokenizer(files));
  const int64_t max_length =
      text.max_length == 0 ? bert::DefaultMaxLength(tokenizer) : text.max_length;
  OCTET_RETURN_IF_ERROR(tokenizer.Encode("", std::nullopt, max_length).status());
  OCTET_ASSIGN_OR_RETURN(const bert::Engine engine, bert::LoadEngine(files.model, engine_options));
  OCTET_ASSIGN_OR_RETURN(auto pool, runtime::ThreadPool::Create(text.threads));
  auto shared = std::make_shared<const bert::WordPieceTokenizer>(std::move(tokenizer));
  auto classifier =
      bert::Classifier::Create(engine, std::move(shared), std::move(pool), max_length);
  if (!classifier.ok()) return classifier.status().InFile(files.model);
  for (auto label = static_cast<int64_t>(config.id2label.size()); label < classifier->num_labels();
       ++label) {
    config.id2label.push_back("LABEL_" + std::to_string(label));
  }
  return TextClassifier(std::make_unique<bert::Classifier>(*std::move(classifier)),
                        std::move(config.id2label));
}

Result<std::vector<Classification>> TextClassifier::Classify(std::span<const TextInput> texts) {
  std::vector<bert::TextPair> pairs;
  for (const TextInput& input : texts) pairs.push_back({input.text, input.pair});
  std::vector<float> logits;
  OCTET_RETURN_IF_ERROR(classifier_->Classify(pairs, &logits));
  const auto num_labels = static_cast<size_t>(classifier_->num_labels());
  std::vector<Classification> results;
  for (size_t i = 0; i < texts.size(); ++i) {
    Classification result;
    const auto first = logits.begin() + static_cast<std::ptrdiff_t>(i * num_labels);
    result.logits.assign(first, first + static_cast<std::ptrdiff_t>(num_labels));
    result.label =
        static_cast<int>(std::ranges::max_element(result.logits) - result.logits.begin());
    result.label_name = label_names_[static_cast<size_t>(result.label)];
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace octet
