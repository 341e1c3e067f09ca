#include "runtime/select_kernels.h"

#include <cstdlib>
#include <string>

#include "kernels/install_isa.h"

namespace octet::runtime {
namespace {

constexpr const char* kVariable = "OCTET_ISA";

}  // namespace

std::string IsaNames() {
  std::string names;
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    if (i > 0) names += ", ";
    names += kernels::IsaName(static_cast<Isa>(i));
  }
  return names;
}

Result<Isa> ParseIsaName(std::string_view name) {
  Isa isa = Isa::kReference;
  if (!kernels::ParseIsa(std::string(name).c_str(), &isa)) {
    return InvalidArgument("there is no instruction set '" + Printable(name) + "'; known are " +
                           IsaNames());
  }
  return isa;
}

Result<Isa> ResolveIsa(Isa detected, std::optional<Isa> at_most, const char* environment) {
  Isa isa = detected;
  const auto lower_to = [&](Isa wanted, const char* who) -> Status {
    if (wanted > detected) {
      return InvalidArgument(std::string(who) + " asks for " + kernels::IsaName(wanted) +
                             ", but this CPU has only " + kernels::IsaName(detected));
    }
    if (wanted < isa) isa = wanted;
    return {};
  };
  if (at_most.has_value()) OCTET_RETURN_IF_ERROR(lower_to(*at_most, "the caller"));
  if (environment != nullptr && *environment != '\0') {
    auto named = ParseIsaName(environment);
    if (!named.ok())
      return InvalidArgument(std::string(kVariable) + ": " + named.status().message());
    OCTET_RETURN_IF_ERROR(lower_to(*named, kVariable));
  }
  return isa;
}

Result<KernelSelection> SelectKernels(std::optional<Isa> at_most, AttentionPrecision attention) {
  OCTET_ASSIGN_OR_RETURN(const Isa isa,
                         ResolveIsa(kernels::DetectIsa(), at_most, std::getenv(kVariable)));
  KernelSelection selection{.isa = isa, .table = {}};
  for (int level = 0; level <= static_cast<int>(isa); ++level) {
    kernels::InstallIsa(static_cast<Isa>(level), &selection.table);
  }
  OCTET_RETURN_IF_ERROR(CheckAttentionPrecision(attention, selection.table));
  return selection;
}

}  // namespace octet::runtime
