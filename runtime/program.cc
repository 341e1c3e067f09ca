#include "runtime/program.h"

#include <algorithm>
#include <functional>

namespace octet::runtime {
namespace {

std::string ValueName(const Program& program, int id) {
  const ProgramValue& value = program.values[static_cast<size_t>(id)];
  return "%" + (value.name.empty() ? std::to_string(id) : Printable(value.name));
}

// "%x" for what an argument or constant holds, "%3@0" for what is in buffer 0.
std::string ValueText(const Program& program, int id) {
  const ProgramValue& value = program.values[static_cast<size_t>(id)];
  std::string text = ValueName(program, id);
  if (value.storage == StorageKind::kBuffer) text += "@" + std::to_string(value.index);
  return text;
}

std::string List(const Program& program, const std::vector<int>& ids, bool types) {
  std::string text;
  for (const int id : ids) {
    if (!text.empty()) text += ", ";
    text += ValueText(program, id);
    if (types) text += ": " + program.values[static_cast<size_t>(id)].type.ToString();
  }
  return text;
}

std::string SizeText(const ir::Type& type) {
  const auto elements = ir::NumElements(type.shape);
  const auto bytes = elements.has_value()
                         ? elements->Times(static_cast<int64_t>(ir::DTypeSize(type.dtype)))
                         : std::nullopt;
  return bytes.has_value() ? bytes->ToString() : "more than 2^63";
}

// Where a symbol stands in `by_name`, or would.
std::vector<size_t>::const_iterator LowerBound(const std::vector<std::string>& symbols,
                                               const std::vector<size_t>& by_name,
                                               std::string_view name) {
  return std::ranges::lower_bound(by_name, name, std::less<>(),
                                  [&](size_t index) { return std::string_view(symbols[index]); });
}

}  // namespace

size_t Program::FindSymbol(std::string_view name) const {
  const auto found = LowerBound(symbols, symbols_by_name, name);
  return found != symbols_by_name.end() && symbols[*found] == name ? *found : symbols.size();
}

void Program::AddSymbol(const std::string& name) {
  const auto place = LowerBound(symbols, symbols_by_name, name);
  if (place != symbols_by_name.end() && symbols[*place] == name) return;
  symbols_by_name.insert(place, symbols.size());
  symbols.push_back(name);
}

std::string Program::Print() const {
  std::vector<int> argument_ids;
  for (int i = 0; i < num_arguments; ++i) argument_ids.push_back(i);
  std::string text = "program(" + List(*this, argument_ids, true) + ") {\n";
  for (const KeptTokens& kept : kept_tokens) {
    text += "  " + kept.symbol + " = tokens kept by " + ValueName(*this, kept.argument) + "\n";
  }
  auto strip = strips.begin();
  for (size_t i = 0; i < steps.size(); ++i) {
    const ProgramStep& step = steps[i];
    if (strip != strips.end() && strip->end == static_cast<int>(i)) ++strip;
    if (strip != strips.end() && strip->first == static_cast<int>(i)) {
      text += "  strip of " + strip->rows.ToString() + " rows: steps " + std::to_string(i) +
              " to " + std::to_string(strip->end - 1) + "\n";
    }
    text += "  " + std::to_string(i) + ": " + List(*this, step.outputs, true) + " = " + step.op;
    if (!step.inputs.empty()) text += " " + List(*this, step.inputs, false);
    if (const std::string kernel = step.step->kernel(); !kernel.empty()) {
      text += "  // " + kernel;
    }
    if (const std::string notes = step.step->notes(); !notes.empty()) text += ", " + notes;
    if (step.takes_ranges >= 0) text += ", takes the ranges of its rows";
    if (step.gives_ranges >= 0) text += ", gives the ranges of its rows";
    text += "\n";
  }
  text += "  return ";
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (i > 0) text += ", ";
    text += ValueText(*this, outputs[i].value) + " as \"" + Printable(outputs[i].name) + "\"";
    for (const int64_t axis : outputs[i].squeezed_axes) {
      text += " without axis " + std::to_string(axis) + " where it is 1";
    }
  }
  text += "\n}\nbuffers {\n";
  for (size_t i = 0; i < buffers.size(); ++i) {
    const ProgramBuffer& buffer = buffers[i];
    text += "  @" + std::to_string(i) + ": " +
            SizeText(values[static_cast<size_t>(buffer.value)].type) + " bytes, steps " +
            std::to_string(buffer.lifetime.first) + " to " + std::to_string(buffer.lifetime.last) +
            "\n";
  }
  text += "}\nconstants " + std::to_string(constant_bytes) + " bytes, packed " +
          std::to_string(packed_bytes) + " bytes\n";
  return text;
}

}  // namespace octet::runtime
