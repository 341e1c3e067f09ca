// The loaders of ONNX models: the file holds the graph; the tokenizer's files lie beside it.
#include "bert/open_model.h"
#include "bert/tokenizer_loader.h"
#include "frontend_onnx/importer.h"

namespace octet::bert {

Result<ir::Module> LoadOnnxModule(const ModelFiles& files) {
  return frontend_onnx::ImportFile(files.model);
}

Result<TextParts> LoadOnnxText(const ModelFiles& files) {
  TextParts parts;
  OCTET_ASSIGN_OR_RETURN(parts.config, LoadModelConfig(files));
  OCTET_ASSIGN_OR_RETURN(text::Tokenizer tokenizer, LoadTokenizer(files));
  parts.tokenizer = std::make_shared<const text::Tokenizer>(std::move(tokenizer));
  return parts;
}

}  // namespace octet::bert
