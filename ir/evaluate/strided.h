// The two loop nests of evaluation: copying elements that lie at given strides, and walking several
// broadcast operands in step.
#ifndef OCTET_IR_EVALUATE_STRIDED_H_
#define OCTET_IR_EVALUATE_STRIDED_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "ir/tensor.h"

namespace octet::ir {

// Row-major strides, in elements.
std::vector<int64_t> DenseStrides(std::span<const int64_t> dims);

// out[i0, i1 ...] = in[i0 * strides[0] + i1 * strides[1] ...], for a dense `out` of these dims.
// Strides are in elements; 0 repeats an element, negative strides walk backward from `in`.
// Transposes run in square tiles, so that both sides stay in cache.
void StridedCopy(DType dtype, const void* in, std::span<const int64_t> dims,
                 std::span<const int64_t> strides, void* out);

// How to walk a dense output with up to three operands that broadcast to it: runs of `length`
// elements along which each operand either advances by one element or stays where it is. Adjacent
// axes are merged, so operands of the same shape and scalars give a single run.
class BroadcastRuns {
 public:
  static constexpr size_t kMaxOperands = 3;
  using Offsets = std::array<int64_t, kMaxOperands>;

  BroadcastRuns(std::span<const TensorView> operands, std::span<const int64_t> dims);

  int64_t length() const { return length_; }
  // 1 when the operand advances along a run, else 0.
  int64_t step(size_t operand) const { return steps_[operand]; }

  // Calls run(offset in the output, offsets in the operands) for each run, in order. Offsets are in
  // elements.
  template <typename F>
  void ForEach(F run) const {
    if (count_ == 0) return;
    Offsets offsets{};
    std::vector<int64_t> index(axes_.size());
    for (int64_t i = 0;; ++i) {
      run(i * length_, offsets);
      if (i + 1 == count_) return;
      // Advances the position like an odometer: axes_[0] turns fastest.
      for (size_t a = 0;; ++a) {
        const Axis& axis = axes_[a];
        const bool carry = ++index[a] == axis.size;
        for (size_t k = 0; k < kMaxOperands; ++k) {
          offsets[k] += carry ? -axis.strides[k] * (axis.size - 1) : axis.strides[k];
        }
        if (!carry) break;
        index[a] = 0;
      }
    }
  }

 private:
  struct Axis {
    int64_t size;
    Offsets strides;
  };
  int64_t length_ = 1;
  Offsets steps_{};
  std::vector<Axis> axes_;  // the outer ones, innermost first
  int64_t count_ = 1;       // runs
};

}  // namespace octet::ir

#endif  // OCTET_IR_EVALUATE_STRIDED_H_
