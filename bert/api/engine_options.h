// Converts the options of the public API to the engine's.
#ifndef OCTET_BERT_API_ENGINE_OPTIONS_H_
#define OCTET_BERT_API_ENGINE_OPTIONS_H_

#include "bert/engine.h"
#include "octet/octet.h"

namespace octet {

// InvalidArgument, naming the option, for what does not exist: a number that is no precision, a
// qconfig, an instruction set.
Result<bert::EngineOptions> ToEngineOptions(const ModelOptions& options);

}  // namespace octet

#endif  // OCTET_BERT_API_ENGINE_OPTIONS_H_
