#include "tests/golden/case_file.h"

#include <charconv>

namespace octet::golden {
namespace {

constexpr std::string_view kDivider = "// -----";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// The parts of `text` between separators, trimmed, without empty ones.
std::vector<std::string> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = text.find_first_of(separators);
    const std::string_view part = Trim(text.substr(0, end));
    if (!part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

// What follows `// NAME:` on a line, or nullopt.
std::optional<std::string_view> Directive(std::string_view line, std::string_view name) {
  if (!line.starts_with("// ")) return std::nullopt;
  line.remove_prefix(3);
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  if (!line.starts_with(':')) return std::nullopt;
  return Trim(line.substr(1));
}

template <typename T>
bool ParseNumber(std::string_view text, T* value) {
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, *value);
  return code == std::errc() && stop == end;
}

Status ParseSymbols(std::string_view text, ir::SymbolBinding* symbols) {
  for (const std::string& entry : Split(text, " ")) {
    const size_t equals = std::min(entry.find('='), entry.size());
    int64_t value = 0;
    if (!ParseNumber(std::string_view(entry).substr(std::min(equals + 1, entry.size())), &value)) {
      return InvalidArgument("expected `// SYMBOLS: b=2 s=5`");
    }
    (*symbols)[entry.substr(0, equals)] = value;
  }
  return {};
}

// Builds one case from its lines.
class CaseBuilder {
 public:
  explicit CaseBuilder(int64_t line) { case_.line = line; }

  Status Add(std::string_view line) {
    const std::string whole = std::string(line) + "\n";
    if (case_.expected_text) {
      *case_.expected_text += whole;
    } else if (Directive(line, "EXPECT")) {
      case_.expected_text.emplace();
    } else if (!case_.input.empty()) {
      case_.input += whole;
    } else if (const auto error = Directive(line, "ERROR")) {
      case_.expected_error = std::string(*error);
    } else if (line.starts_with("//") || Trim(line).empty()) {
      case_.header += whole;
      if (const auto passes = Directive(line, "PASS")) case_.passes = Split(*passes, ",");
      if (const auto symbols = Directive(line, "SYMBOLS")) {
        return ParseSymbols(*symbols, &case_.symbols);
      }
      if (const auto execute = Directive(line, "EXECUTE")) {
        if (*execute != "no") return InvalidArgument("expected `// EXECUTE: no`");
        case_.execute = false;
      }
      if (const auto tolerance = Directive(line, "TOLERANCE")) {
        if (!ParseNumber(*tolerance, &case_.tolerance)) {
          return InvalidArgument("expected `// TOLERANCE: 0.01`");
        }
      }
    } else {
      case_.input = whole;
    }
    return {};
  }

  Result<Case> Finish() && {
    if (case_.input.empty()) return InvalidArgument("the case has no graph");
    if (case_.expected_text.has_value() == case_.expected_error.has_value()) {
      return InvalidArgument("the case needs either `// EXPECT:` or `// ERROR: text`");
    }
    return std::move(case_);
  }

 private:
  Case case_;
};

}  // namespace

Result<std::vector<Case>> ParseCases(std::string_view text) {
  std::vector<Case> cases;
  CaseBuilder builder(1);
  int64_t line_number = 0;
  int64_t start = 1;
  const auto finish = [&]() -> Status {
    Result<Case> result = std::move(builder).Finish();
    if (!result.ok()) return result.status();
    cases.push_back(*std::move(result));
    return {};
  };
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++line_number;
    Status status;
    if (Trim(line) == kDivider) {
      status = finish();
      builder = CaseBuilder(start = line_number + 1);
    } else {
      status = builder.Add(line);
    }
    if (!status.ok()) return std::move(status).AtLine(line_number);
  }
  if (Status status = finish(); !status.ok()) return std::move(status).AtLine(start);
  return cases;
}

std::string FormatCases(const std::vector<Case>& cases) {
  std::string text;
  for (const Case& c : cases) {
    if (!text.empty()) text += std::string(kDivider) + "\n";
    text += c.header;
    if (c.expected_error) text += "// ERROR: " + *c.expected_error + "\n";
    text += c.input;
    if (c.expected_text) text += "// EXPECT:\n" + *c.expected_text;
  }
  return text;
}

}  // namespace octet::golden
