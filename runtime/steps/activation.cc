#include "runtime/steps/activation.h"

#include <string>

namespace octet::runtime {
namespace {

// As ir::Evaluate's relu: NaN stays NaN, and -0 stays -0.
void Relu(const float* x, float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] < 0 ? 0.0f : x[i];
}

}  // namespace

Result<kernels::UnaryF32Fn> FindActivation(const ir::Op& op, const kernels::KernelTable& kernels) {
  const ir::Attribute* attribute = op.FindAttribute("activation");
  if (attribute == nullptr) return kernels::UnaryF32Fn{nullptr};
  const std::string& name = std::get<std::string>(*attribute);
  if (name == "none") return kernels::UnaryF32Fn{nullptr};
  if (name == "gelu") return kernels.gelu_f32;
  if (name == "tanh") return kernels.tanh_f32;
  if (name == "relu") return kernels::UnaryF32Fn{Relu};
  return Unsupported("activation '" + Printable(name) + "'");
}

void ApplyActivation(kernels::UnaryF32Fn fn, const GemmBlock& block, int64_t n, float* c) {
  if (fn == nullptr) return;
  const int64_t columns = block.n1 - block.n0;
  if (columns == n) {
    float* first = c + block.m0 * n;
    fn(first, first, (block.m1 - block.m0) * n);
    return;
  }
  for (int64_t i = block.m0; i < block.m1; ++i) {
    float* row = c + i * n + block.n0;
    fn(row, row, columns);
  }
}

}  // namespace octet::runtime
