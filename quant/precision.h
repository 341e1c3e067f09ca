// The three ways to run a model, or one of its linears.
#ifndef OCTET_QUANT_PRECISION_H_
#define OCTET_QUANT_PRECISION_H_

#include <cstdint>
#include <string_view>

namespace octet::quant {

enum class Precision : uint8_t {
  kFp32,   // as exported
  kInt8,   // dynamically quantized
  kDebug,  // the quantized graph in float arithmetic: the results of kInt8, to the bit
};

std::string_view PrecisionName(Precision precision);  // "fp32", "int8", "debug"

}  // namespace octet::quant

#endif  // OCTET_QUANT_PRECISION_H_
