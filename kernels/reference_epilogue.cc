#include <algorithm>
#include <bit>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {
namespace {

float Activate(Activation activation, float x) {
  switch (activation) {
    case Activation::kNone:
      break;
    case Activation::kRelu:
      return x < 0.0f ? 0.0f : x;
    case Activation::kGelu:
      ReferenceGelu(&x, &x, 1);
      break;
    case Activation::kTanh:
      ReferenceTanh(&x, &x, 1);
      break;
  }
  return x;
}

}  // namespace

void ReferenceCount(float x, int64_t j, RowRange* range) {
  const int64_t lane = j % 16;
  range->hi[lane] = std::max(range->hi[lane], std::bit_cast<int32_t>(x));
  range->lo[lane] = std::max(range->lo[lane], std::bit_cast<uint32_t>(x));
}

float ReferenceFinish(const GemmEpilogue& epilogue, int64_t i, int64_t j, float y) {
  y = Activate(epilogue.activation, y);
  if (epilogue.residual != nullptr) y += epilogue.residual[i * epilogue.ld_residual + j];
  if (epilogue.range != nullptr) ReferenceCount(y, j, epilogue.range + i);
  return y;
}

}  // namespace octet::kernels
