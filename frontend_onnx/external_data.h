// Weights kept in files beside the model. Their names come from the model, so from a stranger: only
// regular files below the model's own folder are opened.
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
  // Without a folder (a model that came as bytes), every file is refused.
  explicit ExternalData(std::optional<std::string> folder) : folder_(std::move(folder)) {}

  // The file at `location`, a path relative to the folder. The source is owned by this object and
  // valid until the next call. Errors: InvalidModel for a location that is empty, absolute, has a
  // ".." component or a NUL, goes through a symbolic link, or names something else than a regular
  // file with a single name (a hard link may lead out of the folder); InvalidArgument without a
  // folder; NotFound; Io.
  Result<ByteSource*> Open(const std::string& location);

 private:
  std::optional<std::string> folder_;
  // The last file opened: tensors of a model mostly lie in one file.
  std::string location_;
  std::unique_ptr<ByteSource> source_;
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_EXTERNAL_DATA_H_
