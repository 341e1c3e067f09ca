// What the handles of the public API hold.
#ifndef OCTET_BERT_API_IMPL_H_
#define OCTET_BERT_API_IMPL_H_

#include <memory>

#include "bert/engine.h"
#include "octet/octet.h"
#include "runtime/session.h"

namespace octet {

struct Model::Impl {
  bert::Engine engine;
};

struct Threads::Impl {
  std::shared_ptr<runtime::ThreadPool> pool;
};

// InvalidArgument for a qconfig or an instruction set that does not exist.
Result<bert::EngineOptions> ToEngineOptions(const ModelOptions& options);

}  // namespace octet

#endif  // OCTET_BERT_API_IMPL_H_
