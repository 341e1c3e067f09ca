#include "kernels/install.h"
#include "kernels/reference.h"

namespace octet::kernels {

void FillReferenceInteger(KernelTable* table) {
  table->gemm_u8s8 = &kReferenceGemmU8S8;
  table->quantize_rows = ReferenceQuantizeRows;
  table->dequantize = ReferenceDequantize;
}

void InstallReference(KernelTable* table) {
  FillReferenceInteger(table);
  FillReferenceFloat(table);
}

}  // namespace octet::kernels
