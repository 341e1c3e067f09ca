// Attention in float for one head of one sentence (RunStrips of attention_walk-inl.h). The order of
// operations is in docs/numerics.md.
//
// k is transposed into panels as wide as a register tile. v is read where it is, except in two
// cases, in which it is copied into panels first: where it ends within a vector, and where it is
// wider than a panel and there are enough queries. Rows of v lie so far apart that a few dozen of
// them fill their lines of the L1 cache, which every further panel pays for. On AVX2, whose panels
// have 16 columns, a copy made heads of 32 and 64 with as many queries as keys 3 to 18 % faster
// from 128 to 512 of them, was level at 64 and slower at 32. Where one panel holds v, as on
// AVX-512, a copy was slower from 20 to 512.
#ifndef OCTET_KERNELS_GENERIC_ATTENTION_INL_H_
#define OCTET_KERNELS_GENERIC_ATTENTION_INL_H_

#include <algorithm>

#include "kernels/generic/attention_walk-inl.h"
#include "kernels/generic/softmax-inl.h"
#include "kernels/generic/tile_f32-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/generic/transpose-inl.h"
#include "kernels/kernel_table.h"

namespace octet::kernels {
namespace {

// For register tiles of at most kRows x kMaxVecs vectors.
template <class S, int kRows, int kMaxVecs>
class AttentionKernel {
 public:
  static size_t ScratchBytes(int64_t keys, int64_t head_dim) {
    const bool copies_v = CopiesV(head_dim, /*queries=*/kCopyQueries);
    const int64_t floats =
        WholeVecs(keys) * (head_dim + 2 * kStrip) + (copies_v ? keys * WholeVecs(head_dim) : 0);
    return static_cast<size_t>(floats) * sizeof(float);
  }

  static void Run(const AttentionArgs& args) {
    const AttentionKernel kernel(args);
    RunStrips<S, kRows, kMaxVecs>(args, kernel.mask_, kernel);
  }

  // What RunStrips calls.
  void StartStrip(int64_t /*first*/, int64_t /*rows*/) const {}

  // scores[r] = q[first + r] k^T * scale + mask.
  template <int kHeight, int kVecs>
  OCTET_INLINE void ScoreTile(int64_t first, int64_t r, int64_t j, const float* mask,
                              int64_t mask_stride) const {
    MultiplyScores<kHeight, kVecs>(args_.q + (first + r) * args_.ldq,
                                   packed_k_ + j * args_.head_dim, mask, mask_stride,
                                   scores_ + r * stride_ + j);
  }

  template <int kHeight>
  OCTET_INLINE void ComputeWeights(int64_t r, float* inverse) const {
    ExpScores<kHeight>(scores_ + r * stride_, inverse);
  }

  // out[first + r] = weights[r] v * inverse[r].
  template <int kHeight, int kVecs>
  OCTET_INLINE void OutputTile(int64_t first, int64_t r, int64_t j, const float* inverse) const {
    const bool copied = packed_v_ != nullptr;
    const float* v = copied ? packed_v_ + j * args_.keys : args_.v + j;
    const int64_t ldv = copied ? kVecs * kLanes : args_.ldv;
    MultiplyOutput<kHeight, kVecs>(scores_ + r * stride_, v, ldv, inverse, args_.head_dim - j,
                                   args_.out + (first + r) * args_.ldo + j);
  }

 private:
  using Vec = typename S::Vec;

  static constexpr int64_t kStrip = 2 * kRows;  // queries
  // So many queries repay the copy of a v of several panels.
  static constexpr int64_t kCopyQueries = 64;

  static bool CopiesV(int64_t head_dim, int64_t queries) {
    return head_dim % kLanes != 0 || (head_dim > kMaxVecs * kLanes && queries >= kCopyQueries);
  }

  explicit AttentionKernel(const AttentionArgs& args)
      : args_(args),
        stride_(WholeVecs(args.keys)),
        packed_k_(static_cast<float*>(args.scratch)),
        scores_(packed_k_ + stride_ * args.head_dim),
        mask_(scores_ + kStrip * stride_) {
    PackK();
    if (CopiesV(args.head_dim, args.queries)) PackV(mask_ + kStrip * stride_);
  }

  void PackK() {
    float* panel = packed_k_;
    ForEachPanel<kMaxVecs>(args_.keys, [&](int64_t j, int64_t vecs) {
      for (int64_t i = 0; i < vecs * kLanes; i += kLanes) {
        TransposeRows<S>(args_.k + (j + i) * args_.ldk, args_.ldk, args_.keys - j - i,
                         args_.head_dim, panel + i, vecs * kLanes);
      }
      panel += vecs * kLanes * args_.head_dim;
    });
  }

  // Copies v into panels, of which the last has whole vectors.
  void PackV(float* panel) {
    packed_v_ = panel;
    ForEachPanel<kMaxVecs>(args_.head_dim, [&](int64_t j, int64_t vecs) {
      const int64_t columns = std::min(vecs * kLanes, args_.head_dim - j);
      for (int64_t i = 0; i < args_.keys; ++i, panel += vecs * kLanes) {
        ForEachBlock(columns, [&](int64_t at, int64_t lanes) OCTET_INLINE {
          S::Store(panel + at, LoadUpTo<S>(args_.v + i * args_.ldv + j + at, lanes, 0.0f));
        });
      }
    });
  }

  template <int kHeight, int kVecs>
  OCTET_NOINLINE void MultiplyScores(const float* q, const float* panel, const float* mask,
                                     int64_t mask_stride, float* out) const {
    const Vec scale = S::Set(args_.scale);
    MultiplyTile<S, kHeight, kVecs>(q, args_.ldq, panel, kVecs * kLanes, args_.head_dim,
                                    [=, stride = stride_](int r, int v, Vec sum) OCTET_INLINE {
                                      const Vec bias = S::Load(mask + r * mask_stride + v * kLanes);
                                      S::Store(out + r * stride + v * kLanes, sum * scale + bias);
                                    });
  }

  // x[r] = exp(x[r] - max x[r]) and the inverses of their sums.
  template <int kHeight>
  OCTET_NOINLINE void ExpScores(float* x, float* inverse) const {
    ExpRows<S, kHeight>(x, x, stride_, stride_, inverse);
    for (int r = 0; r < kHeight; ++r) {
      inverse[r] = InverseOfSum(inverse[r], args_.zero_when_hidden);
    }
  }

  template <int kHeight, int kVecs>
  OCTET_NOINLINE void MultiplyOutput(const float* weights, const float* v, int64_t ldv,
                                     const float* inverse, int64_t columns, float* out) const {
    MultiplyTile<S, kHeight, kVecs>(weights, stride_, v, ldv, args_.keys,
                                    [=, ldo = args_.ldo](int r, int j, Vec sum) OCTET_INLINE {
                                      const int64_t at = j * kLanes;
                                      StoreUpTo<S>(out + r * ldo + at, columns - at,
                                                   sum * S::Set(inverse[r]));
                                    });
  }

  const AttentionArgs& args_;
  int64_t stride_;             // of the rows of scores and of the mask, which are whole vectors
  float* packed_k_;            // k^T in panels, each [head_dim, columns]
  float* scores_;              // of a strip, then the weights: [kStrip, stride_]
  float* mask_;                // of the strip, [kStrip, stride_], or of all queries, [stride_]
  float* packed_v_ = nullptr;  // v in panels, each [keys, columns], or null: v is read where it is
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_GENERIC_ATTENTION_INL_H_
