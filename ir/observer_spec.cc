#include "ir/observer_spec.h"

namespace octet::ir {
namespace {

constexpr Granularity kGranularities[] = {Granularity::kPerRow, Granularity::kPerTensor};
constexpr Formula kFormulas[] = {Formula::kOctet, Formula::kPyTorch};

// "an activation", "a weight"
std::string AnyOf(ObserverRole role) {
  return (role == ObserverRole::kActivation ? "an " : "a ") + std::string(RoleName(role));
}

}  // namespace

std::string_view RoleName(ObserverRole role) {
  return role == ObserverRole::kActivation ? "activation" : "weight";
}

std::string_view FormulaName(Formula formula) {
  return formula == Formula::kPyTorch ? "pytorch" : "octet";
}

std::optional<Formula> FindFormula(std::string_view name) {
  for (const Formula formula : kFormulas) {
    if (FormulaName(formula) == name) return formula;
  }
  return std::nullopt;
}

std::string ObserverSpec::SchemeName() const {
  std::string name = "per_tensor";
  if (granularity == Granularity::kPerRow) {
    name = role == ObserverRole::kActivation ? "per_token" : "per_channel";
  }
  return name + (symmetric ? "_symmetric" : "_affine");
}

std::string ObserverSpec::ToString() const {
  std::string text =
      SchemeName() + (role == ObserverRole::kActivation ? "_u" : "_s") + (reduce_range ? "7" : "8");
  if (formula != Formula::kOctet) text += "_" + std::string(FormulaName(formula));
  return text;
}

Result<ObserverSpec> ParseObserverSpec(std::string_view text) {
  // There are 32 names. Comparing with each of them keeps their spelling in ToString alone.
  for (const ObserverRole role : {ObserverRole::kActivation, ObserverRole::kWeight}) {
    for (const Granularity granularity : kGranularities) {
      for (const bool symmetric : {false, true}) {
        for (const bool reduce_range : {false, true}) {
          for (const Formula formula : kFormulas) {
            const ObserverSpec spec = {role, granularity, symmetric, reduce_range, formula};
            if (spec.ToString() == text) return spec;
          }
        }
      }
    }
  }
  const ObserverSpec activation;
  const ObserverSpec weight = {.role = ObserverRole::kWeight, .symmetric = true};
  return InvalidArgument("'" + Printable(text) + "' is not an observer; the default is '" +
                         activation.ToString() + "' for activations and '" + weight.ToString() +
                         "' for weights");
}

Status SetScheme(std::string_view name, ObserverSpec* spec) {
  std::string names;
  for (const Granularity granularity : kGranularities) {
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
  return InvalidArgument("'" + Printable(name) + "' is not " + AnyOf(spec->role) +
                         " qscheme; there are " + names);
}

Status CheckObserverSpec(const ObserverSpec& spec) {
  const bool defined =
      spec.role == ObserverRole::kWeight || !spec.symmetric || spec.formula == Formula::kOctet;
  if (defined) return {};
  return Unsupported("activations in " + spec.ToString() +
                     "; PyTorch has no symmetric formula for them");
}

}  // namespace octet::ir
