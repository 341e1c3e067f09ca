// The kernels of one instruction set, and of what this CPU has beside it.
#ifndef OCTET_KERNELS_INSTALL_ISA_H_
#define OCTET_KERNELS_INSTALL_ISA_H_

#include "kernels/cpu_features.h"
#include "kernels/install.h"

namespace octet::kernels {

// Fills the fields of `table` that `isa`, which this CPU must have, implements; the levels below it
// fill the others. AVX512_BF16 is no level: its kernels come with the highest.
inline void InstallIsa(Isa isa, KernelTable* table) {
  switch (isa) {
    case Isa::kReference:
      return InstallReference(table);
    case Isa::kAvx2:
      return InstallAvx2(table);
    case Isa::kAvx512:
      return InstallAvx512(table);
    case Isa::kAvx512Vnni:
      InstallAvx512Vnni(table);
      if (HasAvx512Bf16(ReadCpuid())) InstallAvx512Bf16(table);
  }
}

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_INSTALL_ISA_H_
