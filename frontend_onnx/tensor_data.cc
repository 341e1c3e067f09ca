#include "frontend_onnx/tensor_data.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>

#include "frontend_onnx/data_type.h"
#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

using ir::DType;

std::string DimsText(const std::vector<int64_t>& dims) {
  std::string text = "[";
  for (const int64_t dim : dims) text += (text.size() > 1 ? "," : "") + std::to_string(dim);
  return text + "]";
}

Status CheckDims(const std::vector<int64_t>& dims) {
  if (dims.size() > kMaxRank) {
    return Unsupported("a tensor of rank " + std::to_string(dims.size()) + "; the limit is " +
                       std::to_string(kMaxRank));
  }
  for (const int64_t dim : dims) {
    if (dim < 0 || dim > kMaxDim) {
      return InvalidModel("dimension " + std::to_string(dim) + " is outside [0, " +
                          std::to_string(kMaxDim) + "]");
    }
  }
  if (std::ranges::find(dims, 0) == dims.end()) return {};
  const auto others = ir::ProductWithoutZeros(ir::Shape(dims.begin(), dims.end()));
  if (others && *others <= ir::kMaxEmptyTensor) return {};
  return ResourceLimit("a tensor without elements of shape " + DimsText(dims) +
                       "; its other dimensions may be " + std::to_string(ir::kMaxEmptyTensor) +
                       " in all");
}

// The number of elements in the typed field that holds `dtype` when there is no raw_data.
int TypedSize(const onnx::TensorProto& proto, DType dtype) {
  switch (dtype) {
    case DType::kF32:
      return proto.float_data_size();
    case DType::kF64:
      return proto.double_data_size();
    case DType::kI64:
      return proto.int64_data_size();
    case DType::kF16:
    case DType::kBf16:
    case DType::kI32:
    case DType::kI8:
    case DType::kU8:
    case DType::kBool:
      return proto.int32_data_size();
  }
  return 0;
}

bool HasTypedData(const onnx::TensorProto& proto) {
  return proto.float_data_size() + proto.int32_data_size() > 0 || proto.int64_data_size() > 0 ||
         proto.double_data_size() > 0 || proto.string_data_size() > 0;
}

// Copies int32_data as T: each entry is one element and must be in T's range. For float16 and
// bfloat16 it is the bit pattern.
template <typename T>
Status CopyNarrow(const onnx::TensorProto& proto, void* out) {
  T* element = static_cast<T*>(out);
  for (const int32_t value : proto.int32_data()) {
    if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) {
      return InvalidModel("int32_data holds " + std::to_string(value) +
                          ", which is outside the tensor's element type");
    }
    *element++ = static_cast<T>(value);
  }
  return {};
}

Status CopyTyped(const onnx::TensorProto& proto, ir::Tensor* tensor) {
  void* out = tensor->mutable_data();
  const auto size = static_cast<size_t>(tensor->byte_size());
  if (size == 0) return {};
  switch (tensor->dtype()) {
    case DType::kF32:
      std::memcpy(out, proto.float_data().data(), size);
      return {};
    case DType::kF64:
      std::memcpy(out, proto.double_data().data(), size);
      return {};
    case DType::kI64:
      std::memcpy(out, proto.int64_data().data(), size);
      return {};
    case DType::kI32:
      std::memcpy(out, proto.int32_data().data(), size);
      return {};
    case DType::kF16:
    case DType::kBf16:
      return CopyNarrow<uint16_t>(proto, out);
    case DType::kI8:
      return CopyNarrow<int8_t>(proto, out);
    case DType::kU8:
      return CopyNarrow<uint8_t>(proto, out);
    case DType::kBool:
      return CopyNarrow<uint8_t>(proto, out);
  }
  return {};
}

// In the IR, bools are bytes of 0 or 1. ONNX stores them so, too, but a hostile file may not.
void NormalizeBools(ir::Tensor* tensor) {
  auto* bytes = static_cast<uint8_t*>(tensor->mutable_data());
  for (int64_t i = 0; i < tensor->num_elements(); ++i) bytes[i] = bytes[i] != 0 ? 1 : 0;
}

Result<uint64_t> ParseU64(std::string_view key, std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return InvalidModel("external_data " + std::string(key) + " '" + Printable(text) +
                        "' is not a number >= 0");
  }
  return value;
}

}  // namespace

Result<TensorHeader> TensorLoader::Check(const onnx::TensorProto& proto,
                                         std::optional<Range> raw_data) const {
  TensorHeader header;
  OCTET_ASSIGN_OR_RETURN(header.dtype, DTypeFromOnnx(proto.data_type()));
  header.dims.assign(proto.dims().begin(), proto.dims().end());
  OCTET_RETURN_IF_ERROR(CheckDims(header.dims));
  OCTET_ASSIGN_OR_RETURN(header.byte_size, ir::CheckedByteSize(header.dims, header.dtype));
  if (proto.has_segment()) return Unsupported("a tensor stored in segments");

  const bool has_raw = raw_data.has_value() || proto.has_raw_data();
  const bool has_typed = HasTypedData(proto);
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
    if (has_raw || has_typed) return InvalidModel("data both in the file and external");
    return header;
  }
  if (proto.external_data_size() > 0) {
    return InvalidModel("external_data without data_location EXTERNAL");
  }
  if (has_raw && has_typed) return InvalidModel("data both in raw_data and in a typed field");
  if (has_raw) {
    const uint64_t size = raw_data ? raw_data->size : proto.raw_data().size();
    if (size != static_cast<uint64_t>(header.byte_size)) {
      return InvalidModel("raw_data has " + std::to_string(size) + " bytes; shape " +
                          DimsText(header.dims) + " of " + std::string(DTypeName(header.dtype)) +
                          " needs " + std::to_string(header.byte_size));
    }
    return header;
  }
  const int64_t expected = header.byte_size / static_cast<int64_t>(DTypeSize(header.dtype));
  if (TypedSize(proto, header.dtype) != expected) {
    return InvalidModel("the tensor has " + std::to_string(TypedSize(proto, header.dtype)) +
                        " elements of " + std::string(DTypeName(header.dtype)) + "; shape " +
                        DimsText(header.dims) + " needs " + std::to_string(expected));
  }
  return header;
}

