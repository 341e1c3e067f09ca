#include "runtime/bind_inputs.h"

#include <algorithm>
#include <optional>

#include "runtime/steps/indices.h"
#include "runtime/steps/token_layout.h"

namespace octet::runtime {
namespace {

constexpr int64_t kUnbound = -1;

std::string DimsText(const std::vector<int64_t>& dims) {
  return ir::ToString(ir::Shape(dims.begin(), dims.end()));
}

class Binder {
 public:
  Binder(const Program& program, std::vector<int64_t>* values)
      : program_(program), values_(*values) {}

  Status Bind(const ProgramValue& argument, const ir::TensorView& input) {
    if (input.dtype != argument.type.dtype || input.dims.size() != argument.type.shape.size()) {
      return Mismatch(argument, input, "");
    }
    for (size_t axis = 0; axis < input.dims.size(); ++axis) {
      const int64_t size = input.dims[axis];
      if (size < 0 || size > kMaxSymbol) {
        return Mismatch(argument, input, ": a dimension is out of range");
      }
      const ir::Dim& dim = argument.type.shape[axis];
      if (dim.symbols().size() == 1) {
        int64_t& value = ValueOf(dim.symbols()[0]);
        if (value == kUnbound && size % dim.coefficient() == 0) value = size / dim.coefficient();
      }
    }
    OCTET_RETURN_IF_ERROR(CheckPointer(argument, input));
    return {};
  }

  // Once every symbol that an axis gives has its value.
  Status CheckDims(const ProgramValue& argument, const ir::TensorView& input) {
    for (size_t axis = 0; axis < input.dims.size(); ++axis) {
      const auto size = Evaluate(argument.type.shape[axis]);
      if (size != input.dims[axis]) return Mismatch(argument, input, SymbolText());
    }
    return {};
  }

  int64_t& ValueOf(const std::string& symbol) {
    const auto found = std::find(program_.symbols.begin(), program_.symbols.end(), symbol);
    return values_[static_cast<size_t>(found - program_.symbols.begin())];
  }

 private:
  // As Dim::Evaluate, without a map.
  std::optional<int64_t> Evaluate(const ir::Dim& dim) {
    int64_t product = dim.coefficient();
    for (const std::string& symbol : dim.symbols()) {
      const int64_t value = ValueOf(symbol);
      if (value == kUnbound || __builtin_mul_overflow(product, value, &product)) {
        return std::nullopt;
      }
    }
    return product;
  }

  static Status CheckPointer(const ProgramValue& argument, const ir::TensorView& input) {
    const auto checked = ir::CheckedByteSize(input.dims, input.dtype);
    if (!checked.ok()) return checked.status();
    if (*checked == 0) return {};
    const char* what = nullptr;
    if (input.data == nullptr) what = "null";
    if (reinterpret_cast<uintptr_t>(input.data) % ir::DTypeSize(input.dtype) != 0) {
      what = "not aligned to its elements";
    }
    if (what == nullptr) return {};
    return InvalidArgument("the data of input '" + Printable(argument.name) + "' is " + what);
  }

  static Status Mismatch(const ProgramValue& argument, const ir::TensorView& input,
                         const std::string& more) {
    return InvalidArgument("input '" + Printable(argument.name) + "' is " +
                           std::string(ir::DTypeName(input.dtype)) + DimsText(input.dims) +
                           ", expected " + argument.type.ToString() + more);
  }

  // " with b = 8, s = 128"
  std::string SymbolText() const {
    std::string text;
    for (size_t i = 0; i < values_.size(); ++i) {
      if (values_[i] == kUnbound) continue;
      text += (text.empty() ? " with " : ", ") + program_.symbols[i] + " = " +
              std::to_string(values_[i]);
    }
    return text;
  }

  const Program& program_;
  std::vector<int64_t>& values_;
};

}  // namespace

Status BindInputs(const Program& program, std::span<const ir::TensorView* const> inputs,
                  std::vector<int64_t>* symbol_values) {
  symbol_values->assign(program.symbols.size(), kUnbound);
  Binder binder(program, symbol_values);
  for (size_t i = 0; i < inputs.size(); ++i) {
    OCTET_RETURN_IF_ERROR(binder.Bind(program.values[i], *inputs[i]));
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    OCTET_RETURN_IF_ERROR(binder.CheckDims(program.values[i], *inputs[i]));
  }
  for (const IndexRange& range : program.index_ranges) {
    const auto argument = static_cast<size_t>(range.argument);
    OCTET_RETURN_IF_ERROR(CheckIndices(program.values[argument].name, *inputs[argument],
                                       range.negative ? -range.rows : 0, range.rows));
  }
  for (const KeptTokens& kept : program.kept_tokens) {
    binder.ValueOf(kept.symbol) = CountKeptTokens(*inputs[static_cast<size_t>(kept.argument)]);
  }
  return {};
}

}  // namespace octet::runtime
