#include "bench/octet_gemm.h"

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

// What the kernel does with its sums in registers, besides adding the bias.
kernels::GemmEpilogue EpilogueArgs(Epilogue epilogue, const GemmU8S8Inputs& inputs) {
  kernels::GemmEpilogue args;
  if (epilogue == Epilogue::kBiasGelu) args.activation = kernels::Activation::kGelu;
  if (epilogue == Epilogue::kBiasResidual) {
    args.residual = inputs.residual.data();
    args.ld_residual = inputs.shape.n;
  }
  return args;
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
            args.epilogue = EpilogueArgs(epilogue, inputs);
            table.gemm_u8s8->run(args, 0, shape.m, 0, shape.n);
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
