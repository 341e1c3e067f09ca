// The kernel interface: every routine that has more than one instruction-set implementation, as a
// table of plain function pointers. kernels.inc has one row for each entry: the row declares the
// field and names its contract and its test. Tests and benchmarks run an entry on each instruction
// set that has a kernel for it (kernels/testing/isa_tables.h).
//
// Rules for every kernel
//   - Pure functions of their arguments: no allocation, no threads, no globals, no errors. Callers
//     (runtime/steps) check shapes and split the work into ranges.
//   - Pointers may have any alignment unless an entry says otherwise. Nothing is read or written
//     outside the ranges stated, not even to be ignored.
//   - Outputs never overlap inputs unless an entry allows it.
//   - The bits of a result depend only on the values, never on the ISA, the range split or the
//     address (docs/numerics.md gives the order of every float operation). attention_bf16, which
//     only one ISA has, gives other bits than attention_f32.
//   - Thread-safe: different ranges of one call may run at once.
#ifndef OCTET_KERNELS_KERNEL_TABLE_H_
#define OCTET_KERNELS_KERNEL_TABLE_H_

#include <cstddef>
#include <cstdint>

namespace octet::kernels {

// K is padded to this many bytes in every int8 operand: vpdpbusd multiplies groups of four.
inline constexpr int64_t kGemmU8S8KGroup = 4;

// The largest K of an int8 GEMM. Sums fit int32 up to K = 33025, since 255 * 255 * 33025 < 2^31.
// This is a round number below that, far above any layer's K.
inline constexpr int64_t kGemmU8S8MaxK = 32768;

// The function at the end of a linear layer. kRelu is x < 0 ? +0 : x, which keeps NaN.
enum class Activation : uint8_t { kNone, kRelu, kGelu, kTanh };

// The range of the floats of one row, in 16 lanes: element j is counted in lane j mod 16. The
// maxima are taken over bit patterns, which order floats of one sign by size, with NaN above
// infinity. So no NaN is lost, and counting takes two integer instructions a vector.
struct alignas(64) RowRange {
  // As signed integers: the greatest float, at least +0.
  int32_t hi[16];
  // As unsigned integers: the least float if the sign bit is set; if not, no float is below 0.
  uint32_t lo[16];
};

// What a product does with its sums while they are in registers:
//   c[i][j] = activation(sum with scale and bias) + residual[i][j]
// The addition rounds once; without a residual it is left out.
struct GemmEpilogue {
  Activation activation = Activation::kNone;
  const float* residual = nullptr;  // [m, n], row stride ld_residual, or null
  int64_t ld_residual = 0;
  // [m], or null. The caller sets range[i] to {}, and row i of c is counted into it. So calls on
  // different columns of one row must not run at once.
  RowRange* range = nullptr;
};

// One linear layer on dynamically quantized activations: the epilogue of
//   fma(float(sum_p (a[i][p] - a_zero_point[i]) * (b[p][j] - b_zero_point[j])),
//       a_scale[i] * b_scale[j], bias[j])
// with the sum exact in int32. Without a bias, fma's last operand is +0.
// A row whose a_scale is NaN gives NaN.
//
// Kernels sum a * b, and compute the terms with zero points from the sums of columns (packed with
// b) and rows. Intermediate terms may wrap around: modulo 2^32 they add up to the right sum, which
// fits.
struct GemmU8S8Args {
  const uint8_t* a;             // [m, k], row stride lda >= k rounded up to kGemmU8S8KGroup; the
  int64_t lda;                  //   bytes up to that multiple are readable, of any value
  const float* a_scale;         // [m]
  const int32_t* a_zero_point;  // [m], each in [0, 255]
  const void* b;                // packed by the same family, 64-byte aligned
  const float* b_scale;         // [n]
  const float* bias;            // [n], or null
  int64_t n;
  int64_t k;  // 0 <= k <= kGemmU8S8MaxK
  float* c;   // [m, n], row stride ldc >= n
  int64_t ldc;
  const int32_t* b_zero_point = nullptr;  // [n], each in [-128, 127]; null: all 0
  const int32_t* a_row_sum = nullptr;     // [m], sum_p a[i][p]; not read without b_zero_point
  GemmEpilogue epilogue = {};
};

// Packing and arithmetic must agree, so a family is replaced as a whole.
struct GemmU8S8 {
  const char* name;  // as in "gemm_u8s8_6x64_avx512vnni"
  // A range is fastest when m0 is a multiple of tile_m; n0 must be a multiple of tile_n.
  int64_t tile_m;
  int64_t tile_n;
  // With fewer rows than this, reading b takes longer than multiplying, if b is not in the L2
  // cache.
  int64_t min_rows;
  // Bytes of the packed form of b[k, n].
  size_t (*packed_bytes)(int64_t n, int64_t k);
  // Packs b[k, n] (row stride ldb) into `packed`, which is 64-byte aligned.
  void (*pack)(const int8_t* b, int64_t ldb, int64_t n, int64_t k, void* packed);
  // Computes rows [m0, m1) and columns [n0, n1); n0 is a multiple of tile_n, n1 too or n.
  void (*run)(const GemmU8S8Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1);
};

// The epilogue of (sum_p a[i][p] * b[p][j]) + bias[j] in float32: one ascending chain of fused
// multiply-adds from +0 for each output, then one addition if there is a bias.
struct GemmF32Args {
  const float* a;  // [m, k], row stride lda
  int64_t lda;
  const void* b;      // packed by the same family
  const float* bias;  // [n], or null
  int64_t n;
  int64_t k;
  float* c;  // [m, n], row stride ldc
  int64_t ldc;
  GemmEpilogue epilogue = {};
};

struct GemmF32 {
  const char* name;
  int64_t tile_m;
  int64_t tile_n;
  size_t (*packed_bytes)(int64_t n, int64_t k);
  // Packs b into `packed` (64-byte aligned). Element (p, j) of b is at b[p * stride_k + j *
  // stride_n], so a transposed operand needs no copy.
  void (*pack)(const float* b, int64_t stride_k, int64_t stride_n, int64_t n, int64_t k,
               void* packed);
  // As GemmU8S8::run.
  void (*run)(const GemmF32Args& args, int64_t m0, int64_t m1, int64_t n0, int64_t n1);
};

// GemmU8S8's epilogue on its own, for accumulators that were computed another way (debug mode).
struct DequantizeArgs {
  const int32_t* acc;  // [m, n], row stride ld_acc
  int64_t ld_acc;
  const float* a_scale;         // [m]
  const int32_t* a_zero_point;  // [m]
  const int32_t* column_sum;    // [n]
  const float* b_scale;         // [n]
  const float* bias;            // [n], or null
  float* c;                     // [m, n], row stride ldc
  int64_t ldc;
  int64_t m;
  int64_t n;
  GemmEpilogue epilogue = {};
};

// Per-token affine quantization of x[rows, cols] to 8 bits:
//   lo = min(0, row minimum), hi = max(0, row maximum), s = hi / 255 - lo / 255;
//   if s < 2^-126: s = 1, zp = 0; else inv = 1 / s, zp = rne(-lo * inv);
//   q = clamp(rne(x * inv) + zp, 0, 255).
// A row with a NaN or an infinity gets s = NaN, zp = 0 and q = 0.
struct QuantizeRowsArgs {
  const float* x;  // [rows, cols], row stride ldx
  int64_t ldx;
  uint8_t* q;           // [rows, cols], row stride ldq >= cols rounded up to kGemmU8S8KGroup;
  int64_t ldq;          //   the bytes up to that multiple are set to 0
  float* scale;         // [rows]
  int32_t* zero_point;  // [rows]
  int64_t rows;
  int64_t cols;
  // [rows]: the range of each whole row, which every element must lie in. Null: x is read for it.
  const RowRange* range = nullptr;
};

// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta over each row of x (+ residual),
// two-pass. y may be x or the residual itself.
struct LayerNormArgs {
  const float* x;         // [rows, cols], dense
  const float* residual;  // [rows, cols], dense, added first; or null
  const float* gamma;     // [cols]
  const float* beta;      // [cols], or null
  float epsilon;
  float* y;  // [rows, cols], dense
  int64_t rows;
  int64_t cols;
  RowRange* range = nullptr;  // [rows], set to the range of each row of y; or null
};

// One head of one sentence: out = softmax(q k^T * scale + mask) v. The precision of the two
// products is the family's: attention_f32 computes in float; attention_bf16 rounds their operands
// to bfloat16 and sums in float.
struct AttentionArgs {
  const float* q;  // [queries, head_dim], row stride ldq
  int64_t ldq;
  const float* k;  // [keys, head_dim], row stride ldk
  int64_t ldk;
  const float* v;  // [keys, head_dim], row stride ldv
  int64_t ldv;
  float* out;  // [queries, head_dim], row stride ldo
  int64_t ldo;
  int64_t queries;
  int64_t keys;
  int64_t head_dim;
  float scale;
  const float* mask;        // added to the scores, [queries or 1, keys]; or null
  int64_t mask_row_stride;  // 0: every query has the same mask row
  void* scratch;            // the family's scratch_bytes(keys, head_dim), 64-byte aligned
  // Whether a query all of whose scores are -inf gets 0 instead of NaN.
  bool zero_when_hidden = false;
};

// Attention in one precision: scratch and arithmetic must agree, so a family is replaced as a
// whole.
struct Attention {
  const char* name;           // as in "attention_f32_6x64_avx512"
  int64_t head_dim_multiple;  // head_dim must be a multiple of this
  size_t (*scratch_bytes)(int64_t keys, int64_t head_dim);
  void (*run)(const AttentionArgs& args);
};

// Runs `iterations` rounds of the GEMM's own multiply-add instructions on registers alone and
// returns the multiply-adds done. Timed by the caller, it gives the peak of this core at that time.
// For int8 without VNNI these are the three instructions of the plain loop, vpmaddubsw, vpmaddwd
// and vpaddd. octet's loop for two quads has five for twice the work (x86/gemm_pairs-inl.h), so it
// may exceed this peak.
using PeakFn = double (*)(int64_t iterations);
using DequantizeFn = void (*)(const DequantizeArgs& args);
using QuantizeRowsFn = void (*)(const QuantizeRowsArgs& args);
// y[i] = f(x[i]) for i in [0, n); y may be x.
using UnaryF32Fn = void (*)(const float* x, float* y, int64_t n);
// Softmax over each row of x[rows, cols], both dense; y may be x. A row of -inf gives NaN.
using SoftmaxFn = void (*)(const float* x, float* y, int64_t rows, int64_t cols);
using LayerNormFn = void (*)(const LayerNormArgs& args);

// All kernels for one CPU. The install functions of the rows of isas.inc fill it, one after the
// other; each leaves what it does not implement as it was.
struct KernelTable {
#define OCTET_KERNEL(type, field, contract, test) type field = nullptr;
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
};

// A contract is a type of this header.
#define OCTET_KERNEL(type, field, contract, test) static_assert(sizeof(contract) > 0);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_KERNEL_TABLE_H_
