// Weights kept in files beside the model. Their names come from the model, so from a stranger: only
// regular files below the model's own folder are opened. The cache of the Hugging Face hub keeps a
// model and its data as links from one folder into another; so a link may lead to a file below the
// folder in which the model file itself lies, once its own links are followed.
#ifndef OCTET_FRONTEND_ONNX_EXTERNAL_DATA_H_
#define OCTET_FRONTEND_ONNX_EXTERNAL_DATA_H_

#include <memory>
#include <optional>
#include <string>

#include "frontend_onnx/byte_source.h"

namespace octet::frontend_onnx {

// Opens external files below one folder. Not thread-safe.
class ExternalData {
 public:
  // Without a folder (a model that came as bytes), every file is refused. `model_file` is the
  // model's own path, empty where it has none or its folder does not count.
  explicit ExternalData(std::optional<std::string> folder, std::string model_file = {})
      : folder_(std::move(folder)), model_file_(std::move(model_file)) {}

  // The file at `location`, a path relative to the folder. The source is owned by this object and
  // valid until the next call. Errors: InvalidModel for a location that is empty, absolute, has a
  // ".." component or a NUL, goes through a symbolic link out of the folder and of that of the
  // model file, or names something else than a regular file; InvalidArgument without a folder;
  // NotFound; Io.
  Result<ByteSource*> Open(const std::string& location);

 private:
  std::optional<std::string> folder_;
  std::string model_file_;
  // The last file opened: tensors of a model mostly lie in one file.
  std::string location_;
  std::unique_ptr<ByteSource> source_;
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_EXTERNAL_DATA_H_
