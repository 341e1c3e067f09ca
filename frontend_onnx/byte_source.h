// Bytes of a model, read where they are needed: a file that is never held in memory as a whole, or
// memory of the caller. Weights go from the file straight into their tensors, so importing a model
// takes about as much memory as its weights. Files are read, not mapped: a file that shrinks during
// the import then gives an Io error and not a SIGBUS.
#ifndef OCTET_FRONTEND_ONNX_BYTE_SOURCE_H_
#define OCTET_FRONTEND_ONNX_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.h"

namespace octet::frontend_onnx {

// Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual uint64_t size() const = 0;
  // Copies bytes [offset, offset + out.size()), which must lie inside the source.
  virtual Status Read(uint64_t offset, std::span<std::byte> out) = 0;
  // The bytes at `offset`: kPeekBytes of them, or fewer at the end of the source. Valid until the
  // next call.
  virtual Result<std::span<const std::byte>> Peek(uint64_t offset) = 0;
  static constexpr size_t kPeekBytes = 64;
};

// Shares `bytes` with the caller, who keeps them alive.
std::unique_ptr<ByteSource> SourceFromMemory(std::span<const std::byte> bytes);

// Opens a regular file of at most `max_bytes`. Errors: NotFound; Io for a directory, a FIFO, a
// device or a file that cannot be read; ResourceLimit.
Result<std::unique_ptr<ByteSource>> OpenSource(const std::string& path, uint64_t max_bytes);
// The same for an open descriptor, which the source closes.
Result<std::unique_ptr<ByteSource>> SourceFromDescriptor(int descriptor, uint64_t max_bytes);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_BYTE_SOURCE_H_
