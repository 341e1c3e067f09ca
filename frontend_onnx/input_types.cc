#include "frontend_onnx/input_types.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "frontend_onnx/data_type.h"
#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

bool IsMatrixOfIntegers(const ir::Type& type) { return type.rank() == 2 && IsInteger(type.dtype); }

// Letters, digits and underscores, not starting with a digit.
std::string Identifier(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (out.empty() && !letter) out = "d_";
    out += digit || letter ? c : '_';
  }
  return out.empty() ? "d" : out;
}

using Symbols = std::vector<std::string_view>;

// The symbols of `a` that `b` does not have.
Symbols Difference(const Symbols& a, const Symbols& b) {
  Symbols difference;
  std::ranges::set_difference(a, b, std::back_inserter(difference));
  return difference;
}

}  // namespace

Result<InputTypes> InputTypes::Read(std::span<const onnx::ValueInfoProto> inputs,
                                    int64_t unknown_rank) {
  InputTypes types;
  // The model's own names come first, so that a generated b or s cannot take them.
  for (const onnx::ValueInfoProto& input : inputs) {
    for (const auto& dim : input.type().tensor_type().shape().dim()) {
      if (!dim.dim_param().empty()) types.NewSymbol(dim.dim_param());
    }
  }
  for (const onnx::ValueInfoProto& input : inputs) {
    Result<ir::Type> type = types.TypeOf(input, unknown_rank);
    if (!type.ok()) return type.status().AtTensor(input.name());
    types.types_.push_back(*std::move(type));
    types.Locate(types.types_.size() - 1);
  }
  return types;
}

// The name itself, the name with an underscore, or with one and a number.
ir::Dim InputTypes::MakeSymbol(const std::string& name) {
  std::string symbol = name;
  // The last number tried for a name, so that many equal names cost one step each.
  int& number = numbers_[name];
  while (!taken_.insert(symbol).second) {
    symbol = name + "_" + (++number == 1 ? "" : std::to_string(number));
  }
  return ir::Dim::Symbol(symbol);
}

ir::Dim InputTypes::NewSymbol(const std::string& name) {
  const auto known = symbols_.find(name);
  if (known != symbols_.end()) return known->second;
  return symbols_.emplace(name, MakeSymbol(Identifier(name))).first->second;
}

Result<ir::Dim> InputTypes::DimOf(const onnx::TensorShapeProto_Dimension& dim, bool zero_is_a_size,
                                  const std::string& fallback_name) {
  if (!dim.dim_param().empty()) return NewSymbol(dim.dim_param());
  if (dim.has_dim_value() && (dim.dim_value() < -1 || dim.dim_value() > kMaxDim)) {
    return InvalidModel("dimension " + std::to_string(dim.dim_value()) + " is outside [-1, " +
                        std::to_string(kMaxDim) + "]");
  }
  if (dim.dim_value() > 0 || (dim.has_dim_value() && dim.dim_value() == 0 && zero_is_a_size)) {
    return ir::Dim(dim.dim_value());
  }
  return MakeSymbol(Identifier(fallback_name));
}

Result<ir::Type> InputTypes::TypeOf(const onnx::ValueInfoProto& input, int64_t unknown_rank) {
  if (!input.type().has_tensor_type()) return Unsupported("a graph input that is not a tensor");
  const onnx::TypeProto::Tensor& tensor = input.type().tensor_type();
  const int64_t rank = tensor.has_shape() ? tensor.shape().dim_size() : unknown_rank;
  if (!tensor.has_shape()) has_unknown_rank_ = true;
  if (static_cast<size_t>(rank) > kMaxRank) {
    return Unsupported("a graph input of rank " + std::to_string(rank));
  }
  ir::Type type;
  OCTET_ASSIGN_OR_RETURN(type.dtype, DTypeFromOnnx(tensor.elem_type()));
  type.shape.resize(static_cast<size_t>(rank));
  const bool has_unknown =
      std::ranges::any_of(tensor.shape().dim(), [](const onnx::TensorShapeProto::Dimension& dim) {
        return !dim.has_dim_value() || dim.dim_value() < 0;
      });
  const bool zero_is_a_size = !has_unknown && !IsMatrixOfIntegers(type);
  const onnx::TensorShapeProto::Dimension unknown;
  for (int axis = 0; axis < static_cast<int>(rank); ++axis) {
    const bool named_by_role = IsMatrixOfIntegers(type);
    const std::string fallback =
        named_by_role ? (axis == 0 ? "b" : "s") : input.name() + "_" + std::to_string(axis);
    OCTET_ASSIGN_OR_RETURN(
        type.shape[static_cast<size_t>(axis)],
        DimOf(tensor.has_shape() ? tensor.shape().dim(axis) : unknown, zero_is_a_size, fallback));
  }
  return type;
}

