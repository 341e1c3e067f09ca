// The products of other libraries, compared with the peak of this CPU's best instruction set.
#include "bench/measure.h"
#include "bench/peers.h"
#include "bench/registry.h"

namespace octet::bench {
namespace {

void MeasureProduct(benchmark::State& state, const Work& work, const Result<Product>& product) {
  if (product.ok()) return Measure(state, work, product->run);
  state.SkipWithError(product.status().ToString().c_str());
}

void RegisterU8S8(const Peer& peer, const GemmShape& shape, kernels::PeakFn peak) {
  for (const Epilogue epilogue : kEpilogues) {
    AddBench(
        std::string("gemm_u8s8/") + peer.name + "/" + EpilogueName(epilogue) + "/" + shape.text(),
        [&peer, shape, peak, epilogue](benchmark::State& state) {
          const GemmU8S8Inputs inputs = MakeGemmU8S8Inputs(shape);
          MeasureProduct(state, GemmWork(shape, 1, peak), peer.gemm_u8s8(inputs, epilogue));
        });
  }
}

void RegisterF32(const Peer& peer, const GemmShape& shape, kernels::PeakFn peak) {
  AddBench(std::string("gemm_f32/") + peer.name + "/" + shape.text(),
           [&peer, shape, peak](benchmark::State& state) {
             const GemmF32Inputs inputs = MakeGemmF32Inputs(shape);
             MeasureProduct(state, GemmWork(shape, sizeof(float), peak), peer.gemm_f32(inputs));
           });
}

}  // namespace

void RegisterPeerBenches() {
  const KernelTable& best = kernels::IsaTables().back().table;
  for (const Peer& peer : Peers()) {
    for (const int64_t width : kWidths) {
      for (const int64_t m : kTokens) {
        for (const GemmShape& shape : LayerShapes(m, width)) {
          if (peer.gemm_u8s8 != nullptr) RegisterU8S8(peer, shape, best.peak_u8s8);
          if (peer.gemm_f32 != nullptr) RegisterF32(peer, shape, best.peak_f32);
        }
      }
    }
  }
}

}  // namespace octet::bench
