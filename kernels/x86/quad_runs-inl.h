// A quad is four consecutive k of an int8 weight matrix. This file decides which quads vpmaddubsw
// may multiply, and which two of them can share one sum of 16 bits.
//
// vpmaddubsw multiplies u8 by s8 and adds two products in 16 bits, saturating. a0 * b0 + a1 * b1
// fits for any a in [0, 255] exactly when the positive b of the pair sum to at most 128 (255 * 128
// = 32640 <= 32767) and the negative ones to at least -128. If b0 and b1 have the same sign and do
// not fit, the pair may still fit with the second product written as
//   a1 * b1 = (255 - a1) * -b1 + 255 * b1
// where 255 - a1 is a1 with all bits flipped. So kernels hold four of a in two forms: as they are,
// and with the second byte of both pairs flipped. Each quad is listed with the form that fits. A
// form must fit every column of the part, since they share a: the fewer columns a part has, the
// more quads are fast. There are three runs:
//   kDouble  Two quads, wherever in the part they are, whose pairs fit even when added up. Their
//            sums stay in 16 bits and share one widening and one addition in 32 bits.
//   kSingle  The quad's pairs fit.
//   kWide    They do not: both operands are widened to 16 bits.
// With parts of 8 columns, 72 to 99 % of the quads of MiniLM-L6 and of normally distributed weights
// as wide as BERT-base's are double, and at most 10 % are wide. With weights in [-64, 64] no quad
// is wide.
//
// Included by instruction-set folders only (see pack_pairs-inl.h).
#ifndef OCTET_KERNELS_X86_QUAD_RUNS_INL_H_
#define OCTET_KERNELS_X86_QUAD_RUNS_INL_H_

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::kernels {
namespace {

enum Run { kDouble, kSingle, kWide, kNumRuns };

// The k of a block. The forms of a tile's a for so many k are 16 KB and stay in the L1 cache while
// parts pass by. Blocks of 1536 were 4 to 7 % slower at k = 1536 and 3072.
inline constexpr int64_t kPairsKBlock = 1024;

// A quad of a as the kernels hold it: four bytes of each of kFormRows rows, then the same flipped.
// A list's entry is the offset of the form that is multiplied.
inline constexpr int64_t kFormRows = 8;
inline constexpr int64_t kFlippedForm = 4 * kFormRows;
inline constexpr int64_t kFormBytes = 2 * kFlippedForm;
static_assert(kPairsKBlock % 16 == 0 && kPairsKBlock / 4 * kFormBytes <= 65536,
              "a list's entry must fit uint16");
// The bits in which the forms differ.
inline constexpr uint32_t kFlippedBits = 0xFF00FF00;

// The weights of four k, 0 for absent ones. Each array has the first pair of every column, then the
// second pair of every column.
template <int64_t kColumns>
struct alignas(16) Quad {
  int8_t even[2 * kColumns];
  int8_t odd[2 * kColumns];
};

inline __m128i Load16(const void* from) {
  return _mm_load_si128(static_cast<const __m128i*>(from));
}
inline void Store16(void* to, __m128i x) { _mm_store_si128(static_cast<__m128i*>(to), x); }
inline bool IsZero(__m128i x) {
  return _mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128())) == 0xFFFF;
}
// 0 where x <= y, all as unsigned.
inline __m128i Excess(__m128i x, __m128i y) { return _mm_subs_epu8(x, y); }

// The quads of up to kPairsKBlock k of a part of kColumns columns.
template <int64_t kColumns>
class QuadRuns {
 public:
  void Add(const Quad<kColumns>& quad) {
    quads_[count_].weights = quad;
    SumPairs(&quads_[count_++]);
  }

  const Quad<kColumns>& operator[](int64_t i) const { return quads_[i].weights; }

  // Lists all quads by runs, and counts the steps of each run; a step of kDouble is two quads.
  // Pairs each quad greedily with the next compatible one. Other orders left as many quads over,
  // and this one reads a nearly in the order of k.
  void List(int32_t* steps, uint16_t* list) const {
    // The quads that fit and are not listed yet. The single ones move to the front.
    uint16_t left[kPairsKBlock / 4];
    int64_t num_left = 0;
    const auto fits = [this](int64_t i) { return quads_[i].fits[0] || quads_[i].fits[1]; };
    for (int64_t i = 0; i < count_; ++i) {
      if (fits(i)) left[num_left++] = static_cast<uint16_t>(i);
    }
    int64_t num_double = 0;
    int64_t num_single = 0;
    for (int64_t i = 0; i < num_left; ++i) {
      const SummedQuad& quad = quads_[left[i]];
      const Sums room[2] = {Room(quad.form[0]), Room(quad.form[1])};
      unsigned forms = 0;
      int64_t j = i + 1;
      for (; j < num_left && forms == 0; ++j) forms = FormsThatFit(quad, room, quads_[left[j]]);
      if (forms == 0) {
        left[num_single++] = left[i];
        continue;
      }
      const auto first = static_cast<unsigned>(__builtin_ctz(forms));
      *list++ = Entry(left[i], first % 2);
      *list++ = Entry(left[j - 1], first / 2);
      ++num_double;
      __builtin_memmove(left + j - 1, left + j, static_cast<size_t>(num_left - j) * sizeof(*left));
      --num_left;
    }
    for (int64_t i = 0; i < num_single; ++i) {
      *list++ = Entry(left[i], quads_[left[i]].fits[0] ? 0 : 1);
    }
    for (int64_t i = 0; i < count_; ++i) {
      if (!fits(i)) *list++ = Entry(i, 0);
    }
    steps[kDouble] = static_cast<int32_t>(num_double);
    steps[kSingle] = static_cast<int32_t>(num_single);
    steps[kWide] = static_cast<int32_t>(count_ - 2 * num_double - num_single);
  }

