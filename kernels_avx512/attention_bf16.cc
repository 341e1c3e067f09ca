// Attention with products of bfloat16 numbers, two a lane (vdpbf16ps): q, k, v and the weights are
// rounded to bfloat16; scores, exponentials and all sums are float. docs/numerics.md says what that
// gives up.
//
// The layout is that of attention-inl.h with pairs of numbers in place of numbers: k^T in panels of
// [head_dim / 2][columns][2], v in panels of [keys / 2][columns][2].
#include <algorithm>
#include <cstring>

#include "kernels/generic/attention_walk-inl.h"
#include "kernels/generic/softmax-inl.h"
#include "kernels/generic/tile_f32-inl.h"
#include "kernels/install.h"
#include "kernels/x86/simd-inl.h"

namespace octet::kernels {
namespace {

using S = Avx512;
using Vec = S::Vec;
using Bf16 = uint16_t;

constexpr int kRows = 6;
constexpr int kMaxVecs = 4;
constexpr int64_t kStrip = 2 * kRows;  // queries

int64_t Pairs(int64_t n) { return (n + 1) / 2; }

__m256i ToBf16(Vec x) { return (__m256i)_mm512_cvtneps_pbh(x); }

// MultiplyTile of tile_f32-inl.h on `pairs` pairs: lda and ldb count bfloat16 numbers.
template <int kHeight, int kVecs, class Finish>
OCTET_INLINE inline void MultiplyPairs(const Bf16* a, int64_t lda, const Bf16* b, int64_t ldb,
                                       int64_t pairs, Finish finish) {
  Vec sum[kHeight][kVecs];
  OCTET_UNROLL
  for (int r = 0; r < kHeight; ++r) {
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) sum[r][v] = S::Set(0.0f);
  }
  for (int64_t p = 0; p < pairs; ++p) {
    Vec column[kVecs];
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) {
      column[v] = S::Hold(_mm512_loadu_ps(b + v * 2 * kLanes));
    }
    OCTET_UNROLL
    for (int r = 0; r < kHeight; ++r) {
      int32_t pair;
      std::memcpy(&pair, a + r * lda, sizeof pair);
      const auto row = (__m512bh)_mm512_set1_epi32(pair);
      OCTET_UNROLL
      for (int v = 0; v < kVecs; ++v) {
        const __m512 numbers = column[v];
        sum[r][v] = _mm512_dpbf16_ps(sum[r][v], row, (__m512bh)numbers);
      }
    }
    a += 2;
    b += ldb;
  }
  OCTET_UNROLL
  for (int r = 0; r < kHeight; ++r) {
    OCTET_UNROLL
    for (int v = 0; v < kVecs; ++v) finish(r, v, sum[r][v]);
  }
}

template <int kHeight, int kVecs>
OCTET_NOINLINE void MultiplyScores(const Bf16* q, int64_t head_dim, const Bf16* k,
                                   const float* mask, int64_t mask_stride, float scale, float* out,
                                   int64_t ld) {
  const Vec factor = S::Set(scale);
  MultiplyPairs<kHeight, kVecs>(q, head_dim, k, kVecs * 2 * kLanes, head_dim / 2,
                                [=](int r, int v, Vec sum) OCTET_INLINE {
                                  const Vec bias = S::Load(mask + r * mask_stride + v * kLanes);
                                  S::Store(out + r * ld + v * kLanes, sum * factor + bias);
                                });
}

// weights[r] = exp(x[r] - max x[r]) in bfloat16, and the inverses of the sums before rounding.
template <int kHeight>
OCTET_NOINLINE void ExpScores(float* x, int64_t ld, bool zero_when_hidden, Bf16* weights,
                              float* inverse) {
  ExpRows<S, kHeight>(x, x, ld, ld, inverse);
  for (int r = 0; r < kHeight; ++r) {
    inverse[r] = InverseOfSum(inverse[r], zero_when_hidden);
    for (int64_t j = r * ld; j < (r + 1) * ld; j += kLanes) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(weights + j), ToBf16(S::Load(x + j)));
    }
  }
}

template <int kHeight, int kVecs>
OCTET_NOINLINE void MultiplyOutput(const Bf16* weights, int64_t ld, const Bf16* v, int64_t pairs,
                                   const float* inverse, float* out, int64_t ldo) {
  MultiplyPairs<kHeight, kVecs>(weights, ld, v, kVecs * 2 * kLanes, pairs,
                                [=](int r, int j, Vec sum) OCTET_INLINE {
                                  S::Store(out + r * ldo + j * kLanes, sum * S::Set(inverse[r]));
                                });
}

