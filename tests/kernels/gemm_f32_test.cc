#include <doctest/doctest.h>

#include <Eigen/Core>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"
#include "tests/kernels/kernel_rows.h"
#include "tests/support/guard_buffer.h"

OCTET_TESTS_KERNEL(gemm_f32);

namespace octet::kernels {
namespace {

struct Case {
  int64_t m;
  int64_t n;
  int64_t k;
  std::vector<float> a;     // [m, k]
  std::vector<float> b;     // [k, n]
  std::vector<float> bias;  // [n]
};

Case RandomCase(int64_t m, int64_t n, int64_t k, uint32_t seed) {
  return {m,
          n,
          k,
          RandomNormal(static_cast<size_t>(m * k), seed),
          RandomNormal(static_cast<size_t>(k * n), seed + 1),
          RandomNormal(static_cast<size_t>(n), seed + 2)};
}

// How a case is laid out in memory and run.
struct Layout {
  bool with_bias = true;
  bool transposed = false;  // b is packed from [n, k]
  int64_t gap = 0;          // elements between rows
  int64_t row_step = 0;     // if > 0, runs this many rows of one tile of columns at a time
};

std::vector<float> Run(const GemmF32& gemm, const Case& c, const Layout& layout) {
  const int64_t lda = c.k + layout.gap;
  const int64_t ldc = c.n + layout.gap;
  // Nothing follows the last row: reading one element more would crash.
  GuardBuffer<float> a(static_cast<size_t>(std::max<int64_t>(0, (c.m - 1) * lda + c.k)));
  for (int64_t i = 0; i < c.m; ++i) {
    std::copy_n(c.a.begin() + i * c.k, c.k, a.data() + i * lda);
  }
  GuardBuffer<float> b(c.b);
  if (layout.transposed) {
    for (int64_t p = 0; p < c.k; ++p) {
      for (int64_t j = 0; j < c.n; ++j) {
        b[static_cast<size_t>(j * c.k + p)] = c.b[static_cast<size_t>(p * c.n + j)];
      }
    }
  }
  const GuardBuffer<float> bias(c.bias);
  GuardBuffer<float> out(static_cast<size_t>(std::max<int64_t>(0, (c.m - 1) * ldc + c.n)));
  for (size_t i = 0; i < out.size(); ++i) out[i] = kNan;

  const size_t bytes = gemm.packed_bytes(c.n, c.k);
  GuardBuffer<float> packed((bytes + 63) / 64 * 16);
  gemm.pack(b.data(), layout.transposed ? 1 : c.n, layout.transposed ? c.k : 1, c.n, c.k,
            packed.data());
  const GemmF32Args args = {a.data(), lda, packed.data(), layout.with_bias ? bias.data() : nullptr,
                            c.n,      c.k, out.data(),    ldc};
  const int64_t row_step = layout.row_step > 0 ? layout.row_step : std::max<int64_t>(1, c.m);
  const int64_t column_step = layout.row_step > 0 ? gemm.tile_n : std::max<int64_t>(1, c.n);
  for (int64_t j = 0; j < c.n; j += column_step) {
    for (int64_t i = 0; i < c.m; i += row_step) {
      gemm.run(args, i, std::min(c.m, i + row_step), j, std::min(c.n, j + column_step));
    }
  }

  std::vector<float> dense;
  for (int64_t i = 0; i < c.m; ++i) {
    const float* row = out.data() + i * ldc;
    dense.insert(dense.end(), row, row + c.n);
    if (i + 1 == c.m) break;
    for (int64_t j = c.n; j < ldc; ++j) CHECK(std::isnan(row[j]));  // gaps stay as they were
  }
  return dense;
}

void CheckSameOnAll(const Case& c, const Layout& layout) {
  const std::vector<float> expected = Run(*IsaTables()[0].table.gemm_f32, c, {layout.with_bias});
  for (const IsaTable& isa : IsasWith(&KernelTable::gemm_f32)) {
    CAPTURE(isa.table.gemm_f32->name);
    CAPTURE(c.m);
    CAPTURE(c.n);
    CAPTURE(c.k);
    CHECK(FirstDifference(Run(*isa.table.gemm_f32, c, layout), expected) == -1);
  }
}

TEST_CASE("gemm_f32 has the same bits on every instruction set: every tail of a tile") {
  constexpr uint32_t kSeed = 31;
  CAPTURE(kSeed);
  for (const int64_t m : {1, 2, 3, 4, 5, 6, 7, 13}) {
    for (const int64_t n : {1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 130}) {
      const int64_t k = 1 + (m * 7 + n) % 23;
      CheckSameOnAll(RandomCase(m, n, k, kSeed), {.with_bias = n % 2 == 0, .gap = m % 3});
    }
  }
}

TEST_CASE("gemm_f32 has the same bits on every instruction set: every length of the sum") {
  for (const int64_t k : {0, 1, 2, 7, 8, 9, 64, 384, 511, 512, 513, 768, 1025, 1536}) {
    for (const bool transposed : {false, true}) {
      CheckSameOnAll(RandomCase(7, 70, k, 32), {.transposed = transposed, .gap = 3});
    }
  }
}

TEST_CASE("gemm_f32 has the same bits on every instruction set: more rows than a block") {
  for (const int64_t m : {119, 120, 121, 250}) CheckSameOnAll(RandomCase(m, 40, 9, 37), {});
}

TEST_CASE("the bits of gemm_f32 do not depend on how rows and columns are split") {
  for (const int64_t row_step : {1, 4, 6, 7}) {
    CheckSameOnAll(RandomCase(25, 200, 600, 33), {.row_step = row_step});
  }
}

TEST_CASE("gemm_f32 packs any strides") {
  // The 5 x 9 matrix b with row stride 40 and column stride 2.
  const Case c = RandomCase(3, 9, 5, 34);
  std::vector<float> spread(5 * 40, kNan);
  for (size_t p = 0; p < 5; ++p) {
    for (size_t j = 0; j < 9; ++j) spread[p * 40 + j * 2] = c.b[p * 9 + j];
  }
  const std::vector<float> expected = Run(*IsaTables()[0].table.gemm_f32, c, {});
  for (const IsaTable& isa : IsasWith(&KernelTable::gemm_f32)) {
    const GemmF32& gemm = *isa.table.gemm_f32;
    GuardBuffer<float> packed((gemm.packed_bytes(9, 5) + 63) / 64 * 16);
    gemm.pack(spread.data(), 40, 2, 9, 5, packed.data());
    std::vector<float> out(expected.size());
    gemm.run({c.a.data(), 5, packed.data(), c.bias.data(), 9, 5, out.data(), 9}, 0, 3, 0, 9);
    CHECK(FirstDifference(out, expected) == -1);
  }
}

TEST_CASE("gemm_f32 agrees with Eigen") {
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using MatrixF = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  for (const int64_t k : {1, 37, 768}) {
    const Case c = RandomCase(20, 100, k, 35);
    const Matrix a = Eigen::Map<const MatrixF>(c.a.data(), c.m, k).cast<double>();
    const Matrix b = Eigen::Map<const MatrixF>(c.b.data(), k, c.n).cast<double>();
    const Eigen::RowVectorXd bias =
        Eigen::Map<const Eigen::RowVectorXf>(c.bias.data(), c.n).cast<double>();
    const Matrix exact = (a * b).rowwise() + bias;
    // Each of k fused multiply-adds and one addition rounds to 2^-24 of a partial sum.
    const Matrix bound = ((a.cwiseAbs() * b.cwiseAbs()).rowwise() + bias.cwiseAbs()) *
                         (static_cast<double>(k + 1) * 0x1p-24);
    for (const IsaTable& isa : IsasWith(&KernelTable::gemm_f32)) {
      const std::vector<float> out = Run(*isa.table.gemm_f32, c, {});
      const Matrix error =
          (Eigen::Map<const MatrixF>(out.data(), c.m, c.n).cast<double>() - exact).cwiseAbs();
      CHECK((error.array() <= bound.array()).all());
    }
  }
}

TEST_CASE("gemm_f32 of special values") {
  for (const IsaTable& isa : IsasWith(&KernelTable::gemm_f32)) {
    CAPTURE(isa.name);
    const GemmF32& gemm = *isa.table.gemm_f32;
    // A NaN or an infinity in a row of a reaches that row only, even where b is 0.
    Case c = RandomCase(8, 20, 10, 36);
    std::fill(c.b.begin(), c.b.end(), 0.0f);
    c.a[3 * 10 + 9] = kNan;
    c.a[5 * 10 + 2] = kInf;
    const std::vector<float> out = Run(gemm, c, {});
    for (size_t i = 0; i < 8; ++i) {
      for (size_t j = 0; j < 20; ++j) {
        CHECK(std::isnan(out[i * 20 + j]) == (i == 3 || i == 5));
      }
    }
    // Sums that are denormal or -0 are kept as they are.
    Case tiny = {1, 1, 1, {0x1p-100f}, {0x1p-49f}, {}};
    CHECK(SameBits(Run(gemm, tiny, {.with_bias = false})[0], kDenormal));
    tiny.a = {-0x1p-100f};
    tiny.b = {0x1p-60f};
    CHECK(SameBits(Run(gemm, tiny, {.with_bias = false})[0], -0.0f));
    // Fused: the product is not rounded before it is added.
    const float x = 1.0f + 0x1p-12f;
    const Case fused = {1, 1, 2, {-1.0f, x}, {1.0f + 0x1p-11f, x}, {}};
    CHECK(Run(gemm, fused, {.with_bias = false})[0] == 0x1p-24f);
  }
}

}  // namespace
}  // namespace octet::kernels
