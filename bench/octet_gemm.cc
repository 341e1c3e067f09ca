#include "bench/octet_gemm.h"

#include <algorithm>
#include <cstddef>

namespace octet::bench {
namespace {

using Bytes = AlignedVector<std::byte>;

// kMatrices packed copies; pack(p) writes `bytes` bytes to p.
template <class Pack>
std::vector<Bytes> PackedCopies(size_t bytes, const Pack& pack) {
  std::vector<Bytes> copies(kMatrices, Bytes(bytes));
  for (Bytes& copy : copies) pack(copy.data());
  return copies;
}

struct Operands {
  std::vector<Bytes> b;
  std::shared_ptr<AlignedVector<float>> c;
};

// The one place that says what an epilogue beyond the bias costs octet: a second pass over blocks
// of rows that are still in the L2 cache, by the activation kernel or a plain addition.
void RunU8S8(const kernels::KernelTable& table, const kernels::GemmU8S8Args& args, int64_t m,
             Epilogue epilogue, const float* residual) {
  if (epilogue == Epilogue::kBare || epilogue == Epilogue::kBias) {
    table.gemm_u8s8->run(args, 0, m, 0, args.n);
    return;
  }
  // 96 rows: a whole number of tiles of every kernel.
  constexpr int64_t kRows = 96;
  for (int64_t row = 0; row < m; row += kRows) {
    const int64_t end = std::min(m, row + kRows);
    table.gemm_u8s8->run(args, row, end, 0, args.n);
    float* block = args.c + row * args.n;
    const int64_t size = (end - row) * args.n;
    if (epilogue == Epilogue::kBiasGelu) {
      table.gelu_f32(block, block, size);
    } else {
      const float* added = residual + row * args.n;
      for (int64_t i = 0; i < size; ++i) block[i] += added[i];
    }
  }
}

}  // namespace

Product OctetGemmU8S8(const kernels::KernelTable& table, const GemmU8S8Inputs& inputs,
                      Epilogue epilogue) {
  const GemmShape& s = inputs.shape;
  const kernels::GemmU8S8& gemm = *table.gemm_u8s8;
  auto operands = std::make_shared<Operands>();
  operands->b = PackedCopies(gemm.packed_bytes(s.n, s.k), [&](void* packed) {
    gemm.pack(inputs.b.data(), s.n, s.n, s.k, packed);
  });
  operands->c = std::make_shared<AlignedVector<float>>(static_cast<size_t>(s.m * s.n));
  return {[&table, &inputs, epilogue, operands](int64_t iteration) {
            const GemmShape& shape = inputs.shape;
            kernels::GemmU8S8Args args = {};
            args.a = inputs.a.data();
            args.lda = shape.k;
            args.a_scale = inputs.a_scale.data();
            args.a_zero_point = inputs.a_zero_point.data();
            args.b = operands->b[static_cast<size_t>(iteration % kMatrices)].data();
            args.b_scale = inputs.b_scale.data();
            args.bias = epilogue == Epilogue::kBare ? nullptr : inputs.bias.data();
            args.n = shape.n;
            args.k = shape.k;
            args.c = operands->c->data();
            args.ldc = shape.n;
            RunU8S8(table, args, shape.m, epilogue, inputs.residual.data());
          },
          operands->c};
}

Product OctetGemmF32(const kernels::KernelTable& table, const GemmF32Inputs& inputs) {
  const GemmShape& s = inputs.shape;
  const kernels::GemmF32& gemm = *table.gemm_f32;
  auto operands = std::make_shared<Operands>();
  operands->b = PackedCopies(gemm.packed_bytes(s.n, s.k), [&](void* packed) {
    gemm.pack(inputs.b.data(), s.n, 1, s.n, s.k, packed);
  });
  operands->c = std::make_shared<AlignedVector<float>>(static_cast<size_t>(s.m * s.n));
  return {[&table, &inputs, operands](int64_t iteration) {
            const GemmShape& shape = inputs.shape;
            kernels::GemmF32Args args = {};
            args.a = inputs.a.data();
            args.lda = shape.k;
            args.b = operands->b[static_cast<size_t>(iteration % kMatrices)].data();
            args.n = shape.n;
            args.k = shape.k;
            args.c = operands->c->data();
            args.ldc = shape.n;
            table.gemm_f32->run(args, 0, shape.m, 0, shape.n);
          },
          operands->c};
}

}  // namespace octet::bench
