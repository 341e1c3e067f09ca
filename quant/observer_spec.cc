#include "quant/observer_spec.h"

namespace octet::quant {

std::string_view RoleName(Role role) { return role == Role::kActivation ? "activation" : "weight"; }

std::string ObserverSpec::SchemeName() const {
  std::string name = "per_tensor";
  if (granularity == Granularity::kPerRow) {
    name = role == Role::kActivation ? "per_token" : "per_channel";
  }
  return name + (symmetric ? "_symmetric" : "_affine");
}

std::string ObserverSpec::ToString() const {
  return SchemeName() + (role == Role::kActivation ? "_u" : "_s") + (reduce_range ? "7" : "8") +
         (formula == Formula::kPyTorch ? "_pytorch" : "");
}

Result<ObserverSpec> ParseObserverSpec(Role role, std::string_view text) {
  // Sixteen names a role: the printer is the only place that knows how they are spelled.
  ObserverSpec spec{.role = role};
  for (const Granularity granularity : {Granularity::kPerRow, Granularity::kPerTensor}) {
    for (const bool symmetric : {false, true}) {
      for (const bool reduce_range : {false, true}) {
        for (const Formula formula : {Formula::kOctet, Formula::kPyTorch}) {
          spec = {role, granularity, symmetric, reduce_range, formula};
          if (spec.ToString() == text) return spec;
        }
      }
    }
  }
  return InvalidArgument("'" + Printable(text) + "' is no " + std::string(RoleName(role)) +
                         " observer; the default is '" +
                         ObserverSpec{.role = role, .symmetric = role == Role::kWeight}.ToString() +
                         "'");
}

Status SetScheme(std::string_view name, ObserverSpec* spec) {
  std::string names;
  for (const Granularity granularity : {Granularity::kPerRow, Granularity::kPerTensor}) {
    for (const bool symmetric : {false, true}) {
      ObserverSpec candidate = *spec;
      candidate.granularity = granularity;
      candidate.symmetric = symmetric;
      if (candidate.SchemeName() == name) {
        *spec = candidate;
        return {};
      }
      names += (names.empty() ? "" : ", ") + candidate.SchemeName();
    }
  }
  return InvalidArgument("'" + Printable(name) + "' is no " + std::string(RoleName(spec->role)) +
                         " qscheme; there are " + names);
}

}  // namespace octet::quant
