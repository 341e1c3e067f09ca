// An inline function that every object shares: what check_symbols must refuse. Never linked.
#include "kernels/kernel_table.h"

namespace octet::kernels {

[[gnu::noinline]] inline int SharedBetweenObjects(int x) { return x + 1; }

void InstallShared(KernelTable* table) {
  table->gemm_u8s8 = SharedBetweenObjects(table == nullptr) == 1 ? table->gemm_u8s8 : nullptr;
}

}  // namespace octet::kernels
