#include "kernels/cpu_features.h"

#include <cstring>

namespace octet::kernels {
namespace {

struct IsaRow {
  const char* name;
  CpuFeatures required;
  CpuFeatures kept;
};

constexpr IsaRow kRows[kIsaCount] = {
#define OCTET_ISA(id, name, required, kept, install) {name, required, kept},
#include "kernels/isas.inc"
#undef OCTET_ISA
};

const IsaRow& Row(Isa isa) { return kRows[static_cast<int>(isa)]; }

}  // namespace

const char* IsaName(Isa isa) { return Row(isa).name; }

bool ParseIsa(const char* name, Isa* isa) {
  for (int i = 0; i < kIsaCount; ++i) {
    if (std::strcmp(name, kRows[i].name) == 0) {
      *isa = static_cast<Isa>(i);
      return true;
    }
  }
  return false;
}

bool HasIsa(CpuFeatures supported, Isa isa) { return HasFeatures(supported, Row(isa).required); }

bool CpuHasIsa(Isa isa) { return HasIsa(DetectCpuFeatures(), isa); }

CpuFeatures KeepIsa(CpuFeatures supported, Isa isa) { return supported & Row(isa).kept; }

Isa BestIsa(CpuFeatures supported) {
  Isa best = Isa::kReference;
  for (int i = 0; i < kIsaCount; ++i) {
    if (HasIsa(supported, static_cast<Isa>(i))) best = static_cast<Isa>(i);
  }
  return best;
}

Isa DetectIsa() { return BestIsa(DetectCpuFeatures()); }

}  // namespace octet::kernels