Result<TensorLoader::ExternalPlace> TensorLoader::LocateExternal(const onnx::TensorProto& proto,
                                                                 int64_t byte_size) {
  std::optional<std::string> location;
  std::optional<uint64_t> offset;
  std::optional<uint64_t> length;
  for (const onnx::StringStringEntryProto& entry : proto.external_data()) {
    if (entry.key() == "location" && !location) {
      location = entry.value();
    } else if (entry.key() == "offset" && !offset) {
      OCTET_ASSIGN_OR_RETURN(offset, ParseU64(entry.key(), entry.value()));
    } else if (entry.key() == "length" && !length) {
      OCTET_ASSIGN_OR_RETURN(length, ParseU64(entry.key(), entry.value()));
    } else if (entry.key() != "checksum") {
      return InvalidModel("external_data has an unknown or repeated key '" +
                          Printable(entry.key()) + "'");
    }
  }
  if (!location) return InvalidModel("external_data names no location");
  if (length && *length != static_cast<uint64_t>(byte_size)) {
    return InvalidModel("external_data has " + std::to_string(*length) +
                        " bytes; the shape needs " + std::to_string(byte_size));
  }
  ExternalPlace place;
  OCTET_ASSIGN_OR_RETURN(place.source, external_->Open(*location));
  place.offset = offset.value_or(0);
  place.location = *location;
  const uint64_t size = place.source->size();
  if (place.offset > size || static_cast<uint64_t>(byte_size) > size - place.offset) {
    return InvalidModel("external data '" + Printable(*location) + "' has " + std::to_string(size) +
                        " bytes; the tensor needs " + std::to_string(byte_size) + " at offset " +
                        std::to_string(place.offset));
  }
  return place;
}

Result<ir::Tensor> TensorLoader::Allocate(const TensorHeader& header) {
  if (static_cast<uint64_t>(header.byte_size) > left_) {
    return ResourceLimit("the weights take more than " + std::to_string(max_bytes_) + " bytes");
  }
  left_ -= static_cast<uint64_t>(header.byte_size);
  return ir::Tensor::Allocate(header.dtype, header.dims);
}

Result<ir::Tensor> TensorLoader::LoadExternal(const TensorHeader& header,
                                              const ExternalPlace& place) {
  ExternalFile& file = external_files_[place.location];
  const std::pair range(place.offset, header.byte_size);
  const auto known = file.ranges.find(range);
  // The bytes of a bool tensor are changed after they are read, so bools do not share with others.
  if (known != file.ranges.end() &&
      (known->second.dtype() == DType::kBool) == (header.dtype == DType::kBool)) {
    const auto owner = std::make_shared<const ir::Tensor>(known->second);
    return ir::Tensor::Share(header.dtype, header.dims, owner->view().data, owner);
  }
  file.bytes += static_cast<uint64_t>(header.byte_size);
  if (file.bytes / 2 > place.source->size()) {
    return ResourceLimit("tensors overlap in external data '" + Printable(place.location) +
                         "': together they have more than twice the file's " +
                         std::to_string(place.source->size()) + " bytes");
  }
  OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, Allocate(header));
  OCTET_RETURN_IF_ERROR(place.source->Read(
      place.offset,
      {static_cast<std::byte*>(tensor.mutable_data()), static_cast<size_t>(header.byte_size)}));
  if (header.dtype == DType::kBool) NormalizeBools(&tensor);
  file.ranges.insert_or_assign(range, tensor);
  return tensor;
}

Result<ir::Tensor> TensorLoader::Load(const onnx::TensorProto& proto,
                                      std::optional<Range> raw_data) {
  OCTET_ASSIGN_OR_RETURN(const TensorHeader header, Check(proto, raw_data));
  // The size of an external file is checked before memory is allocated, so that a header of a few
  // bytes cannot make octet allocate more than the files hold.
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
    OCTET_ASSIGN_OR_RETURN(const ExternalPlace place, LocateExternal(proto, header.byte_size));
    return LoadExternal(header, place);
  }
  OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, Allocate(header));
  const std::span<std::byte> bytes(static_cast<std::byte*>(tensor.mutable_data()),
                                   static_cast<size_t>(header.byte_size));
  if (raw_data) {
    OCTET_RETURN_IF_ERROR(file_->Read(raw_data->begin, bytes));
  } else if (proto.has_raw_data()) {
    if (!bytes.empty()) std::memcpy(bytes.data(), proto.raw_data().data(), bytes.size());
  } else {
    OCTET_RETURN_IF_ERROR(CopyTyped(proto, &tensor));
  }
  if (header.dtype == DType::kBool) NormalizeBools(&tensor);
  return tensor;
}

Status TensorLoader::CountMadeBytes(int64_t bytes) {
  made_bytes_ += bytes;
  if (made_bytes_ <= kMaxMadeBytes) return {};
  return ResourceLimit("operators make constants of more than " + std::to_string(kMaxMadeBytes) +
                       " bytes");
}

}  // namespace octet::frontend_onnx
