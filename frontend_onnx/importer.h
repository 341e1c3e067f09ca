// ONNX files to ir::Module.
//
// The file is treated as data from a stranger: it can neither crash the process nor make it
// allocate more than a small multiple of its own size (limits.h), and external data are read only
// from below the model's folder. The result has passed ir::Verify and is at stage kImport: one IR
// op, or a few, for each ONNX node, with shape arithmetic resolved into dims over the names that
// the model gives to the dimensions of its inputs.
//
// Accepted: IR versions 3 to 14, operator sets 7 to 28, the operators of converters.def and If with
// a condition that is known at import. Nodes may be unsorted. An initializer that is also a graph
// input is a constant, not an argument. input_types.h says how the other graph inputs are read.
#ifndef OCTET_FRONTEND_ONNX_IMPORTER_H_
#define OCTET_FRONTEND_ONNX_IMPORTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "frontend_onnx/limits.h"
#include "ir/graph.h"

namespace octet::frontend_onnx {

struct ImportOptions {
  // A larger model file is refused before it is read. External data are not counted.
  uint64_t max_file_bytes = kMaxModelFileBytes;
  // All weights together, external ones included.
  uint64_t max_weight_bytes = kMaxWeightBytes;
  // The folder of external data. Empty: the folder of the model file. A model that comes as bytes
  // does not have one, and its external data are then refused.
  std::string external_data_dir = {};
};

// Reads the model in the file at `path`. Every error names the file, and the node or tensor where
// there is one:
//   NotFound, Io         the file does not exist or cannot be read (a folder, a FIFO)
//   InvalidModel         not an ONNX model, or a broken one; the message says what the file seems
//                        to be
//   Unsupported          versions, operators (all unknown ones at once), types, and shapes that
//                        depend on data
//   ResourceLimit, OutOfMemory
// Thread-safe.
Result<ir::Module> ImportFile(const std::string& path, const ImportOptions& options = {});
// The same for a model in memory, which is not needed after the call. InvalidArgument, too, for
// external data when options.external_data_dir is empty.
Result<ir::Module> ImportBytes(std::span<const std::byte> bytes, const ImportOptions& options = {});

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_IMPORTER_H_
