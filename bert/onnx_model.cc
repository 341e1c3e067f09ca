// The loaders of ONNX models: the file holds the graph; the tokenizer's files lie beside it.
#include <algorithm>

#include "bert/open_model.h"
#include "bert/tokenizer_loader.h"
#include "frontend_onnx/importer.h"

namespace octet::bert {

static_assert(ModelLimits().max_file_bytes == frontend_onnx::kMaxModelFileBytes &&
              ModelLimits().max_weight_bytes == frontend_onnx::kMaxWeightBytes);

Result<ir::Module> LoadOnnxModule(const ModelFiles& files, const ModelLimits& limits) {
  return frontend_onnx::ImportFile(
      files.model,
      {.max_file_bytes = std::min(limits.max_file_bytes, frontend_onnx::kMaxModelFileBytes),
       .max_weight_bytes = limits.max_weight_bytes});
}

Result<TextParts> LoadOnnxText(const ModelFiles& files) {
  TextParts parts;
  OCTET_ASSIGN_OR_RETURN(parts.config, LoadModelConfig(files));
  OCTET_ASSIGN_OR_RETURN(text::Tokenizer tokenizer, LoadTokenizer(files));
  parts.tokenizer = std::make_shared<const text::Tokenizer>(std::move(tokenizer));
  return parts;
}

}  // namespace octet::bert
