// Weights kept in files beside the model. The model names these files and is not trusted, so only
// regular files below the model's own folder are opened. The cache of the Hugging Face hub keeps a
// model and its data as links from one folder into another. So a link may also lead to a file below
// the folder of the real model file, which is found by following the links of the model's path.
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
  // valid until the next call. Errors: InvalidModel for a location that is empty or absolute, that
  // has a ".." component or a NUL, that leads through links to a file outside of the folder and of
  // that of the real model file, or that is not a regular file; InvalidArgument without a folder;
  // NotFound; Io.
  Result<ByteSource*> Open(const std::string& location);

 private:
  std::optional<std::string> folder_;
  std::string model_file_;
  // The last file opened: most models keep all tensors in one file.
  std::string location_;
  std::unique_ptr<ByteSource> source_;
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_EXTERNAL_DATA_H_
