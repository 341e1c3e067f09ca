// Reads and writes golden files (docs/ir.md, "Golden files"): cases divided by `// -----` lines.
#ifndef OCTET_TESTS_GOLDEN_CASE_FILE_H_
#define OCTET_TESTS_GOLDEN_CASE_FILE_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ir/dim.h"

namespace octet::golden {

struct Case {
  int64_t line = 0;    // of the file, 1-based, where the case starts
  std::string header;  // comments and directives before the graph, but for ERROR, as they stand
  std::string input;   // the graph; line 1 of error messages is its first line
  std::vector<std::string> passes;
  ir::SymbolBinding symbols = {{"b", 2}, {"s", 5}};
  float tolerance = 1e-4f;  // see CompareOutputs
  bool execute = true;
  // Exactly one is set.
  std::optional<std::string> expected_text;
  std::optional<std::string> expected_error;
};

// InvalidArgument with the line of a case that has no graph, an unknown directive, or not exactly
// one of EXPECT and ERROR.
Result<std::vector<Case>> ParseCases(std::string_view text);

// The file that ParseCases would read as `cases`.
std::string FormatCases(const std::vector<Case>& cases);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_CASE_FILE_H_