void InputTypes::Locate(size_t input) {
  const ir::Shape& shape = types_[input].shape;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    for (const std::string_view symbol : shape[axis].symbols()) {
      const auto [place, is_new] =
          places_.try_emplace(std::string(symbol), Place{places_.size(), axis, {}});
      place->second.inputs.insert(input);
    }
  }
}

InputTypes::Place& InputTypes::PlaceOf(std::string_view symbol) {
  return places_.find(symbol)->second;
}

bool InputTypes::MayBeEqual(std::string_view a, std::string_view b) {
  const std::set<size_t>& others = PlaceOf(b).inputs;
  return std::ranges::none_of(PlaceOf(a).inputs,
                              [&](size_t input) { return others.contains(input); });
}

bool InputTypes::Replace(std::string_view symbol, const ir::Dim& value) {
  std::vector<ir::Type> types = types_;
  for (ir::Type& type : types) {
    for (ir::Dim& dim : type.shape) {
      const std::optional<ir::Dim> replaced = dim.Substitute(symbol, value);
      if (!replaced) return false;
      dim = *replaced;
    }
  }
  types_ = std::move(types);
  const auto place = places_.find(symbol);
  const std::set<size_t>& inputs = place->second.inputs;
  for (const std::string_view other : value.symbols()) {
    PlaceOf(other).inputs.insert(inputs.begin(), inputs.end());
  }
  places_.erase(place);
  return true;
}

// Solves difference = 0 for the latest symbol that stands alone in one term, with the factor 1 or
// -1, and nowhere else.
bool InputTypes::Solve(const ir::Dim& difference) {
  Symbols symbols = difference.symbols();
  std::ranges::sort(symbols, std::greater<>(),
                    [&](std::string_view symbol) { return PlaceOf(symbol).order; });
  for (const std::string_view symbol : symbols) {
    for (const int64_t sign : {1, -1}) {
      // difference = sign * symbol + rest
      const std::optional<ir::Dim> rest =
          difference.Minus(*ir::Dim::Symbol(std::string(symbol)).Times(sign));
      if (!rest || rest->is_static()) continue;
      if (std::ranges::binary_search(rest->symbols(), symbol)) continue;
      const std::optional<ir::Dim> value = rest->Times(-sign);
      if (!value) continue;
      if (value->is_symbol() && !MayBeEqual(symbol, value->symbols()[0])) continue;
      return Replace(symbol, *value);
    }
  }
  return false;
}

// Replaces the later of two symbols by the earlier one. Looks first for a pair that makes the
// dimensions equal, then for a pair at the same axis of which each symbol is in one dimension only:
// b and b_ in b*s and b_*s_.
bool InputTypes::Merge(const ir::UndecidedDims& dims) {
  const auto try_pair = [&](std::string_view x, std::string_view y, bool needs_equal) {
    if (x == y || !MayBeEqual(x, y)) return false;
    const bool x_first = PlaceOf(x).order < PlaceOf(y).order;
    const std::string_view earlier = x_first ? x : y;
    const std::string_view later = x_first ? y : x;
    const ir::Dim value = ir::Dim::Symbol(std::string(earlier));
    if (needs_equal && dims.a.Substitute(later, value) != dims.b.Substitute(later, value)) {
      return false;
    }
    return Replace(later, value);
  };
  for (const std::string_view x : dims.a.symbols()) {
    for (const std::string_view y : dims.b.symbols()) {
      if (try_pair(x, y, /*needs_equal=*/true)) return true;
    }
  }
  for (const std::string_view x : Difference(dims.a.symbols(), dims.b.symbols())) {
    for (const std::string_view y : Difference(dims.b.symbols(), dims.a.symbols())) {
      if (PlaceOf(x).axis == PlaceOf(y).axis && try_pair(x, y, /*needs_equal=*/false)) {
        return true;
      }
    }
  }
  return false;
}

bool InputTypes::Unify(const ir::UndecidedDims& dims) {
  const auto is_known = [&](std::string_view symbol) { return places_.contains(symbol); };
  if (!std::ranges::all_of(dims.a.symbols(), is_known) ||
      !std::ranges::all_of(dims.b.symbols(), is_known)) {
    return false;
  }
  const std::optional<ir::Dim> difference = dims.a.Minus(dims.b);
  return difference && (Solve(*difference) || Merge(dims));
}

}  // namespace octet::frontend_onnx
