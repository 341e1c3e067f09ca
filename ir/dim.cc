#include "ir/dim.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace octet::ir {
namespace {

bool IsIdentifier(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && is_letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || is_digit(c); });
}

std::optional<int64_t> Multiply(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

}  // namespace

Dim Dim::Symbol(std::string name) {
  assert(IsIdentifier(name));
  Dim dim(1);
  dim.symbols_.push_back(std::move(name));
  return dim;
}

std::optional<Dim> Dim::Times(const Dim& other) const {
  const std::optional<int64_t> product = Multiply(coefficient_, other.coefficient_);
  if (!product) return std::nullopt;
  Dim result(*product);
  if (*product != 0) {
    result.symbols_.resize(symbols_.size() + other.symbols_.size());
    std::merge(symbols_.begin(), symbols_.end(), other.symbols_.begin(), other.symbols_.end(),
               result.symbols_.begin());
  }
  return result;
}

std::optional<Dim> Dim::DividedBy(const Dim& other) const {
  if (other.coefficient_ == 0) return std::nullopt;
  if (coefficient_ == 0) return Dim(0);
  // The one quotient that does not fit; % would trap on it too.
  if (coefficient_ == std::numeric_limits<int64_t>::min() && other.coefficient_ == -1) {
    return std::nullopt;
  }
  if (coefficient_ % other.coefficient_ != 0) return std::nullopt;
  if (!std::includes(symbols_.begin(), symbols_.end(), other.symbols_.begin(),
                     other.symbols_.end())) {
    return std::nullopt;
  }
  Dim result(coefficient_ / other.coefficient_);
  std::set_difference(symbols_.begin(), symbols_.end(), other.symbols_.begin(),
                      other.symbols_.end(), std::back_inserter(result.symbols_));
  return result;
}

std::optional<int64_t> Dim::Evaluate(const SymbolBinding& binding) const {
  std::optional<int64_t> product = coefficient_;
  for (const std::string& symbol : symbols_) {
    const auto it = binding.find(symbol);
    if (it == binding.end()) return std::nullopt;
    product = Multiply(*product, it->second);
    if (!product) return std::nullopt;
  }
  return product;
}

Dim Dim::Substitute(std::string_view name, const Dim& value) const {
  Dim result(coefficient_);
  for (const std::string& symbol : symbols_) {
    const std::optional<Dim> product = result.Times(symbol == name ? value : Symbol(symbol));
    if (!product) return Dim(std::numeric_limits<int64_t>::max());
    result = *product;
  }
  return result;
}

std::string Dim::ToString() const {
  std::string text;
  if (is_static() || coefficient_ != 1) text = std::to_string(coefficient_);
  for (const std::string& symbol : symbols_) {
    if (!text.empty()) text += '*';
    text += symbol;
  }
  return text;
}

Result<Dim> Dim::Parse(std::string_view text) {
  const auto error = [&](std::string_view what) {
    return InvalidArgument("'" + Printable(text) + "' is not a dimension: " + std::string(what));
  };
  Dim result(1);
  std::string_view rest = text;
  while (true) {
    const size_t star = rest.find('*');
    const std::string_view factor = rest.substr(0, star);
    Dim value;
    if (IsIdentifier(factor)) {
      value = Symbol(std::string(factor));
    } else {
      int64_t number = 0;
      const char* end = factor.data() + factor.size();
      const auto [stop, code] = std::from_chars(factor.data(), end, number);
      if (code == std::errc::result_out_of_range) return error("number out of range");
      if (code != std::errc() || stop != end) return error("expected numbers and symbols");
      value = number;
    }
    const std::optional<Dim> product = result.Times(value);
    if (!product) return error("number out of range");
    result = *product;
    if (star == std::string_view::npos) return result;
    rest.remove_prefix(star + 1);
  }
}

}  // namespace octet::ir
