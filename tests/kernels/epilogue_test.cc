// The epilogue of every product (GemmEpilogue) gives the bytes of the product without an epilogue
// followed by the scalar functions, and the right row ranges for the quantizer.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"
#include "tests/support/guard_buffer.h"

namespace octet::kernels {
namespace {

constexpr uint32_t kSeed = 20261125;

struct Shape {
  int64_t m, n, k;
};

// Operands of all products of one shape; rows of c are `gap` elements further apart than n.
struct Operands {
  Shape shape;
  int64_t ldc;
  std::vector<uint8_t> a;
  std::vector<int8_t> b;
  std::vector<float> a_f32, b_f32, a_scale, b_scale, bias, residual;
  std::vector<int32_t> zero_point, acc, column_sum;

  Operands(const Shape& s, int64_t gap) : shape(s), ldc(s.n + gap) {
    std::mt19937 random(kSeed);
    const auto lda = static_cast<size_t>((s.k + 3) / 4 * 4);
    a.resize(static_cast<size_t>(s.m) * lda);
    b.resize(static_cast<size_t>(s.k * s.n));
    for (uint8_t& x : a) x = static_cast<uint8_t>(random());
    for (int8_t& x : b) x = static_cast<int8_t>(random());
    zero_point.resize(static_cast<size_t>(s.m));
    for (int32_t& x : zero_point) x = static_cast<int32_t>(random() % 256);
    acc.resize(static_cast<size_t>(s.m * s.n));
    for (int32_t& x : acc) x = static_cast<int32_t>(random() % 200000) - 100000;
    column_sum.resize(static_cast<size_t>(s.n));
    for (int32_t& x : column_sum) x = static_cast<int32_t>(random() % 2000) - 1000;
    a_f32 = RandomNormal(static_cast<size_t>(s.m * s.k), kSeed);
    b_f32 = RandomNormal(static_cast<size_t>(s.k * s.n), kSeed + 1, 0.3f);
    a_scale.assign(static_cast<size_t>(s.m), 2e-3f);
    b_scale = RandomNormal(static_cast<size_t>(s.n), kSeed + 2, 2e-3f);
    bias = RandomNormal(static_cast<size_t>(s.n), kSeed + 3);
    residual = RandomNormal(static_cast<size_t>(s.m * ldc), kSeed + 4, 3.0f);
  }
};

// Calls run(m0, m1, n0, n1) for four ranges that make up c, cut at half of the rows and at half of
// the tiles of columns: residual and ranges must be indexed by rows and columns of all of c.
template <class Run>
void InQuarters(const Shape& s, int64_t tile_n, const Run& run) {
  const int64_t m = s.m / 2;
  const int64_t n = s.n / tile_n / 2 * tile_n;
  for (const auto& [m0, m1] : {std::pair{int64_t{0}, m}, std::pair{m, s.m}}) {
    for (const auto& [n0, n1] : {std::pair{int64_t{0}, n}, std::pair{n, s.n}}) run(m0, m1, n0, n1);
  }
}

// Computes c with the epilogue.
using Product =
    std::function<void(const KernelTable&, const Operands&, const GemmEpilogue&, float*)>;

void RunU8S8(const KernelTable& table, const Operands& o, const GemmEpilogue& epilogue, float* c) {
  const GemmU8S8& gemm = *table.gemm_u8s8;
  GuardBuffer<char> packed((gemm.packed_bytes(o.shape.n, o.shape.k) + 63) / 64 * 64);
  gemm.pack(o.b.data(), o.shape.n, o.shape.n, o.shape.k, packed.data());
  GemmU8S8Args args = {};
  args.a = o.a.data();
  args.lda = (o.shape.k + 3) / 4 * 4;
  args.a_scale = o.a_scale.data();
  args.a_zero_point = o.zero_point.data();
  args.b = packed.data();
  args.b_scale = o.b_scale.data();
  args.bias = o.bias.data();
  args.n = o.shape.n;
  args.k = o.shape.k;
  args.c = c;
  args.ldc = o.ldc;
  args.epilogue = epilogue;
  InQuarters(o.shape, gemm.tile_n, [&](int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    gemm.run(args, m0, m1, n0, n1);
  });
}

void RunF32(const KernelTable& table, const Operands& o, const GemmEpilogue& epilogue, float* c) {
  const GemmF32& gemm = *table.gemm_f32;
  GuardBuffer<char> packed((gemm.packed_bytes(o.shape.n, o.shape.k) + 63) / 64 * 64);
  gemm.pack(o.b_f32.data(), o.shape.n, 1, o.shape.n, o.shape.k, packed.data());
  const GemmF32Args args = {o.a_f32.data(), o.shape.k, packed.data(), o.bias.data(), o.shape.n,
                            o.shape.k,      c,         o.ldc,         epilogue};
  InQuarters(o.shape, gemm.tile_n, [&](int64_t m0, int64_t m1, int64_t n0, int64_t n1) {
    gemm.run(args, m0, m1, n0, n1);
  });
}

void RunDequantize(const KernelTable& table, const Operands& o, const GemmEpilogue& epilogue,
                   float* c) {
  table.dequantize({o.acc.data(), o.shape.n, o.a_scale.data(), o.zero_point.data(),
                    o.column_sum.data(), o.b_scale.data(), o.bias.data(), c, o.ldc, o.shape.m,
                    o.shape.n, epilogue});
}

struct NamedProduct {
  const char* name;
  Product run;
  IsaTableList isas;  // those that have their own kernel
};

const std::vector<NamedProduct>& Products() {
  static const std::vector<NamedProduct> products = {
      {"gemm_u8s8", RunU8S8, IsasWith(&KernelTable::gemm_u8s8)},
      {"gemm_f32", RunF32, IsasWith(&KernelTable::gemm_f32)},
      {"dequantize", RunDequantize, IsasWith(&KernelTable::dequantize)}};
  return products;
}

float Activate(Activation activation, float x) {
  const KernelTable& reference = IsaTables()[0].table;
  if (activation == Activation::kRelu) return x < 0 ? 0.0f : x;
  if (activation == Activation::kGelu) reference.gelu_f32(&x, &x, 1);
  if (activation == Activation::kTanh) reference.tanh_f32(&x, &x, 1);
  return x;
}

float Greatest(const RowRange& range) { return std::bit_cast<float>(std::ranges::max(range.hi)); }
float Least(const RowRange& range) {
  const auto least = std::bit_cast<float>(std::ranges::max(range.lo));
  return std::signbit(least) ? least : 0.0f;
}
bool IsFinite(const RowRange& range) {
  return std::isfinite(Least(range)) && std::isfinite(Greatest(range));
}

void Check(const KernelTable& table, const Product& product, const Operands& o,
           Activation activation, bool with_residual, bool with_range) {
  const auto elements = static_cast<size_t>((o.shape.m - 1) * o.ldc + o.shape.n);
  GuardBuffer<float> plain(elements);
  product(IsaTables()[0].table, o, {}, plain.data());
  GuardBuffer<float> c(elements);
  const GuardBuffer<float> residual(
      std::vector<float>(o.residual.begin(), o.residual.begin() + static_cast<int64_t>(elements)));
  GuardBuffer<RowRange> range(static_cast<size_t>(o.shape.m));
  product(table, o,
          {activation, with_residual ? residual.data() : nullptr, o.ldc,
           with_range ? range.data() : nullptr},
          c.data());
  for (int64_t i = 0; i < o.shape.m; ++i) {
    float lo = 0;
    float hi = 0;
    for (int64_t j = 0; j < o.shape.n; ++j) {
      const auto at = static_cast<size_t>(i * o.ldc + j);
      float expected = Activate(activation, plain[at]);
      if (with_residual) expected += residual[at];
      CHECK_MESSAGE(SameBits(c[at], expected), "row ", i, " column ", j, ": ", c[at], " for ",
                    expected);
      lo = std::min(lo, expected);
      hi = std::max(hi, expected);
    }
    for (int64_t j = o.shape.n; j < o.ldc && i + 1 < o.shape.m; ++j) {
      CHECK(c[static_cast<size_t>(i * o.ldc + j)] == 0.0f);  // untouched
    }
    if (!with_range) continue;
    CHECK(Least(range[static_cast<size_t>(i)]) == lo);
    CHECK(Greatest(range[static_cast<size_t>(i)]) == hi);
    CHECK(IsFinite(range[static_cast<size_t>(i)]));
  }
}

TEST_CASE("products with an epilogue have the bytes of its scalar steps") {
  INFO("seed ", kSeed);
  std::vector<Shape> shapes = {{1, 1, 4}, {7, 64, 24}, {6, 63, 5}, {13, 65, 16}, {3, 130, 8}};
  // Whole tiles of every width and height, and tiles that prefetch the next panel.
  for (const int64_t m : {3, 7, 11, 17, 21, 24}) {
    for (const int64_t n : {16, 32, 48, 64}) shapes.push_back({m, n, 8});
  }
  for (const Shape& shape : shapes) {
    const Operands operands(shape, shape.m % 3);
    for (const NamedProduct& product : Products()) {
      for (const IsaTable& isa : product.isas) {
        for (const Activation activation :
             {Activation::kNone, Activation::kRelu, Activation::kGelu, Activation::kTanh}) {
          for (const int choice : {0, 1, 2, 3}) {
            INFO(isa.name, " ", product.name, " activation ", static_cast<int>(activation),
                 " choice ", choice, " m ", shape.m, " n ", shape.n);
            Check(isa.table, product.run, operands, activation, (choice & 1) != 0,
                  (choice & 2) != 0);
          }
        }
      }
    }
  }
}

TEST_CASE("a NaN or an infinity is in the range of its row, and not in that of another row") {
  Operands operands({5, 70, 8}, 0);
  operands.residual[1 * 70 + 69] = kNan;
  operands.residual[2 * 70 + 3] = -kInf;
  operands.residual[4 * 70 + 3] = -kNan;
  for (const NamedProduct& product : Products()) {
    for (const IsaTable& isa : product.isas) {
      INFO(isa.name, " ", product.name);
      std::vector<float> c(5 * 70);
      std::vector<RowRange> range(5);
      product.run(isa.table, operands,
                  {Activation::kNone, operands.residual.data(), 70, range.data()}, c.data());
      CHECK(IsFinite(range[0]));
      CHECK_FALSE(IsFinite(range[1]));
      CHECK_FALSE(IsFinite(range[2]));
      CHECK(IsFinite(range[3]));
      CHECK_FALSE(IsFinite(range[4]));
    }
  }
}

TEST_CASE("relu keeps NaN") {
  for (const IsaTable& isa : IsaTables()) {
    std::vector<float> x = {kNan, -1.0f, -kDenormal, kInf, -kInf, 2.0f};
    const auto n = static_cast<int64_t>(x.size());
    const std::vector<float> one = {1.0f};
    std::vector<float> y(x.size());
    const GemmF32& gemm = *isa.table.gemm_f32;
    GuardBuffer<char> packed((gemm.packed_bytes(1, 1) + 63) / 64 * 64);
    gemm.pack(one.data(), 1, 1, 1, 1, packed.data());
    gemm.run({x.data(), 1, packed.data(), nullptr, 1, 1, y.data(), 1, {Activation::kRelu}}, 0, n, 0,
             1);
    const std::vector<float> expected = {kNan, 0.0f, 0.0f, kInf, 0.0f, 2.0f};
    CHECK_MESSAGE(FirstDifference(y, expected) == -1, isa.name);
  }
}

TEST_CASE("quantize_rows gives the same result with the ranges of layer_norm as without") {
  INFO("seed ", kSeed);
  for (const int64_t cols : {1, 15, 16, 17, 64, 100, 768}) {
    constexpr int64_t kRows = 6;
    const auto size = static_cast<size_t>(kRows * cols);
    std::vector<float> x = RandomNormal(size, kSeed);
    x[static_cast<size_t>(3 * cols)] = kNan;
    const std::vector<float> gamma = RandomNormal(static_cast<size_t>(cols), kSeed + 1);
    const int64_t ldq = (cols + 3) / 4 * 4;
    for (const IsaTable& isa : IsaTables()) {
      std::vector<float> y(size);
      std::vector<RowRange> range(kRows);
      isa.table.layer_norm_f32(
          {x.data(), nullptr, gamma.data(), nullptr, 1e-5f, y.data(), kRows, cols, range.data()});
      std::vector<uint8_t> q[2];
      std::vector<float> scale[2];
      std::vector<int32_t> zero_point[2];
      for (const int with : {0, 1}) {
        q[with].resize(static_cast<size_t>(kRows * ldq));
        scale[with].resize(kRows);
        zero_point[with].resize(kRows);
        isa.table.quantize_rows({y.data(), cols, q[with].data(), ldq, scale[with].data(),
                                 zero_point[with].data(), kRows, cols,
                                 with != 0 ? range.data() : nullptr});
      }
      INFO(isa.name, " cols ", cols);
      CHECK(q[0] == q[1]);
      CHECK(FirstDifference(scale[0], scale[1]) == -1);
      CHECK(zero_point[0] == zero_point[1]);
      CHECK(std::isnan(scale[1][3]));
    }
  }
}

}  // namespace
}  // namespace octet::kernels
