// A model that is ready to run on texts and on tensors.
#ifndef OCTET_BERT_ENCODER_H_
#define OCTET_BERT_ENCODER_H_

#include <memory>
#include <string>

#include "bert/engine.h"
#include "bert/open_model.h"

namespace octet::bert {

// Immutable, and always held as std::shared_ptr<const Encoder>. Any number of threads may share an
// Encoder with its packed weights. Each caller needs a Context of its own.
struct Encoder {
  Engine engine;
  // The error says why the model cannot be run on texts.
  Result<TextParts> text;
  std::string file;  // of the model, for messages
};

// Opens and compiles the model at `path`: a file or a folder. Errors name the file, except for an
// option that this CPU does not support, which is found before the file is read.
Result<std::shared_ptr<const Encoder>> LoadEncoder(const std::string& path,
                                                   const EngineOptions& options = {});

}  // namespace octet::bert

#endif  // OCTET_BERT_ENCODER_H_
