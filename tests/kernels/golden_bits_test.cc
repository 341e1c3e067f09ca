// Checksums of the results of each float kernel, which must be the same for all compilers and all
// versions of octet. A change here changes users' logits. docs/numerics.md gives the order of
// operations and must change with it.
#include <doctest/doctest.h>

#include "kernels/testing/isa_tables.h"
#include "tests/kernels/float_test.h"

namespace octet::kernels {
namespace {

// Multiples of 2^-12 in [-4, 4) from a linear congruential generator. They are the same everywhere;
// the numbers of std::normal_distribution are not.
std::vector<float> Inputs(size_t count, uint64_t seed) {
  std::vector<float> values(count);
  for (float& value : values) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    value = static_cast<float>(static_cast<int32_t>(seed >> 49) - 16384) * 0x1p-12f;
  }
  return values;
}

// FNV-1a over the bits; all NaNs count as the same.
uint64_t Checksum(const std::vector<float>& values) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const float value : values) {
    const uint32_t bits = std::isnan(value) ? 0x7fc00000u : std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) {
      hash = (hash ^ ((bits >> shift) & 255)) * 0x100000001b3u;
    }
  }
  return hash;
}

// Every 40009th bit pattern.
uint64_t UnaryChecksum(UnaryF32Fn function) {
  std::vector<float> values;
  for (uint64_t bits = 0; bits < (uint64_t{1} << 32); bits += 40009) {
    values.push_back(std::bit_cast<float>(static_cast<uint32_t>(bits)));
  }
  function(values.data(), values.data(), static_cast<int64_t>(values.size()));
  return Checksum(values);
}

TEST_CASE("the bits of the elementwise functions") {
  for (const IsaTable& isa : IsaTables()) {
    CAPTURE(isa.name);
    CHECK(UnaryChecksum(isa.table.exp_f32) == 0xef709f1a4d2154c0u);
    CHECK(UnaryChecksum(isa.table.erf_f32) == 0x4a0d864bf37c3b9cu);
    CHECK(UnaryChecksum(isa.table.tanh_f32) == 0x74380407eaedf786u);
    CHECK(UnaryChecksum(isa.table.gelu_f32) == 0xfa5196c39e683752u);
  }
}

TEST_CASE("the bits of softmax and layer norm") {
  const std::vector<float> x = Inputs(5 * 77, 1);
  const std::vector<float> residual = Inputs(5 * 77, 2);
  const std::vector<float> gamma = Inputs(77, 3);
  const std::vector<float> beta = Inputs(77, 4);
  for (const IsaTable& isa : IsaTables()) {
    CAPTURE(isa.name);
    std::vector<float> y(x.size());
    isa.table.softmax_f32(x.data(), y.data(), 5, 77);
    CHECK(Checksum(y) == 0x1b464591d44f3245u);
    isa.table.layer_norm_f32(
        {x.data(), residual.data(), gamma.data(), beta.data(), 1e-12f, y.data(), 5, 77});
    CHECK(Checksum(y) == 0xaeb0d936d7bfec5eu);
  }
}

TEST_CASE("the bits of the float GEMM and attention") {
  const std::vector<float> a = Inputs(9 * 300, 5);
  const std::vector<float> b = Inputs(300 * 70, 6);
  const std::vector<float> bias = Inputs(70, 7);
  const std::vector<float> q = Inputs(10 * 32, 8);
  const std::vector<float> k = Inputs(21 * 32, 9);
  const std::vector<float> v = Inputs(21 * 32, 10);
  const std::vector<float> mask = Inputs(21, 11);
  struct alignas(64) Line {
    float floats[16];
  };
  for (const IsaTable& isa : IsaTables()) {
    CAPTURE(isa.name);
    const GemmF32& gemm = *isa.table.gemm_f32;
    std::vector<Line> packed(gemm.packed_bytes(70, 300) / sizeof(Line) + 1);
    gemm.pack(b.data(), 70, 1, 70, 300, packed.data());
    std::vector<float> c(9 * 70);
    gemm.run({a.data(), 300, packed.data(), bias.data(), 70, 300, c.data(), 70}, 0, 9, 0, 70);
    CHECK(Checksum(c) == 0x851490354422f1e5u);

    const Attention& attention = *isa.table.attention_f32;
    std::vector<Line> scratch(attention.scratch_bytes(21, 32) / sizeof(Line) + 1);
    std::vector<float> out(10 * 32);
    attention.run({q.data(), 32, k.data(), 32, v.data(), 32, out.data(), 32, 10, 21, 32, 0.125f,
                   mask.data(), 0, scratch.data()});
    CHECK(Checksum(out) == 0xff29530fe8fc3f31u);
  }
}

}  // namespace
}  // namespace octet::kernels
