#include "tools/cli/qconfig_argument.h"

#include "base/file.h"

namespace octet::cli {
namespace {
constexpr uint64_t kMaxBytes = uint64_t{16} << 20;
}  // namespace

Result<quant::QConfigDict> LoadQConfig(const std::string& argument) {
  if (argument.empty()) return quant::QConfigDict{{"", quant::DefaultQConfig()}};
  if (!argument.ends_with(".json")) {
    OCTET_ASSIGN_OR_RETURN(const quant::QConfig qconfig, quant::QConfigByName(argument));
    return quant::QConfigDict{{"", qconfig}};
  }
  OCTET_ASSIGN_OR_RETURN(const std::string json, ReadFile(argument, kMaxBytes));
  auto dict = quant::ParseQConfigDict(json);
  if (!dict.ok()) return dict.status().InFile(argument);
  return dict;
}

}  // namespace octet::cli
