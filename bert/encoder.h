// A model that is ready to run on texts and on tensors.
#ifndef OCTET_BERT_ENCODER_H_
#define OCTET_BERT_ENCODER_H_

#include <memory>
#include <string>

#include "bert/engine.h"
#include "bert/open_model.h"

namespace octet::bert {

// Immutable, and always held as std::shared_ptr<const Encoder>: any number of threads share one,
// with one copy of the packed weights. What a caller needs for itself is a Context.
struct Encoder {
  Engine engine;
  // The error says why the model cannot be run on texts.
  Result<TextParts> text;
  std::string file;  // of the model, for messages
};

// Opens and compiles the model at `path`: a file or a folder. Errors carry the file's name, but for
// those of BuildEngine about the CPU, which are found before the file is read.
Result<std::shared_ptr<const Encoder>> LoadEncoder(const std::string& path,
                                                   const EngineOptions& options = {});

}  // namespace octet::bert

#endif  // OCTET_BERT_ENCODER_H_
