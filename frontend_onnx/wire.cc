#include "frontend_onnx/wire.h"

#include <algorithm>
#include <optional>

namespace octet::frontend_onnx {
namespace {

// A 64-bit varint has at most 10 bytes of 7 bits.
constexpr size_t kMaxVarintBytes = 10;

// The varint at the front of `bytes`, which is then shortened; nullopt when it does not end.
std::optional<uint64_t> TakeVarint(std::span<const std::byte>* bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < std::min(kMaxVarintBytes, bytes->size()); ++i) {
    const auto byte = static_cast<uint64_t>((*bytes)[i]);
    value |= (byte & 0x7F) << (7 * i);
    if ((byte & 0x80) == 0) {
      *bytes = bytes->subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<WireField> WireReader::Next() {
  static_assert(ByteSource::kPeekBytes >= 2 * kMaxVarintBytes);
  const auto malformed = [&](const std::string& what) {
    return InvalidModel("not a valid protobuf message: " + what).AtByte(position_);
  };
  OCTET_ASSIGN_OR_RETURN(std::span<const std::byte> bytes, source_->Peek(position_));
  bytes = bytes.first(std::min<uint64_t>(bytes.size(), end_ - position_));
  const size_t available = bytes.size();

  const std::optional<uint64_t> tag = TakeVarint(&bytes);
  if (!tag || (*tag >> 3) == 0 || (*tag >> 3) >= (uint64_t{1} << 29)) return malformed("bad tag");
  WireField field;
  field.number = static_cast<uint32_t>(*tag >> 3);
  field.type = static_cast<WireType>(*tag & 7);
  uint64_t size = 0;
  switch (field.type) {
    case WireType::kVarint: {
      const std::span<const std::byte> before = bytes;
      const std::optional<uint64_t> value = TakeVarint(&bytes);
      if (!value) return malformed("bad number");
      field.varint = *value;
      size = before.size() - bytes.size();
      bytes = before;
      break;
    }
    case WireType::kFixed64:
      size = 8;
      break;
    case WireType::kFixed32:
      size = 4;
      break;
    case WireType::kLengthDelimited: {
      const std::optional<uint64_t> length = TakeVarint(&bytes);
      if (!length) return malformed("bad length");
      size = *length;
      break;
    }
    default:
      return malformed("unknown wire type");
  }
  field.payload = {position_ + (available - bytes.size()), size};
  if (size > end_ - field.payload.begin) {
    return malformed("field " + std::to_string(field.number) + " has " + std::to_string(size) +
                     " bytes, " + std::to_string(end_ - field.payload.begin) +
                     " are left; the file may be truncated");
  }
  field.whole = {position_, field.payload.end() - position_};
  position_ = field.payload.end();
  return field;
}

Result<std::string> ReadString(ByteSource* source, Range range) {
  std::string text(range.size, '\0');
  OCTET_RETURN_IF_ERROR(
      source->Read(range.begin, std::as_writable_bytes(std::span(text.data(), text.size()))));
  return text;
}

}  // namespace octet::frontend_onnx
