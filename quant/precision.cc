#include "quant/precision.h"

namespace octet::quant {

std::string_view PrecisionName(Precision precision) {
  switch (precision) {
    case Precision::kFp32:
      return "fp32";
    case Precision::kInt8:
      return "int8";
    case Precision::kDebug:
      return "debug";
  }
  return "";
}

}  // namespace octet::quant
