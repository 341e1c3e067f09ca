// Attention with products of bfloat16 numbers, two a lane (vdpbf16ps): q, k, v and the weights are
// rounded to bfloat16; scores, exponentials and all sums are float. What that gives up is in
// docs/numerics.md.
//
// The layout is that of attention-inl.h with pairs of numbers for numbers: k^T in panels of
// [head_dim / 2][columns][2], v in panels of [keys / 2][columns][2].
#include <algorithm>
#include <cstring>

#include "kernels/generic/attention_walk-inl.h"
#include "kernels/generic/softmax-inl.h"
#include "kernels/generic/tile_f32-inl.h"
#include "kernels/generic/tile_rows-inl.h"
#include "kernels/install.h"

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
OCTET_NOINLINE void ScoreTile(const Bf16* q, int64_t head_dim, const Bf16* k, const float* mask,
                              int64_t mask_stride, float scale, float* out, int64_t ld) {
  const Vec factor = S::Set(scale);
  MultiplyPairs<kHeight, kVecs>(q, head_dim, k, kVecs * 2 * kLanes, head_dim / 2,
                                [=](int r, int v, Vec sum) OCTET_INLINE {
                                  const Vec bias = S::Load(mask + r * mask_stride + v * kLanes);
                                  S::Store(out + r * ld + v * kLanes, sum * factor + bias);
                                });
}

// weights[r] = exp(x[r] - max x[r]) in bfloat16, and the inverses of the sums before rounding.
template <int kHeight>
OCTET_NOINLINE void ComputeWeights(float* x, int64_t ld, bool zero_when_hidden, Bf16* weights,
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
OCTET_NOINLINE void OutputTile(const Bf16* weights, int64_t ld, const Bf16* v, int64_t pairs,
                               const float* inverse, float* out, int64_t ldo) {
  MultiplyPairs<kHeight, kVecs>(weights, ld, v, kVecs * 2 * kLanes, pairs,
                                [=](int r, int j, Vec sum) OCTET_INLINE {
                                  S::Store(out + r * ldo + j * kLanes, sum * S::Set(inverse[r]));
                                });
}

// Pairs are dwords, and 16 keys times 16 pairs are transposed like floats. Columns behind the last
// key repeat it; the mask excludes them. The second half of the last block may lie behind head_dim.
void PackK(const AttentionF32Args& args, Bf16* packed) {
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

// Where the number of keys is odd the last pair ends in a zero.
void PackV(const AttentionF32Args& args, Bf16* packed) {
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

void PackQ(const AttentionF32Args& args, int64_t first, int64_t rows, Bf16* packed) {
  for (int64_t r = first; r < first + rows; ++r) {
    for (int64_t d = 0; d < args.head_dim; d += kLanes, packed += kLanes) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(packed),
                          ToBf16(S::Load(args.q + r * args.ldq + d)));
    }
  }
}

// In floats: scores and mask of a strip; then in bfloat16 k^T, v, weights and q.
size_t ScratchFloats(int64_t keys, int64_t head_dim) {
  const int64_t ld = WholeVecs(keys);
  return static_cast<size_t>(
      2 * kStrip * ld +
      (ld * head_dim + 2 * Pairs(keys) * head_dim + kStrip * ld + kStrip * head_dim) / 2);
}

void Run(const AttentionF32Args& args) {
  const int64_t ld = WholeVecs(args.keys);
  const int64_t head_dim = args.head_dim;
  float* scores = args.scratch;
  float* mask = scores + kStrip * ld;
  Bf16* k = reinterpret_cast<Bf16*>(mask + kStrip * ld);
  Bf16* v = k + ld * head_dim;
  Bf16* weights = v + 2 * Pairs(args.keys) * head_dim;
  Bf16* q = weights + kStrip * ld;
  PackK(args, k);
  PackV(args, v);
  const int64_t mask_stride = args.mask_row_stride == 0 ? 0 : ld;
  if (mask_stride == 0) PadMask<S>(args.mask, args.keys, mask);

  ForEachTile(args.queries, kStrip, [&](int64_t first, int64_t rows) {
    for (int64_t r = 0; mask_stride != 0 && r < rows; ++r) {
      PadMask<S>(args.mask + (first + r) * args.mask_row_stride, args.keys, mask + r * ld);
    }
    PackQ(args, first, rows, q);
    PrefetchRows<S>(args.out + first * args.ldo, args.ldo, rows, head_dim);
    PrefetchRows<S>(args.k + first * args.ldk + head_dim, args.ldk, rows, head_dim);
    ForEachPanel<kMaxVecs>(args.keys, [&](int64_t j, int64_t vecs) {
      ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
        WithTileSize<kRows, kMaxVecs>(height, vecs, [&]<int kHeight, int kVecs>() {
          ScoreTile<kHeight, kVecs>(q + r * head_dim, head_dim, k + j * head_dim,
                                    mask + r * mask_stride + j, mask_stride, args.scale,
                                    scores + r * ld + j, ld);
        });
      });
    });
    PrefetchRows<S>(args.q + first * args.ldq + head_dim, args.ldq, rows, head_dim);
    float inverse[kStrip];
    ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
      WithTileSize<kRows, 1>(height, 1, [&]<int kHeight, int>() {
        ComputeWeights<kHeight>(scores + r * ld, ld, args.zero_when_hidden, weights + r * ld,
                                inverse + r);
      });
    });
    PrefetchRows<S>(args.v + first * args.ldv + head_dim, args.ldv, rows, head_dim);
    ForEachPanel<kMaxVecs>(head_dim, [&](int64_t j, int64_t vecs) {
      ForEachTile(rows, kRows, [&](int64_t r, int64_t height) {
        WithTileSize<kRows, kMaxVecs>(height, vecs, [&]<int kHeight, int kVecs>() {
          OutputTile<kHeight, kVecs>(weights + r * ld, ld, v + j * 2 * Pairs(args.keys),
                                     Pairs(args.keys), inverse + r,
                                     args.out + (first + r) * args.ldo + j, args.ldo);
        });
      });
    });
  });
}

}  // namespace

void InstallAvx512Bf16(KernelTable* table) {
  table->attention_bf16_scratch = ScratchFloats;
  table->attention_bf16 = Run;
}

}  // namespace octet::kernels
