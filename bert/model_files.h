// The files of a model folder, as Hugging Face and its exporters lay it out.
#ifndef OCTET_BERT_MODEL_FILES_H_
#define OCTET_BERT_MODEL_FILES_H_

#include <string>

#include "base/status.h"

namespace octet::bert {

// Paths; "" for a file that is not there. Only the model is certain.
struct ModelFiles {
  std::string model;             // model.onnx or what was named
  std::string config;            // config.json
  std::string vocab;             // vocab.txt
  std::string tokenizer_json;    // tokenizer.json
  std::string tokenizer_config;  // tokenizer_config.json
  std::string special_tokens;    // special_tokens_map.json
  std::string added_tokens;      // added_tokens.json
};

// `path` names a model file (of any name) or a folder. In a folder the model is model.onnx, else
// onnx/model.onnx, else the only .onnx file; so for each format of bert/model_formats.def. The
// other files are beside the model or, if its folder is named "onnx" as the format, one folder up.
// Errors: NotFound for a missing path or a folder without a model (or with several, which are
// listed); Io for what is neither a file nor a folder.
Result<ModelFiles> FindModelFiles(const std::string& path);

}  // namespace octet::bert

#endif  // OCTET_BERT_MODEL_FILES_H_
