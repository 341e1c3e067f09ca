// What is certain about dimensions whatever the symbols, integers >= 0, stand for.
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

// Bounds of all values of a dimension. They hold always; tighter ones may exist.
DimBounds BoundsOf(const Dim& dim);

// Comparisons that are certainly true or certainly false; nullopt when they depend on the symbols
// (or when that could not be found out).
std::optional<bool> IsEqual(const Dim& a, const Dim& b);
std::optional<bool> IsLess(const Dim& a, const Dim& b);
std::optional<bool> IsLessOrEqual(const Dim& a, const Dim& b);

// Certainly below 0, and certainly not.
bool IsNegative(const Dim& dim);
bool IsNonNegative(const Dim& dim);

}  // namespace octet::ir

#endif  // OCTET_IR_DIM_BOUNDS_H_
