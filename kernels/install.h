// The install functions of the rows of isas.inc: the only symbols that the kernel folders export.
// Each fills in the fields of `table` that its instruction set implements. Only InstallReference
// may run before the CPU's features have been checked; install_rows.h checks them.
#ifndef OCTET_KERNELS_INSTALL_H_
#define OCTET_KERNELS_INSTALL_H_

#include "kernels/kernel_table.h"

namespace octet::kernels {

#define OCTET_ISA(id, name, required, kept, install) void install(KernelTable* table);
#include "kernels/isas.inc"
#undef OCTET_ISA

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_INSTALL_H_
