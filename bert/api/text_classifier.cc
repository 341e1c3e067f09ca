// Implements octet::TextClassifier with bert::Context and the task classify.
#include <algorithm>

#include "base/out_of_memory.h"
#include "bert/context.h"
#include "octet/octet.h"
#include "runtime/float_environment.h"

namespace octet {
namespace {

// One name for each logit.
Result<std::vector<std::string>> LabelNames(const bert::Context& context) {
  std::vector<std::string> names = context.encoder().text->config.id2label;
  const auto num_labels = static_cast<size_t>(context.width());
  if (!names.empty() && names.size() != num_labels) {
    return InvalidModel("config.json names " + std::to_string(names.size()) +
                        " labels, the model gives " + std::to_string(num_labels) + " logits")
        .InFile(context.encoder().file);
  }
  while (names.size() < num_labels) names.push_back("LABEL_" + std::to_string(names.size()));
  return names;
}

bool IsNullText(std::string_view text) { return text.data() == nullptr && !text.empty(); }

}  // namespace

TextClassifier::TextClassifier(std::unique_ptr<bert::Context> context,
                               std::vector<std::string> label_names)
    : context_(std::move(context)), label_names_(std::move(label_names)) {}
TextClassifier::TextClassifier(TextClassifier&&) noexcept = default;
TextClassifier& TextClassifier::operator=(TextClassifier&& other) noexcept {
  if (this == &other) return *this;  // a vector that is moved to itself is empty
  context_ = std::move(other.context_);
  label_names_ = std::move(other.label_names_);
  return *this;
}
TextClassifier::~TextClassifier() = default;

Result<TextClassifier> TextClassifier::Create(const Model& model, const Threads& threads,
                                              int64_t max_length) {
  return CatchBadAlloc("no memory for a classifier", [&]() -> Result<TextClassifier> {
    if (model.encoder() == nullptr) return InvalidArgument("the model was moved from");
    if (threads.pool() == nullptr) return InvalidArgument("the threads were moved from");
    OCTET_ASSIGN_OR_RETURN(
        bert::Context context,
        bert::Context::Create(model.encoder(), bert::ClassifyTask(), threads.pool(), max_length));
    OCTET_ASSIGN_OR_RETURN(std::vector<std::string> label_names, LabelNames(context));
    return TextClassifier(std::make_unique<bert::Context>(std::move(context)),
                          std::move(label_names));
  });
}

Result<TextClassifier> TextClassifier::Load(const std::string& folder, const ModelOptions& options,
                                            const TextOptions& text) {
  OCTET_ASSIGN_OR_RETURN(const Model model, Model::Load(folder, options));
  OCTET_ASSIGN_OR_RETURN(const Threads threads, Threads::Create(text.threads));
  return Create(model, threads, text.max_length);
}

Result<std::vector<Classification>> TextClassifier::Classify(std::span<const TextInput> texts) {
  const runtime::ScopedFloatEnvironment float_environment;  // logits may be NaN
  return CatchBadAlloc("no memory to classify", [&]() -> Result<std::vector<Classification>> {
    if (context_ == nullptr) return InvalidArgument("the classifier was moved from");
    std::vector<bert::TextPair> pairs;
    for (const TextInput& input : texts) {
      if (IsNullText(input.text) || (input.pair && IsNullText(*input.pair))) {
        return InvalidArgument("text " + std::to_string(pairs.size()) + " is null, and not empty");
      }
      pairs.push_back({input.text, input.pair});
    }
    std::vector<float> logits;
    OCTET_RETURN_IF_ERROR(context_->Run(pairs, &logits));
    const std::ptrdiff_t num_labels = context_->width();
    std::vector<Classification> results;
    for (auto first = logits.begin(); first != logits.end(); first += num_labels) {
      Classification result;
      result.logits.assign(first, first + num_labels);
      result.label =
          static_cast<int>(std::ranges::max_element(result.logits) - result.logits.begin());
      result.label_name = label_names_[static_cast<size_t>(result.label)];
      results.push_back(std::move(result));
    }
    return results;
  });
}

}  // namespace octet
