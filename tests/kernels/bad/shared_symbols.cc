// check_symbols must refuse this: an inline function that objects share. It is never linked.
#include "kernels/kernel_table.h"

namespace octet::kernels {

[[gnu::noinline]] inline int SharedBetweenObjects(int x) { return x + 1; }

void InstallShared(KernelTable* table) {
  table->gemm_u8s8 = SharedBetweenObjects(table == nullptr) == 1 ? table->gemm_u8s8 : nullptr;
}

}  // namespace octet::kernels
