#include "runtime/compile_context.h"

namespace octet::runtime {

std::vector<const ir::Value*> AllOperands(const ir::Op& op) {
  const std::vector<ir::Value*> present = op.present_operands();
  return {present.begin(), present.end()};
}

Result<std::shared_ptr<std::byte>> CompileContext::AllocatePacked(size_t bytes) {
  packed_bytes_ += static_cast<int64_t>(bytes);
  return slabs_.Allocate(static_cast<int64_t>(bytes));
}

template <typename Pack>
Result<std::shared_ptr<const PackedMatrix>> CompileContext::PackOnce(const Key& key, size_t bytes,
                                                                     const Pack& pack) {
  std::shared_ptr<const PackedMatrix>& packed = packed_[key];
  if (packed == nullptr) {
    OCTET_ASSIGN_OR_RETURN(std::shared_ptr<std::byte> memory, AllocatePacked(bytes));
    pack(memory.get());
    packed = std::make_shared<PackedMatrix>(
        PackedMatrix{std::move(memory), std::get<3>(key), std::get<4>(key)});
  }
  return packed;
}

Result<std::shared_ptr<const PackedMatrix>> CompileContext::PackF32(const float* b,
                                                                    int64_t stride_k,
                                                                    int64_t stride_n, int64_t n,
                                                                    int64_t k) {
  const kernels::GemmF32& gemm = *kernels_.gemm_f32;
  return PackOnce({b, stride_k, stride_n, n, k}, gemm.packed_bytes(n, k),
                  [&](void* packed) { gemm.pack(b, stride_k, stride_n, n, k, packed); });
}

Result<std::shared_ptr<const PackedMatrix>> CompileContext::PackU8S8(const int8_t* b, int64_t n,
                                                                     int64_t k) {
  const kernels::GemmU8S8& gemm = *kernels_.gemm_u8s8;
  return PackOnce({b, n, 1, n, k}, gemm.packed_bytes(n, k),
                  [&](void* packed) { gemm.pack(b, n, n, k, packed); });
}

}  // namespace octet::runtime
