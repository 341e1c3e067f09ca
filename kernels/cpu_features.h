// The instruction sets that octet has kernels for (the rows of isas.inc) and which of them a CPU
// can run. Nothing here reads the environment; thread-safe.
#ifndef OCTET_KERNELS_CPU_FEATURES_H_
#define OCTET_KERNELS_CPU_FEATURES_H_

#include <cstdint>

#include "kernels/host.h"

namespace octet::kernels {

// A row of isas.inc, in the order of the rows.
enum class Isa : uint8_t {
#define OCTET_ISA(id, name, required, kept, install) id,
#include "kernels/isas.inc"
#undef OCTET_ISA
};

inline constexpr int kIsaCount = 0
#define OCTET_ISA(id, name, required, kept, install) +1
#include "kernels/isas.inc"
#undef OCTET_ISA
    ;

// "reference", "avx2" ...
const char* IsaName(Isa isa);

// Sets *isa to the row of that name; returns false if no row has it.
bool ParseIsa(const char* name, Isa* isa);

// Whether a CPU with these features can run the kernels of `isa`.
bool HasIsa(CpuFeatures supported, Isa isa);

// Whether this CPU can.
bool CpuHasIsa(Isa isa);

// What is left of `supported` for a user who asks for `isa`.
CpuFeatures KeepIsa(CpuFeatures supported, Isa isa);

// The last row that a CPU with these features can run.
Isa BestIsa(CpuFeatures supported);

// The last row that this CPU can run.
Isa DetectIsa();

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_CPU_FEATURES_H_
