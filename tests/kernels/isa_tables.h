// The kernel tables of every instruction set that this CPU has, lowest first; the first is the
// reference. A test or benchmark that loops over them covers what the machine can run.
#ifndef OCTET_TESTS_KERNELS_ISA_TABLES_H_
#define OCTET_TESTS_KERNELS_ISA_TABLES_H_

#include <string>
#include <vector>

#include "kernels/cpu_features.h"
#include "kernels/install.h"

namespace octet::kernels {

struct IsaTable {
  std::string name;
  KernelTable table;
};

inline const std::vector<IsaTable>& IsaTables() {
  static const std::vector<IsaTable> tables = [] {
    using Install = void (*)(KernelTable*);
    constexpr Install kInstall[kIsaCount] = {InstallReference, InstallAvx2, InstallAvx512,
                                             InstallAvx512Vnni};
    std::vector<IsaTable> result;
    KernelTable table;
    for (int isa = 0; isa <= static_cast<int>(DetectIsa()); ++isa) {
      kInstall[isa](&table);
      // As runtime/select_kernels.cc does: beside the level, not one of its own.
      if (static_cast<Isa>(isa) == Isa::kAvx512Vnni && HasAvx512Bf16(ReadCpuid())) {
        InstallAvx512Bf16(&table);
      }
      result.push_back({IsaName(static_cast<Isa>(isa)), table});
    }
    return result;
  }();
  return tables;
}

}  // namespace octet::kernels

#endif  // OCTET_TESTS_KERNELS_ISA_TABLES_H_
