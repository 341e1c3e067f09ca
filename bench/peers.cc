#include "bench/peers.h"

#include "bench/eigen_gemm.h"
#include "kernels/cpu_features.h"
#if OCTET_BENCH_DNNL
#include "bench/dnnl_gemm.h"
#endif

namespace octet::bench {
namespace {

Result<Product> EigenProduct(const GemmF32Inputs& inputs) {
  const auto b = std::make_shared<std::vector<AlignedVector<float>>>(kMatrices, inputs.b);
  const auto c =
      std::make_shared<AlignedVector<float>>(static_cast<size_t>(inputs.shape.m * inputs.shape.n));
  const auto run = [&inputs, b, c](int64_t iteration) {
    const GemmShape& s = inputs.shape;
    EigenGemmF32(inputs.a.data(), (*b)[static_cast<size_t>(iteration % kMatrices)].data(),
                 c->data(), s.m, s.k, s.n);
  };
  return Product{run, c};
}

}  // namespace

const std::vector<Peer>& Peers() {
  static const std::vector<Peer> peers = [] {
    std::vector<Peer> present;
#if OCTET_BENCH_DNNL
    present.push_back({"oneDNN", DnnlGemmU8S8, DnnlGemmF32});
#endif
    if (kernels::CpuHasIsa(kernels::Isa::kAvx512)) {
      present.push_back({"Eigen", nullptr, EigenProduct});
    }
    return present;
  }();
  return peers;
}

}  // namespace octet::bench
