#include "kernels/install.h"
#include "kernels/reference.h"

namespace octet::kernels {

void FillReferenceInteger(KernelTable* table) {
  table->gemm_u8s8 = &kReferenceGemmU8S8;
  table->quantize_rows = ReferenceQuantizeRows;
  table->dequantize = ReferenceDequantize;
}

void FillReferenceFloat(KernelTable* table) {
  table->gemm_f32 = &kReferenceGemmF32;
  table->exp_f32 = ReferenceExp;
  table->erf_f32 = ReferenceErf;
  table->tanh_f32 = ReferenceTanh;
  table->gelu_f32 = ReferenceGelu;
  table->softmax_f32 = ReferenceSoftmax;
  table->layer_norm_f32 = ReferenceLayerNorm;
  table->attention_f32 = &kReferenceAttention;
}

void InstallReference(KernelTable* table) {
  FillReferenceInteger(table);
  FillReferenceFloat(table);
}

}  // namespace octet::kernels
