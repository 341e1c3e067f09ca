// The size of a model's constants, the number that quantization is meant to shrink.
#ifndef OCTET_RUNTIME_WEIGHT_BYTES_H_
#define OCTET_RUNTIME_WEIGHT_BYTES_H_

#include <cstdint>

#include "ir/graph.h"

namespace octet::runtime {

// Bytes of the constants of a module, before packing; constants that share their memory count once.
int64_t WeightBytes(const ir::Module& module);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_WEIGHT_BYTES_H_
