#include "bert/classifier.h"

namespace octet::bert {

Result<Classifier> Classifier::Create(const Engine& engine,
                                      std::shared_ptr<const WordPieceTokenizer> tokenizer,
                                      std::shared_ptr<runtime::ThreadPool> pool,
                                      int64_t max_length) {
  const runtime::Program& program = *engine.program;
  std::vector<std::string> names;
  std::vector<ir::Type> types;
  for (int i = 0; i < program.num_arguments; ++i) {
    const runtime::ProgramValue& argument = program.values[static_cast<size_t>(i)];
    names.push_back(argument.name);
    types.push_back(argument.type);
  }
  Classifier classifier;
  OCTET_ASSIGN_OR_RETURN(classifier.inputs_, MatchInputs(names, types));
  if (program.outputs.empty()) return InvalidModel("the model has no output");
  const runtime::ProgramOutput& output = program.outputs.front();
  const ir::Type& logits = program.values[static_cast<size_t>(output.value)].type;
  if (logits.dtype != ir::DType::kF32 || logits.rank() != 2 || !logits.shape[1].is_static()) {
    return InvalidModel("output '" + Printable(output.name) + "' is " + logits.ToString() +
                        ", not the logits f32[batch, labels] of a sequence classifier");
  }
  classifier.num_labels_ = logits.shape[1].coefficient();
  classifier.max_length_ = max_length;
  classifier.tokenizer_ = std::move(tokenizer);
  classifier.session_ = std::make_unique<runtime::Session>(engine.program, std::move(pool));
  return classifier;
}

Status Classifier::Classify(std::span<const TextPair> texts, std::vector<float>* logits) {
  encodings_.clear();
  for (const TextPair& text : texts) {
    OCTET_ASSIGN_OR_RETURN(Encoding encoding, tokenizer_->Encode(text.a, text.b, max_length_));
    encodings_.push_back(std::move(encoding));
  }
  batch_.Fill(encodings_, inputs_, tokenizer_->pad_id());
  OCTET_ASSIGN_OR_RETURN(const auto outputs, session_->Run(batch_.views()));
  const auto* values = outputs[0].as<float>();
  logits->insert(logits->end(), values, values + outputs[0].num_elements());
  num_tokens_ += batch_.num_tokens();
  return {};
}

}  // namespace octet::bert