// A pair is as large as a float, so 16 keys times 16 pairs are transposed like floats. Columns past
// the last key repeat it; the mask excludes them. The second half of the last block may lie past
// head_dim.
void PackK(const AttentionArgs& args, Bf16* packed) {
  ForEachPanel<kMaxVecs>(args.keys, [&](int64_t j, int64_t vecs) {
    for (int64_t i = j; i < j + vecs * kLanes; i += kLanes) {
      for (int64_t d = 0; d < args.head_dim; d += 2 * kLanes) {
        alignas(64) float block[kLanes * kLanes];
        for (int64_t r = 0; r < kLanes; ++r) {
          const float* k = args.k + std::min(i + r, args.keys - 1) * args.ldk + d;
          const bool whole = d + kLanes < args.head_dim;
          const Vec high = whole ? S::Load(k + kLanes) : S::Set(0.0f);
          const auto pairs = _mm512_cvtne2ps_pbh(high, S::Load(k));
          _mm512_store_si512(block + r * kLanes, (__m512i)pairs);
        }
        alignas(64) float transposed[kLanes * kLanes];
        S::Transpose16x16(block, kLanes, transposed, kLanes);
        const int64_t rows = std::min(kLanes, (args.head_dim - d) / 2);
        for (int64_t p = 0; p < rows; ++p) {
          Bf16* row = packed + ((d / 2 + p) * vecs * kLanes + (i - j)) * 2;
          _mm512_storeu_ps(row, S::Load(transposed + p * kLanes));
        }
      }
    }
    packed += vecs * kLanes * args.head_dim;
  });
}

// If the number of keys is odd, the last pair ends in a zero.
void PackV(const AttentionArgs& args, Bf16* packed) {
  ForEachPanel<kMaxVecs>(args.head_dim, [&](int64_t j, int64_t vecs) {
    for (int64_t key = 0; key < args.keys; key += 2) {
      for (int64_t d = j; d < j + vecs * kLanes; d += kLanes) {
        const float* v = args.v + key * args.ldv + d;
        const Vec next = key + 1 < args.keys ? S::Load(v + args.ldv) : S::Set(0.0f);
        const __m512i even = _mm512_cvtepu16_epi32(ToBf16(S::Load(v)));
        const __m512i odd = _mm512_slli_epi32(_mm512_cvtepu16_epi32(ToBf16(next)), 16);
        _mm512_storeu_si512(packed, _mm512_or_si512(even, odd));
        packed += 2 * kLanes;
      }
    }
  });
}

void PackQ(const AttentionArgs& args, int64_t first, int64_t rows, Bf16* packed) {
  for (int64_t r = first; r < first + rows; ++r) {
    for (int64_t d = 0; d < args.head_dim; d += kLanes, packed += kLanes) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(packed),
                          ToBf16(S::Load(args.q + r * args.ldq + d)));
    }
  }
}

// The kernel that RunStrips walks with. The scratch is, in floats, scores and mask of a strip; then
// in bfloat16 k^T, v, weights and q.
class Kernel {
 public:
  static size_t ScratchBytes(int64_t keys, int64_t head_dim) {
    const int64_t ld = WholeVecs(keys);
    const int64_t floats = 2 * kStrip * ld;
    const int64_t numbers =
        ld * head_dim + 2 * Pairs(keys) * head_dim + kStrip * ld + kStrip * head_dim;
    return static_cast<size_t>(floats) * sizeof(float) +
           static_cast<size_t>(numbers) * sizeof(Bf16);
  }

  static void Run(const AttentionArgs& args) {
    const Kernel kernel(args);
    RunStrips<S, kRows, kMaxVecs>(args, kernel.mask_, kernel);
  }

  void StartStrip(int64_t first, int64_t rows) const { PackQ(args_, first, rows, q_); }

  template <int kHeight, int kVecs>
  OCTET_INLINE void ScoreTile(int64_t /*first*/, int64_t r, int64_t j, const float* mask,
                              int64_t mask_stride) const {
    MultiplyScores<kHeight, kVecs>(q_ + r * args_.head_dim, args_.head_dim, k_ + j * args_.head_dim,
                                   mask, mask_stride, args_.scale, scores_ + r * ld_ + j, ld_);
  }

  template <int kHeight>
  OCTET_INLINE void ComputeWeights(int64_t r, float* inverse) const {
    ExpScores<kHeight>(scores_ + r * ld_, ld_, args_.zero_when_hidden, weights_ + r * ld_, inverse);
  }

  template <int kHeight, int kVecs>
  OCTET_INLINE void OutputTile(int64_t first, int64_t r, int64_t j, const float* inverse) const {
    const int64_t pairs = Pairs(args_.keys);
    MultiplyOutput<kHeight, kVecs>(weights_ + r * ld_, ld_, v_ + j * 2 * pairs, pairs, inverse,
                                   args_.out + (first + r) * args_.ldo + j, args_.ldo);
  }

 private:
  explicit Kernel(const AttentionArgs& args)
      : args_(args),
        ld_(WholeVecs(args.keys)),
        scores_(static_cast<float*>(args.scratch)),
        mask_(scores_ + kStrip * ld_),
        k_(reinterpret_cast<Bf16*>(mask_ + kStrip * ld_)),
        v_(k_ + ld_ * args.head_dim),
        weights_(v_ + 2 * Pairs(args.keys) * args.head_dim),
        q_(weights_ + kStrip * ld_) {
    PackK(args, k_);
    PackV(args, v_);
  }

  const AttentionArgs& args_;
  int64_t ld_;     // of the rows of scores, mask and weights, which are whole vectors
  float* scores_;  // of a strip
  float* mask_;    // of a strip, or of all queries
  Bf16* k_;        // k^T in panels
  Bf16* v_;        // in panels
  Bf16* weights_;  // of a strip
  Bf16* q_;        // of a strip
};

constexpr Attention kAttention = {"attention_bf16_6x64_avx512", kLanes, Kernel::ScratchBytes,
                                  Kernel::Run};

}  // namespace

void InstallAvx512Bf16(KernelTable* table) { table->attention_bf16 = &kAttention; }

}  // namespace octet::kernels
