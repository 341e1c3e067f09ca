// The files of a model folder, as Hugging Face and its exporters arrange them.
#ifndef OCTET_BERT_MODEL_FILES_H_
#define OCTET_BERT_MODEL_FILES_H_

#include <string>

#include "base/status.h"

namespace octet::bert {

// Paths; "" for a file that does not exist. `model` always exists.
struct ModelFiles {
  std::string model;             // model.onnx or another name
  std::string config;            // config.json
  std::string vocab;             // vocab.txt
  std::string tokenizer_json;    // tokenizer.json
  std::string tokenizer_config;  // tokenizer_config.json
  std::string special_tokens;    // special_tokens_map.json
  std::string added_tokens;      // added_tokens.json
};

// `path` names a model file (of any name) or a folder. In a folder, the model is model.onnx, else
// onnx/model.onnx, else the only .onnx file; other formats of bert/model_formats.def have their own
// names in place of "onnx". The other files are beside the model or, if the model's folder has the
// name of a format ("onnx"), one folder up. Errors: NotFound for a missing path or a folder without
// a model (or with several, which are listed); Io for a path that is neither a file nor a folder.
Result<ModelFiles> FindModelFiles(const std::string& path);

}  // namespace octet::bert

#endif  // OCTET_BERT_MODEL_FILES_H_
