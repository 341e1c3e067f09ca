// Says what a file that is not an ONNX model seems to be, for the error message.
#ifndef OCTET_FRONTEND_ONNX_FOREIGN_FILE_H_
#define OCTET_FRONTEND_ONNX_FOREIGN_FILE_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace octet::frontend_onnx {

// "a git-lfs pointer; fetch the real file with `git lfs pull`", or "" when the first bytes are
// unknown. Called only for files that failed to parse, so a valid model is never taken for another
// format.
std::string_view DescribeForeignFile(std::span<const std::byte> first_bytes);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_FOREIGN_FILE_H_
