#include "bert/precision.h"

namespace octet::bert {
namespace {
constexpr Precision kAll[] = {Precision::kFp32, Precision::kInt8, Precision::kDebug};
}  // namespace

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

Result<Precision> ParsePrecision(std::string_view name) {
  for (const Precision precision : kAll) {
    if (PrecisionName(precision) == name) return precision;
  }
  return InvalidArgument("unknown precision '" + Printable(name) + "': fp32, int8 or debug");
}

std::span<const Precision> AllPrecisions() { return kAll; }

}  // namespace octet::bert
