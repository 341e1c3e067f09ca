#include <cmath>

#include "kernels/reference.h"
#include "kernels/reference_rows.h"

namespace octet::kernels {
namespace {

size_t ScratchBytes(int64_t keys, int64_t /*head_dim*/) {
  return static_cast<size_t>(keys) * sizeof(float);
}

void Run(const AttentionArgs& args) {
  auto* weight = static_cast<float*>(args.scratch);  // [keys], of one query
  for (int64_t i = 0; i < args.queries; ++i) {
    const float* q = args.q + i * args.ldq;
    for (int64_t j = 0; j < args.keys; ++j) {
      float score = 0.0f;
      for (int64_t d = 0; d < args.head_dim; ++d) {
        score = std::fma(q[d], args.k[j * args.ldk + d], score);
      }
      weight[j] = score * args.scale;
      if (args.mask != nullptr) weight[j] += args.mask[i * args.mask_row_stride + j];
    }
    const float weights = ReferenceExpRow(weight, weight, args.keys);
    const float inverse = weights == 0.0f && args.zero_when_hidden ? 0.0f : 1.0f / weights;
    for (int64_t d = 0; d < args.head_dim; ++d) {
      float sum = 0.0f;
      for (int64_t j = 0; j < args.keys; ++j) {
        sum = std::fma(weight[j], args.v[j * args.ldv + d], sum);
      }
      args.out[i * args.ldo + d] = sum * inverse;
    }
  }
}

}  // namespace

const Attention kReferenceAttention = {"attention_f32_reference", 1, ScratchBytes, Run};

}  // namespace octet::kernels
