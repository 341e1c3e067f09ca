// From an ONNX file to a program that is ready to run: import, optimize, quantize, compile.
#ifndef OCTET_BERT_ENGINE_H_
#define OCTET_BERT_ENGINE_H_

#include <memory>
#include <optional>
#include <string>

#include "bert/pipelines.h"
#include "runtime/attention_precision.h"
#include "runtime/program.h"
#include "runtime/select_kernels.h"

namespace octet::bert {

struct EngineOptions {
  PipelineOptions pipeline;
  // The highest instruction set to use; by default what the CPU has.
  std::optional<runtime::Isa> isa;
  runtime::AttentionPrecision attention = runtime::AttentionPrecision::kF32;
};

// A compiled model. Copies share the program; thread-safe.
struct Engine {
  std::shared_ptr<const runtime::Program> program;
  runtime::Isa isa = runtime::Isa::kReference;
  // Bytes of the constants of the (quantized) IR before packing.
  int64_t weight_bytes = 0;
  PipelineReport report;
};

// Compiles a module of the import stage. InvalidArgument only where the options do not fit: a path
// of the qconfig that the model does not have, an instruction set that the CPU does not have.
// Unsupported also where the instruction set has no attention of options.attention; OutOfMemory.
Result<Engine> BuildEngine(ir::Module module, const EngineOptions& options = {});
// Imports and compiles an ONNX file. Errors carry the file's name.
Result<Engine> LoadEngine(const std::string& onnx_path, const EngineOptions& options = {});

}  // namespace octet::bert

#endif  // OCTET_BERT_ENGINE_H_
