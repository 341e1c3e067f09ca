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

class Binder final : public ir::SymbolValues {
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
      if (const auto linear = argument.type.shape[axis].AsLinear()) BindSymbol(*linear, size);
    }
    return CheckPointer(argument, input);
  }

  // Once every symbol that an axis gives has its value.
  Status CheckDims(const ProgramValue& argument, const ir::TensorView& input) {
    for (size_t axis = 0; axis < input.dims.size(); ++axis) {
      const ir::Dim& dim = argument.type.shape[axis];
      if (dim.Evaluate(*this) != input.dims[axis]) {
        return Mismatch(argument, input, SymbolText() + SourceText(argument, dim));
      }
    }
    return {};
  }

  void Set(std::string_view symbol, int64_t value) { values_[program_.FindSymbol(symbol)] = value; }

  std::optional<int64_t> ValueOf(std::string_view symbol) const override {
    const size_t index = program_.FindSymbol(symbol);
    if (index == values_.size() || values_[index] == kUnbound) return std::nullopt;
    return values_[index];
  }

 private:
  // Solves factor * symbol + offset = size, unless another axis has given the symbol its value.
  void BindSymbol(const ir::Dim::Linear& linear, int64_t size) {
    int64_t& value = values_[program_.FindSymbol(*linear.symbol)];
    int64_t product = 0;
    if (value != kUnbound || __builtin_sub_overflow(size, linear.offset, &product)) return;
    if (product % linear.factor != 0) return;
    const int64_t solution = product / linear.factor;
    if (solution >= 0 && solution <= kMaxSymbol) value = solution;
  }

  static Status CheckPointer(const ProgramValue& argument, const ir::TensorView& input) {
    const auto checked = ir::CheckedByteSize(input.dims, input.dtype);
    if (!checked.ok()) return Mismatch(argument, input, ": more than memory can hold");
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

  // "; s is from input 'input_ids'": where the symbols of `dim` have their values from, as far as
  // that is another input.
  std::string SourceText(const ProgramValue& argument, const ir::Dim& dim) const {
    std::string text;
    for (const std::string_view symbol : dim.symbols()) {
      const auto gives = [&](const ir::Dim& axis) {
        const auto linear = axis.AsLinear();
        return linear && *linear->symbol == symbol;
      };
      for (size_t i = 0; i < static_cast<size_t>(program_.num_arguments); ++i) {
        const ProgramValue& source = program_.values[i];
        if (!std::ranges::any_of(source.type.shape, gives)) continue;
        if (&source != &argument) {
          text += "; " + std::string(symbol) + " is from input '" + Printable(source.name) + "'";
        }
        break;
      }
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
    binder.Set(kept.symbol, CountKeptTokens(*inputs[static_cast<size_t>(kept.argument)]));
  }
  return {};
}

}  // namespace octet::runtime
