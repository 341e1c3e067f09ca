// The two ways of computing a quantized linear layer, with the same bits: on 8-bit integers, and on
// floats that hold the same integers.
#ifndef OCTET_RUNTIME_STEPS_QLINEAR_H_
#define OCTET_RUNTIME_STEPS_QLINEAR_H_

#include <memory>
#include <vector>

#include "runtime/compile_context.h"
#include "runtime/steps/epilogue.h"

namespace octet::runtime {

// Where a step that multiplies quantized activations finds its inputs, those of its epilogue aside.
inline constexpr int kQLinearA = 0;
inline constexpr int kQLinearScale = 1;
inline constexpr int kQLinearZeroPoint = 2;
inline constexpr int kQLinearWeightScale = 3;

// u8 x i8 on the int8 GEMM. `zero_point` has the n zero points of the weight, or is empty when all
// are 0.
Result<std::unique_ptr<Step>> MakeIntegerQLinear(const int8_t* weight,
                                                 std::vector<int32_t> zero_point, int64_t n,
                                                 int64_t k, const EpilogueInputs& epilogue,
                                                 CompileContext& context);

// Debug mode: f32 activations, and weight[k, n] with its zero points already subtracted, all
// integers in [-largest, largest]. K is cut into blocks so short that float sums are exact (255 *
// largest * block < 2^24); each block's sums become int32 and are added.
Result<std::unique_ptr<Step>> MakeFloatQLinear(const std::vector<float>& weight, int64_t n,
                                               int64_t k, int largest,
                                               const EpilogueInputs& epilogue,
                                               CompileContext& context);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_STEPS_QLINEAR_H_
