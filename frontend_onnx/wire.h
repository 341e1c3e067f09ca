// Protobuf's wire format, walked field by field without building objects.
// Source: "Encoding" in the Protocol Buffers documentation.
#ifndef OCTET_FRONTEND_ONNX_WIRE_H_
#define OCTET_FRONTEND_ONNX_WIRE_H_

#include <cstdint>
#include <string>

#include "base/status.h"
#include "frontend_onnx/byte_source.h"

namespace octet::frontend_onnx {

// Bytes [begin, begin + size) of a source.
struct Range {
  uint64_t begin = 0;
  uint64_t size = 0;
  uint64_t end() const { return begin + size; }
};

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

struct WireField {
  uint32_t number = 0;
  WireType type = WireType::kVarint;
  uint64_t varint = 0;  // the value of a varint
  Range payload;        // the bytes after the tag, and after the length where there is one
  Range whole;          // tag included
};

// Walks the fields of one message. Errors: InvalidModel, with the byte at which the message is not
// valid protobuf, and those of the source.
class WireReader {
 public:
  WireReader(ByteSource* source, Range message)
      : source_(source), position_(message.begin), end_(message.end()) {}

  bool AtEnd() const { return position_ == end_; }
  // Reads the field at the position and moves behind it.
  Result<WireField> Next();

 private:
  ByteSource* source_;
  uint64_t position_;
  uint64_t end_;
};

// The bytes of `range`, which lies inside the source.
Result<std::string> ReadString(ByteSource* source, Range range);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_WIRE_H_
