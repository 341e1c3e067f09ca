// The kernel tables of every instruction set that this CPU has, lowest first; the first is the
// reference. A test or benchmark that loops over them covers what the machine can run.
#ifndef OCTET_TESTS_KERNELS_ISA_TABLES_H_
#define OCTET_TESTS_KERNELS_ISA_TABLES_H_

#include <string>
#include <vector>

#include "kernels/install_isa.h"

namespace octet::kernels {

struct IsaTable {
  std::string name;
  KernelTable table;
};

inline const std::vector<IsaTable>& IsaTables() {
  static const std::vector<IsaTable> tables = [] {
    std::vector<IsaTable> result;
    KernelTable table;
    for (int isa = 0; isa <= static_cast<int>(DetectIsa()); ++isa) {
      InstallIsa(static_cast<Isa>(isa), &table);
      result.push_back({IsaName(static_cast<Isa>(isa)), table});
    }
    return result;
  }();
  return tables;
}

}  // namespace octet::kernels

#endif  // OCTET_TESTS_KERNELS_ISA_TABLES_H_
