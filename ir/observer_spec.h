// How the range of a tensor becomes 8-bit numbers: the schemes that a qconfig can name, and the
// attribute `observer` of the ops observe and quantize_dynamic.
#ifndef OCTET_IR_OBSERVER_SPEC_H_
#define OCTET_IR_OBSERVER_SPEC_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"

namespace octet::ir {

enum class ObserverRole : uint8_t { kActivation, kWeight };
std::string_view RoleName(ObserverRole role);  // "activation", "weight"

// Which elements share a scale and a zero point. kPerRow is a token of an activation x[..., k] or a
// column of a weight [k, n] (an output channel); names call it "per_token" and "per_channel".
enum class Granularity : uint8_t { kPerRow, kPerTensor };

// Whose formulas turn a range into a scale: see quant/weight_quantizer.h for weights and
// runtime/steps/activation_scheme.h for activations.
enum class Formula : uint8_t { kOctet, kPyTorch };
std::string_view FormulaName(Formula formula);  // "octet", "pytorch"
std::optional<Formula> FindFormula(std::string_view name);

// Activations are stored in u8, weights in s8.
struct ObserverSpec {
  ObserverRole role = ObserverRole::kActivation;
  Granularity granularity = Granularity::kPerRow;
  bool symmetric = false;     // zero point fixed (0 for s8); otherwise affine
  bool reduce_range = false;  // 7 of the 8 bits: u8 in [0, 127], s8 in [-63, 63]
  Formula formula = Formula::kOctet;

  // "per_channel_symmetric": the name of the scheme in a qconfig (PyTorch's qscheme).
  std::string SchemeName() const;
  // The scheme, then u8 or s8 (u7 or s7 with a reduced range), then "_pytorch" for PyTorch's
  // formulas: "per_token_affine_u8", "per_tensor_symmetric_s7_pytorch". Different specs give
  // different names.
  std::string ToString() const;

  friend bool operator==(const ObserverSpec&, const ObserverSpec&) = default;
};

// The spec whose ToString is `text`; InvalidArgument when there is none.
Result<ObserverSpec> ParseObserverSpec(std::string_view text);
// Sets granularity and symmetry from a scheme name. InvalidArgument, which lists the names of the
// role, for an unknown name.
Status SetScheme(std::string_view name, ObserverSpec* spec);
// Unsupported for symmetric activations in PyTorch's formula, which PyTorch does not define.
Status CheckObserverSpec(const ObserverSpec& spec);

}  // namespace octet::ir

#endif  // OCTET_IR_OBSERVER_SPEC_H_
