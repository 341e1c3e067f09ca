#include "runtime/select_kernels.h"

#include <cstdlib>
#include <string>

#include "kernels/install_rows.h"

namespace octet::runtime {
namespace {

using kernels::CpuFeatures;

constexpr const char* kVariable = "OCTET_ISA";

// The names of the rows for which fits(isa) holds, separated by commas.
template <class Fits>
std::string NamesOf(const Fits& fits) {
  std::string names;
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    const auto isa = static_cast<Isa>(i);
    if (!fits(isa)) continue;
    if (!names.empty()) names += ", ";
    names += kernels::IsaName(isa);
  }
  return names;
}

}  // namespace

std::string IsaNames() {
  return NamesOf([](Isa) { return true; });
}

Result<Isa> ParseIsaName(std::string_view name) {
  Isa isa = Isa::kReference;
  // A name as a caller may make it ends where its string does.
  const bool has_nul = name.find('\0') != std::string_view::npos;
  if (has_nul || !kernels::ParseIsa(std::string(name).c_str(), &isa)) {
    return InvalidArgument("there is no instruction set '" + Printable(name) + "'; known are " +
                           IsaNames());
  }
  return isa;
}

Result<CpuFeatures> ResolveFeatures(CpuFeatures detected, std::optional<Isa> isa,
                                    const char* environment) {
  CpuFeatures features = detected;
  const auto keep = [&](Isa wanted, const char* who) -> Status {
    if (!kernels::HasIsa(detected, wanted)) {
      return InvalidArgument(std::string(who) + " asks for " + kernels::IsaName(wanted) +
                             ", but this CPU has only " +
                             NamesOf([&](Isa other) { return kernels::HasIsa(detected, other); }));
    }
    features = kernels::KeepIsa(features, wanted);
    return {};
  };
  if (isa.has_value()) OCTET_RETURN_IF_ERROR(keep(*isa, "the caller"));
  if (environment != nullptr && *environment != '\0') {
    auto named = ParseIsaName(environment);
    if (!named.ok())
      return InvalidArgument(std::string(kVariable) + ": " + named.status().message());
    OCTET_RETURN_IF_ERROR(keep(*named, kVariable));
  }
  return features;
}

Result<KernelSelection> SelectKernels(std::optional<Isa> isa, AttentionPrecision attention) {
  OCTET_ASSIGN_OR_RETURN(const CpuFeatures features, ResolveFeatures(kernels::DetectCpuFeatures(),
                                                                     isa, std::getenv(kVariable)));
  KernelSelection selection{.isa = kernels::BestIsa(features), .table = {}};
  kernels::InstallRows(features, &selection.table);
  OCTET_RETURN_IF_ERROR(CheckAttentionPrecision(attention, selection.table));
  return selection;
}

}  // namespace octet::runtime
