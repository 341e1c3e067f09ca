// Converts the options of the public API to the engine's.
#ifndef OCTET_BERT_API_ENGINE_OPTIONS_H_
#define OCTET_BERT_API_ENGINE_OPTIONS_H_

#include "bert/engine.h"
#include "octet/octet.h"

namespace octet {

// InvalidArgument, which names the option, for a number that is not a precision, and for a qconfig
// or an instruction set that does not exist.
Result<bert::EngineOptions> ToEngineOptions(const ModelOptions& options);

}  // namespace octet

#endif  // OCTET_BERT_API_ENGINE_OPTIONS_H_
