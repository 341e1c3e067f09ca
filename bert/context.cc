#include "bert/context.h"

#include <utility>

#include "runtime/busy_flag.h"

namespace octet::bert {
namespace {

Result<std::vector<InputSpec>> InputsOf(const runtime::Program& program) {
  std::vector<std::string> names;
  std::vector<ir::Type> types;
  for (int i = 0; i < program.num_arguments; ++i) {
    const runtime::ProgramValue& argument = program.values[static_cast<size_t>(i)];
    names.push_back(argument.name);
    types.push_back(argument.type);
  }
  return MatchInputs(names, types);
}

}  // namespace

Result<Context> Context::Create(std::shared_ptr<const Encoder> encoder, const Task& task,
                                std::shared_ptr<runtime::ThreadPool> pool, int64_t max_length) {
  if (!encoder->text.ok()) return encoder->text.status();
  Context context;
  context.tokenizer_ = encoder->text->tokenizer;
  context.max_length_ = max_length == 0 ? DefaultMaxLength(*context.tokenizer_) : max_length;
  OCTET_RETURN_IF_ERROR(context.tokenizer_->Encode("", std::nullopt, context.max_length_).status());
  const runtime::Program& program = *encoder->engine.program;
  auto inputs = InputsOf(program);
  if (!inputs.ok()) return inputs.status().InFile(encoder->file);
  const auto head = task.find_head(program);
  if (!head.ok()) return head.status().InFile(encoder->file);
  context.inputs_ = *std::move(inputs);
  context.task_ = &task;
  context.head_ = *head;
  context.session_ = std::make_unique<runtime::Session>(encoder->engine.program, std::move(pool),
                                                        encoder->session);
  context.encoder_ = std::move(encoder);
  return context;
}

Status Context::Run(std::span<const TextPair> texts, std::vector<float>* values) {
  const runtime::BusyFlag busy(busy_.get());
  if (!busy.owns()) return runtime::BusyError("context");
  encodings_.clear();
  for (const TextPair& text : texts) {
    OCTET_ASSIGN_OR_RETURN(text::Encoding encoding,
                           tokenizer_->Encode(text.a, text.b, max_length_));
    encodings_.push_back(std::move(encoding));
  }
  batch_.Fill(encodings_, inputs_, tokenizer_->pad_id());
  OCTET_ASSIGN_OR_RETURN(const auto outputs, session_->Run(batch_.views()));
  if (Status status = task_->read(head_, batch_, outputs, values); !status.ok()) {
    return std::move(status).InFile(encoder_->file);
  }
  num_tokens_ += batch_.num_tokens();
  return {};
}

}  // namespace octet::bert
