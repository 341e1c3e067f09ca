// The scalar reference: every kernel in plain C++, written to be obviously right. The other
// instruction sets must give the same bits. InstallReference is the sum of these.
#ifndef OCTET_KERNELS_REFERENCE_H_
#define OCTET_KERNELS_REFERENCE_H_

#include "kernels/kernel_table.h"

namespace octet::kernels {

void FillReferenceInteger(KernelTable* table);
void FillReferenceFloat(KernelTable* table);

// Parts of FillReferenceInteger.
extern const GemmU8S8 kReferenceGemmU8S8;
void ReferenceQuantizeRows(const QuantizeRowsArgs& args);
void ReferenceDequantize(const DequantizeArgs& args);

// Parts of FillReferenceFloat.
extern const GemmF32 kReferenceGemmF32;
void ReferenceExp(const float* x, float* y, int64_t n);
void ReferenceErf(const float* x, float* y, int64_t n);
void ReferenceTanh(const float* x, float* y, int64_t n);
void ReferenceGelu(const float* x, float* y, int64_t n);
void ReferenceSoftmax(const float* x, float* y, int64_t rows, int64_t cols);
void ReferenceLayerNorm(const LayerNormArgs& args);
extern const Attention kReferenceAttention;

}  // namespace octet::kernels

#endif  // OCTET_KERNELS_REFERENCE_H_
