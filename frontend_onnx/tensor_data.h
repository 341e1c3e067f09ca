// TensorProto to ir::Tensor: weights of a model, constants in attributes, tensor files. Internal to
// the importer: uses protobuf types.
#ifndef OCTET_FRONTEND_ONNX_TENSOR_DATA_H_
#define OCTET_FRONTEND_ONNX_TENSOR_DATA_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "frontend_onnx/external_data.h"
#include "frontend_onnx/wire.h"
#include "ir/tensor.h"

namespace onnx {
class TensorProto;
}

namespace octet::frontend_onnx {

// The type of a tensor, checked: it has at most kMaxRank dims, each in [0, kMaxDim], and its byte
// size fits in 63 bits.
struct TensorHeader {
  ir::DType dtype = ir::DType::kF32;
  std::vector<int64_t> dims;
  int64_t byte_size = 0;
};

class TensorLoader {
 public:
  // `file` holds the model, `external` opens the files it names; both outlive the loader. Load
  // refuses to make more than `max_bytes` in total.
  TensorLoader(ByteSource* file, ExternalData* external, uint64_t max_bytes)
      : file_(file), external_(external), left_(max_bytes), max_bytes_(max_bytes) {}

  // Checks that the tensor does not have data in two places, and that its data have the size that
  // the dims need. Does not open external files. `raw_data` is the range of the tensor's raw_data
  // if it was split off. Errors: InvalidModel, Unsupported, ResourceLimit.
  Result<TensorHeader> Check(const onnx::TensorProto& proto, std::optional<Range> raw_data) const;

  // The tensor with a copy of its bytes. Tensors of the same range of an external file share one
  // copy. Errors: those of Check, of external data and of reading the file; OutOfMemory;
  // ResourceLimit if the ranges of an external file overlap and have more than twice its bytes.
  Result<ir::Tensor> Load(const onnx::TensorProto& proto, std::optional<Range> raw_data);

  // Counts bytes that operators make of nothing. ResourceLimit above kMaxMadeBytes in total.
  Status CountMadeBytes(int64_t bytes);

 private:
  struct ExternalPlace {
    ByteSource* source = nullptr;
    uint64_t offset = 0;
    std::string location;
  };
  // What has been read of an external file.
  struct ExternalFile {
    std::map<std::pair<uint64_t, int64_t>, ir::Tensor> ranges;  // by offset and size
    uint64_t bytes = 0;                                         // of all ranges
  };
  // Opens the file that holds the tensor and checks that it is long enough.
  Result<ExternalPlace> LocateExternal(const onnx::TensorProto& proto, int64_t byte_size);
  Result<ir::Tensor> LoadExternal(const TensorHeader& header, const ExternalPlace& place);
  Result<ir::Tensor> Allocate(const TensorHeader& header);

  ByteSource* file_;
  ExternalData* external_;
  uint64_t left_;
  uint64_t max_bytes_;
  int64_t made_bytes_ = 0;
  std::map<std::string, ExternalFile> external_files_;  // by location
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_TENSOR_DATA_H_
