#include "kernels/testing/isa_tables.h"

#include "kernels/install_rows.h"

namespace octet::kernels {

#if defined(__x86_64__)
// Compiled by kernels/testing/CMakeLists.txt.
void InstallAvxVnniEvex(KernelTable* table);
#endif

namespace {

IsaTable Row(Isa isa) {
  IsaTable row = {IsaName(isa), isa, {}, {}};
  InstallRow(isa, &row.own);
  InstallRows(KeepIsa(DetectCpuFeatures(), isa), &row.table);
  return row;
}

IsaTableList MakeTables() {
  IsaTableList list;
  for (int i = 0; i < kIsaCount; ++i) {
    const Isa isa = static_cast<Isa>(i);
    if (CpuHasIsa(isa)) list.Add(Row(isa));
#if defined(__x86_64__)
    if (isa == Isa::kAvxVnni && CpuHasIsa(Isa::kAvx512Vnni)) {
      IsaTable stand_in = {"avx_vnni_evex", isa, {}, {}};
      InstallAvxVnniEvex(&stand_in.own);
      InstallRows(kAvx2Features, &stand_in.table);
      InstallAvxVnniEvex(&stand_in.table);
      list.Add(stand_in);
    }
#endif
  }
  return list;
}

}  // namespace

const IsaTableList& IsaTables() {
  static const IsaTableList tables = MakeTables();
  return tables;
}

}  // namespace octet::kernels
