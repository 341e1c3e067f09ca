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
  std::string header;  // comments and directives before the graph, except ERROR, unchanged
  std::string input;   // the graph; line 1 of error messages is its first line
  std::vector<std::string> passes;
  ir::SymbolBinding symbols = {{"b", 2}, {"s", 5}};
  float tolerance = 1e-4f;  // see CompareOutputs
  bool execute = true;
  // Exactly one is set.
  std::optional<std::string> expected_text;
  std::optional<std::string> expected_error;
};

// InvalidArgument with the line if a case has no graph, a directive with a bad value, or not
// exactly one of EXPECT and ERROR. An unknown directive is a comment.
Result<std::vector<Case>> ParseCases(std::string_view text);

// The text of a golden file that has these cases.
std::string FormatCases(const std::vector<Case>& cases);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_CASE_FILE_H_
