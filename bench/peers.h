// The libraries whose products are measured beside octet's.
#ifndef OCTET_BENCH_PEERS_H_
#define OCTET_BENCH_PEERS_H_

#include <vector>

#include "base/status.h"
#include "bench/inputs.h"
#include "bench/product.h"

namespace octet::bench {

struct Peer {
  const char* name;
  // Null if the library does not have the product. An error names the library and the shape.
  Result<Product> (*gemm_u8s8)(const GemmU8S8Inputs& inputs, Epilogue epilogue);
  Result<Product> (*gemm_f32)(const GemmF32Inputs& inputs);
};

// The libraries that this program was built with and that run on this CPU, on one thread each.
const std::vector<Peer>& Peers();

}  // namespace octet::bench

#endif  // OCTET_BENCH_PEERS_H_
