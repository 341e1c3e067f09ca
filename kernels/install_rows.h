// Installs kernels by the rows of isas.inc. Inline, so that octet_kernels does not need the objects
// of the instruction-set folders.
#ifndef OCTET_KERNELS_INSTALL_ROWS_H_
#define OCTET_KERNELS_INSTALL_ROWS_H_

#include "kernels/cpu_features.h"
#include "kernels/install.h"

namespace octet::kernels {

// Fills `table` for a CPU with the features `supported`: every row that it can run installs its
// kernels, the best of each family last.
inline void InstallRows(CpuFeatures supported, KernelTable* table) {
#define OCTET_ISA(id, name, required, kept, install) \
  if (HasFeatures(supported, required)) install(table);
#include "kernels/isas.inc"
#undef OCTET_ISA
}

// Fills in the kernels of one row, which this CPU must be able to run.
inline void InstallRow(Isa isa, KernelTable* table) {
  switch (isa) {
#define OCTET_ISA(id, name, required, kept, install) \
  case Isa::id:                                      \
    return install(table);
#include "kernels/isas.inc"
#undef OCTET_ISA
  }
}

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_INSTALL_ROWS_H_
