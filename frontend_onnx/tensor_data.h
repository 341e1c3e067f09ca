// TensorProto to ir::Tensor: weights of a model, constants in attributes, tensor files. Internal to
// the importer: names protobuf types.
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

// The type of a tensor, known to be sane: every dim in [0, kMaxDim], at most kMaxRank of them, and
// the byte size in 63 bits.
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

  // Checks all but the contents of external files: that the data are there once, with the size that
  // the dims ask for. `raw_data` is the place of the tensor's raw_data where it was split off.
  // Errors: InvalidModel, Unsupported, ResourceLimit.
  Result<TensorHeader> Check(const onnx::TensorProto& proto, std::optional<Range> raw_data) const;

  // The tensor, its bytes copied; tensors of the same range of an external file share them. Errors:
  // as Check, and what reading a file or memory may say; ResourceLimit when ranges of an external
  // file overlap so that they are more than twice the file together.
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
