// The libraries whose products are measured beside octet's.
#ifndef OCTET_BENCH_PEERS_H_
#define OCTET_BENCH_PEERS_H_

#include <vector>

#include "bench/inputs.h"
#include "bench/product.h"

namespace octet::bench {

struct Peer {
  const char* name;
  Product (*gemm_u8s8)(const GemmU8S8Inputs& inputs, Epilogue epilogue);  // null: has none
  Product (*gemm_f32)(const GemmF32Inputs& inputs);                       // null: has none
};

// Those that this program was built with and that run on this CPU, on one thread each.
const std::vector<Peer>& Peers();

}  // namespace octet::bench

#endif  // OCTET_BENCH_PEERS_H_
