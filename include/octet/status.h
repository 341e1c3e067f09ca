// Errors without exceptions: a Status is a code, a message and a place; a Result<T> is a value or a
// Status. Nothing in octet throws (except std::bad_alloc), prints, exits or aborts. Part of the
// public API.
#ifndef OCTET_STATUS_H_
#define OCTET_STATUS_H_

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "octet/export.h"

namespace octet {

enum class StatusCode : uint8_t {
  kOk,
  kInvalidArgument,
  kNotFound,
  kIo,
  kCorruptFile,
  kInvalidModel,
  kUnsupported,
  kResourceLimit,
  kOutOfMemory,
  kCancelled,
  kBusy,
  kInternal,
};

// The printed name of a code: "InvalidModel".
OCTET_EXPORT std::string_view StatusCodeName(StatusCode code);

// Where an error happened. Empty fields are unknown; line is 1-based, 0 when unknown.
struct Place {
  std::string file;
  std::string node;
  std::string module_path;
  std::string tensor;
  int64_t line = 0;
  std::optional<uint64_t> byte;
};

// The outcome of an operation. Cheap to copy when ok. Thread-compatible.
class [[nodiscard]] OCTET_EXPORT Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message, Place place = {})
      : code_(code), message_(std::move(message)), place_(std::move(place)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const Place& place() const { return place_; }

  // Each returns this status with one field of its place filled in. A field that is already filled
  // stays, so the innermost place wins.
  Status InFile(std::string file) &&;
  Status AtNode(std::string node) &&;
  Status AtModule(std::string module_path) &&;
  Status AtTensor(std::string tensor) &&;
  Status AtLine(int64_t line) &&;
  Status AtByte(uint64_t byte) &&;

  // "InvalidModel: model.onnx: node '/encoder/MatMul': message". Control characters and invalid
  // UTF-8 in names that came from a file are escaped.
  std::string ToString() const;

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
  Place place_;
};

// A T, or the Status that says why there is no T. Never holds an ok Status.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Status status) : state_(std::in_place_index<1>, std::move(status)) {
    assert(!std::get<1>(state_).ok());
  }

  bool ok() const { return state_.index() == 0; }
  // The error, or an ok Status.
  Status status() const { return ok() ? Status() : std::get<1>(state_); }

  // Each returns this result; an error gets one field of its place filled in, as by Status.
  Result InFile(std::string file) && {
    if (!ok()) return std::get<1>(std::move(state_)).InFile(std::move(file));
    return std::move(*this);
  }
  Result AtModule(std::string module_path) && {
    if (!ok()) return std::get<1>(std::move(state_)).AtModule(std::move(module_path));
    return std::move(*this);
  }
  Result AtTensor(std::string tensor) && {
    if (!ok()) return std::get<1>(std::move(state_)).AtTensor(std::move(tensor));
    return std::move(*this);
  }

  // The value; only when ok().
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

 private:
  std::variant<T, Status> state_;
};

}  // namespace octet

#endif  // OCTET_STATUS_H_
