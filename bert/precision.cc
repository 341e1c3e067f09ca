#include "bert/precision.h"

#include <algorithm>

namespace octet::bert {
namespace {
constexpr Precision kAll[] = {Precision::kFp32, Precision::kInt8, Precision::kDebug};
}  // namespace

Result<Precision> ParsePrecision(std::string_view name) {
  for (const Precision precision : kAll) {
    if (PrecisionName(precision) == name) return precision;
  }
  return InvalidArgument("unknown precision '" + Printable(name) + "': fp32, int8 or debug");
}

Result<std::vector<Precision>> ParsePrecisionList(std::string_view list) {
  std::vector<Precision> precisions;
  while (true) {
    const size_t comma = list.find(',');
    OCTET_ASSIGN_OR_RETURN(const Precision precision, ParsePrecision(list.substr(0, comma)));
    if (std::ranges::find(precisions, precision) != precisions.end()) {
      return InvalidArgument("--precision names '" + std::string(PrecisionName(precision)) +
                             "' twice");
    }
    precisions.push_back(precision);
    if (comma == std::string_view::npos) return precisions;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace octet::bert
