// Concrete tensors: shared immutable constants, and views over memory that somebody else owns.
#ifndef OCTET_IR_TENSOR_H_
#define OCTET_IR_TENSOR_H_

#include <cassert>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ir/type.h"

namespace octet::ir {

// A dense row-major tensor. It does not own its data.
struct TensorView {
  DType dtype = DType::kF32;
  std::vector<int64_t> dims;
  const void* data = nullptr;

  int64_t num_elements() const;
  template <typename T>
  const T* as() const {
    return static_cast<const T*>(data);
  }
};

struct MutableTensorView {
  DType dtype = DType::kF32;
  std::vector<int64_t> dims;
  void* data = nullptr;

  int64_t num_elements() const;
  template <typename T>
  T* as() const {
    return static_cast<T*>(data);
  }
  TensorView view() const { return {dtype, dims, data}; }
};

// An immutable constant. Copies are cheap: they share everything. The bytes are 64-byte aligned if
// octet allocated them. Thread-safe.
class Tensor {
 public:
  // f32[] without data.
  Tensor() = default;

  // Zero-filled memory, to be written through mutable_data(). ResourceLimit when the size does not
  // fit in 63 bits, OutOfMemory when memory runs out.
  static Result<Tensor> Allocate(DType dtype, std::vector<int64_t> dims);
  // Copies `bytes`, whose size must match.
  static Result<Tensor> FromBytes(DType dtype, std::vector<int64_t> dims,
                                  std::span<const std::byte> bytes);
  // Shares memory that `owner` keeps alive (a mapped file, say).
  static Tensor Share(DType dtype, std::vector<int64_t> dims, const void* data,
                      std::shared_ptr<const void> owner);
  template <typename T>
  static Tensor FromVector(DType dtype, std::vector<int64_t> dims, const std::vector<T>& values);

  // A tensor whose data are known only by a description, as when a dump of a big model is parsed
  // back. It can be verified and printed, but not executed.
  static Tensor Opaque(DType dtype, std::vector<int64_t> dims, std::string description);

  DType dtype() const { return view().dtype; }
  const std::vector<int64_t>& dims() const { return view().dims; }
  Type type() const;
  int64_t num_elements() const { return view().num_elements(); }
  int64_t byte_size() const;
  bool has_data() const { return view().data != nullptr || num_elements() == 0; }
  const TensorView& view() const { return body().view; }
  template <typename T>
  const T* as() const {
    return view().as<T>();
  }
  // The bytes, writable while the tensor is being built and this is the only copy.
  void* mutable_data() { return const_cast<void*>(view().data); }

  // How the printer writes the value: "splat(0.5)" when all elements are equal; "[1, 2]" (flat, row
  // major) up to 16 elements; otherwise the description, such as "random(7)", if there is one;
  // otherwise "hash(1f2e...)", the 64-bit FNV-1a hash of the bytes.
  std::string Describe() const;
  // Makes Describe() return `description`; for tensors that can be rebuilt from it, such as
  // random(7). Copies made before keep theirs.
  void set_description(std::string description);

 private:
  struct Body {
    TensorView view;
    std::shared_ptr<const void> owner;
    std::string description;
  };

  explicit Tensor(Body body) : body_(std::make_shared<const Body>(std::move(body))) {}

  const Body& body() const { return body_ != nullptr ? *body_ : NoBody(); }
  static const Body& NoBody();

  std::shared_ptr<const Body> body_;  // null in a tensor that was made without arguments
};

// Random numbers: for floats normal (mean 0, standard deviation 1), for 8-bit integers and bool
// uniform in the dtype's range, for wider integers uniform in [0, 100). A seed gives the same
// numbers on every machine. The description is random(seed), as in the text form.
Result<Tensor> RandomTensor(DType dtype, std::vector<int64_t> dims, uint64_t seed);

template <typename T>
Tensor Tensor::FromVector(DType dtype, std::vector<int64_t> dims, const std::vector<T>& values) {
  auto tensor = FromBytes(dtype, std::move(dims), std::as_bytes(std::span<const T>(values)));
  if (tensor.ok()) return *std::move(tensor);
  assert(tensor.status().code() == StatusCode::kOutOfMemory);
  throw std::bad_alloc();
}

}  // namespace octet::ir

#endif  // OCTET_IR_TENSOR_H_
