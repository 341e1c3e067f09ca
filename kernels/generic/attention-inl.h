// Attention for one head of one sentence, in strips of kRows queries: the scores and the weighted
// sum of the values are float GEMMs on packed keys and values, and in between the strip's scores
// stay in the L1 cache. The order of operations is in docs/numerics.md.
#ifndef OCTET_KERNELS_GENERIC_ATTENTION_INL_H_
#define OCTET_KERNELS_GENERIC_ATTENTION_INL_H_

#include <algorithm>
#include <limits>

#include "kernels/generic/gemm_f32-inl.h"
#include "kernels/generic/softmax-inl.h"

namespace octet::kernels {
namespace {

template <class S, int kRows, int kVecs>
struct AttentionKernel {
  using Gemm = GemmF32Kernel<S, kRows, kVecs>;

  static size_t ScratchFloats(int64_t keys, int64_t head_dim) {
    return Gemm::PackedFloats(keys, head_dim) + Gemm::PackedFloats(head_dim, keys) +
           static_cast<size_t>(kRows * ScoreStride(keys));
  }

  static void Run(const AttentionF32Args& args) {
    const int64_t keys = args.keys;
    const int64_t head_dim = args.head_dim;
    float* packed_k = args.scratch;  // of k^T [head_dim, keys]
    float* packed_v = packed_k + Gemm::PackedFloats(keys, head_dim);
    float* scores = packed_v + Gemm::PackedFloats(head_dim, keys);  // [kRows, keys]
    Gemm::Pack(args.k, 1, args.ldk, keys, head_dim, packed_k);
    Gemm::Pack(args.v, args.ldv, 1, head_dim, keys, packed_v);

    GemmF32Args score;
    score.lda = args.ldq;
    score.b = packed_k;
    score.bias = nullptr;
    score.n = keys;
    score.k = head_dim;
    score.c = scores;
    score.ldc = ScoreStride(keys);
    GemmF32Args value;
    value.a = scores;
    value.lda = ScoreStride(keys);
    value.b = packed_v;
    value.bias = nullptr;
    value.n = head_dim;
    value.k = keys;
    value.ldc = args.ldo;

    for (int64_t i = 0; i < args.queries; i += kRows) {
      const int64_t rows = std::min<int64_t>(kRows, args.queries - i);
      score.a = args.q + i * args.ldq;
      Gemm::Run(score, 0, rows, 0, ScoreStride(keys));
      float sums[kRows];
      for (int64_t r = 0; r < rows; ++r) {
        float* row = scores + r * ScoreStride(keys);
        ScaleAndMask(args, i + r, row);
        sums[r] = ExpRow<S>(row, row, ScoreStride(keys));
      }
      value.c = args.out + i * args.ldo;
      Gemm::Run(value, 0, rows, 0, head_dim);
      for (int64_t r = 0; r < rows; ++r) {
        ScaleRow<S>(value.c + r * args.ldo, head_dim, 1.0f / sums[r]);
      }
    }
  }

 private:
  // Rows of scores are whole vectors. The keys that fill the last one are zero when packed and get
  // the weight e^-inf = +0, which changes no sum; they have no part in the second product.
  static int64_t ScoreStride(int64_t keys) { return (keys + kLanes - 1) / kLanes * kLanes; }

  // row = row * scale + mask of this query, rounded twice; -inf where there is no key.
  static void ScaleAndMask(const AttentionF32Args& args, int64_t query, float* row) {
    const float* mask = args.mask == nullptr ? nullptr : args.mask + query * args.mask_row_stride;
    const auto scale = S::Set(args.scale);
    ForEachBlock(args.keys, [=](int64_t i, int64_t lanes) OCTET_INLINE {
      auto score = S::Load(row + i) * scale;
      if (mask != nullptr) score = score + LoadUpTo<S>(mask + i, lanes, 0.0f);
      S::Store(row + i, score);
    });
    const int64_t full = args.keys / kLanes * kLanes;
    if (full < args.keys) {
      constexpr float kAbsent = -std::numeric_limits<float>::infinity();
      S::Store(row + full, S::LoadPartial(row + full, args.keys - full, kAbsent));
    }
  }
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_ATTENTION_INL_H_