 private:
  // The largest sum of weights of one sign that 16 bits hold.
  static constexpr int kLargest = 128;

  // The sums of the positive and of the negative weights of each pair of a quad, as sizes, in the
  // order of its weights; or the room that such sums leave.
  struct alignas(16) Sums {
    uint8_t positive[2 * kColumns];
    uint8_t negative[2 * kColumns];
  };
  struct SummedQuad {
    Quad<kColumns> weights;
    Sums form[2];  // as it is, flipped
    bool fits[2];  // whether its pairs fit in that form
  };

  static void SumPairs(SummedQuad* quad) {
    const __m128i zero = _mm_setzero_si128();
    const __m128i largest = _mm_set1_epi8(static_cast<char>(kLargest));
    __m128i excess[2] = {zero, zero};
    for (int64_t i = 0; i < 2 * kColumns; i += 16) {
      const __m128i x = Load16(quad->weights.even + i);
      const __m128i y = Load16(quad->weights.odd + i);
      const __m128i x_positive = _mm_and_si128(x, _mm_cmpgt_epi8(x, zero));
      const __m128i y_positive = _mm_and_si128(y, _mm_cmpgt_epi8(y, zero));
      const __m128i x_negative = _mm_sub_epi8(x_positive, x);
      const __m128i y_negative = _mm_sub_epi8(y_positive, y);
      for (int form = 0; form < 2; ++form) {
        const bool flipped = form == 1;
        const __m128i positive = _mm_adds_epu8(x_positive, flipped ? y_negative : y_positive);
        const __m128i negative = _mm_adds_epu8(x_negative, flipped ? y_positive : y_negative);
        Store16(quad->form[form].positive + i, positive);
        Store16(quad->form[form].negative + i, negative);
        excess[form] = _mm_or_si128(excess[form], Excess(positive, largest));
        excess[form] = _mm_or_si128(excess[form], Excess(negative, largest));
      }
      // -128 flipped is 128, which is not an s8.
      excess[1] = _mm_or_si128(excess[1], Excess(y_negative, _mm_set1_epi8(127)));
    }
    for (int form = 0; form < 2; ++form) quad->fits[form] = IsZero(excess[form]);
  }

  // The room that sums which fit leave for another quad.
  static Sums Room(const Sums& sums) {
    Sums room;
    for (int64_t i = 0; i < 2 * kColumns; ++i) {
      room.positive[i] = static_cast<uint8_t>(kLargest - sums.positive[i]);
      room.negative[i] = static_cast<uint8_t>(kLargest - sums.negative[i]);
    }
    return room;
  }

  static bool FitIn(const Sums& room, const Sums& sums) {
    __m128i excess = _mm_setzero_si128();
    for (int64_t i = 0; i < 2 * kColumns; i += 16) {
      const __m128i positive = Excess(Load16(sums.positive + i), Load16(room.positive + i));
      const __m128i negative = Excess(Load16(sums.negative + i), Load16(room.negative + i));
      excess = _mm_or_si128(excess, _mm_or_si128(positive, negative));
    }
    return IsZero(excess);
  }

  // In which forms two quads fit together: bit (form of a) + 2 * (form of b). Without branches:
  // the results are hard to predict, and branches took twice as long.
  static unsigned FormsThatFit(const SummedQuad& a, const Sums (&room)[2], const SummedQuad& b) {
    unsigned forms = 0;
    for (int i = 0; i < 4; ++i) {
      const unsigned fit = FitIn(room[i % 2], b.form[i / 2]) ? 1 : 0;
      forms |= (fit & a.fits[i % 2] & b.fits[i / 2]) << i;
    }
    return forms;
  }

  static uint16_t Entry(int64_t quad, unsigned form) {
    return static_cast<uint16_t>(quad * kFormBytes + form * kFlippedForm);
  }

  SummedQuad quads_[kPairsKBlock / 4];
  int64_t count_ = 0;
};

}  // namespace
}  // namespace octet::kernels

#endif  // OCTET_KERNELS_X86_QUAD_RUNS_INL_H_
