// Opens a model of any format that octet knows: its graph, and what it needs to run on texts.
#ifndef OCTET_BERT_OPEN_MODEL_H_
#define OCTET_BERT_OPEN_MODEL_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "bert/model_config.h"
#include "bert/model_files.h"
#include "ir/graph.h"
#include "text/tokenizer.h"

namespace octet::bert {

// What a model needs to run on texts. Immutable; shared by threads.
struct TextParts {
  ModelConfig config;
  std::shared_ptr<const text::Tokenizer> tokenizer;
};

struct LoadedModel {
  ModelFiles files;
  ir::Module module;  // its stage depends on the format; ONNX: import
  // The error says why the model cannot run on texts. It can then still run on tensors.
  Result<TextParts> text;
};

// Opens a model file, or the one in a folder (FindModelFiles), with the loader of its format. Does
// not depend on the rounding and denormal modes of the calling thread. Errors, with the file:
// NotFound, Io; those of the format's loader.
Result<LoadedModel> OpenModel(const std::string& path);

// Only the graph of OpenModel, for callers that run on tensors.
Result<ir::Module> OpenModule(const std::string& path);

// A row of model_formats.def.
struct ModelFormat {
  std::string_view name;
  std::string_view extension;
  std::string_view magic;
  Result<ir::Module> (*load_module)(const ModelFiles& files);
  Result<TextParts> (*load_text)(const ModelFiles& files);
};

// The first of `formats` whose magic `head` begins with. The magic of the last one must be empty.
const ModelFormat& FindModelFormat(std::span<const ModelFormat> formats, std::string_view head);

#define OCTET_MODEL_FORMAT(Name, name, extension, magic)          \
  Result<ir::Module> Load##Name##Module(const ModelFiles& files); \
  Result<TextParts> Load##Name##Text(const ModelFiles& files);
#include "bert/model_formats.def"
#undef OCTET_MODEL_FORMAT

}  // namespace octet::bert

#endif  // OCTET_BERT_OPEN_MODEL_H_
