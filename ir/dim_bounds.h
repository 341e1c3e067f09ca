// What holds for dimensions whatever integers >= 0 their symbols stand for.
#ifndef OCTET_IR_DIM_BOUNDS_H_
#define OCTET_IR_DIM_BOUNDS_H_

#include <cstdint>
#include <optional>

namespace octet::ir {

class Dim;

// low <= x <= high; nullopt is infinity.
struct DimBounds {
  std::optional<int64_t> low;
  std::optional<int64_t> high;
};

// Bounds of all values of a dimension. They always hold; tighter bounds may exist.
DimBounds BoundsOf(const Dim& dim);

// Each returns true or false when that is the answer for all values of the symbols; nullopt when
// the answer depends on the symbols or could not be decided.
std::optional<bool> IsEqual(const Dim& a, const Dim& b);
std::optional<bool> IsLess(const Dim& a, const Dim& b);
std::optional<bool> IsLessOrEqual(const Dim& a, const Dim& b);

// Whether the dimension is below 0, or >= 0, for all values of its symbols. Both may be false.
bool IsNegative(const Dim& dim);
bool IsNonNegative(const Dim& dim);

}  // namespace octet::ir

#endif  // OCTET_IR_DIM_BOUNDS_H_
