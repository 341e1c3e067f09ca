// octet_golden FILE.ir...: runs golden files (docs/ir.md, "Golden files"). With
// OCTET_UPDATE_GOLDEN=1 in the environment it writes the results into the files instead of
// comparing texts; a reviewer reads the difference. Exit code: 0 if every case passes, 1 if not, 2
// for bad usage.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "ir/passes/pass.h"
#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "tests/golden/case_file.h"
#include "tests/golden/diff.h"
#include "tests/golden/execute.h"
#include "tests/golden/extra_passes.h"

namespace octet::golden {
namespace {

struct Counts {
  int cases = 0;
  int executed = 0;
  int failed = 0;
};

// The text of a module. Checks that parsing and printing it again gives the same text, with and
// without locations.
Result<std::string> CanonicalText(const ir::Module& module) {
  for (const bool locations : {true, false}) {
    const std::string text = ir::Print(module, {.locations = locations});
    OCTET_ASSIGN_OR_RETURN(const ir::Module parsed, ir::Parse(text));
    const std::string again = ir::Print(parsed, {.locations = locations});
    if (again != text) return Internal("print, parse, print differs:\n" + DiffLines(text, again));
  }
  return ir::Print(module);
}

struct Outcome {
  std::string text;
  ir::Module before;
  ir::Module after;
};

Result<Outcome> RunPasses(const Case& c) {
  OCTET_ASSIGN_OR_RETURN(ir::Module before, ir::Parse(c.input));
  OCTET_ASSIGN_OR_RETURN(const std::string input_text, CanonicalText(before));
  ir::Module after = before.Clone();
  ir::PassManager manager;
  for (const std::string& pass : c.passes) OCTET_RETURN_IF_ERROR(AddPass(pass, &manager));
  OCTET_RETURN_IF_ERROR(manager.Run(&after));
  OCTET_ASSIGN_OR_RETURN(std::string text, CanonicalText(after));
  for (const ir::Remark& remark : manager.context().remarks()) {
    text += "// REMARK: " + remark.pass + ": " + remark.text + "\n";
  }
  return Outcome{std::move(text), std::move(before), std::move(after)};
}

// Runs both modules on the same random inputs. Unsupported if one cannot be executed.
Status CompareExecution(const Case& c, const Outcome& outcome) {
  constexpr uint64_t kSeed = 1;
  for (const MaskKind mask : MaskKinds(outcome.before)) {
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Tensor> inputs,
                           RandomInputs(outcome.before, c.symbols, kSeed, mask));
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Tensor> expected, Execute(outcome.before, inputs));
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Tensor> actual, Execute(outcome.after, inputs));
    OCTET_RETURN_IF_ERROR(CompareOutputs(expected, actual, c.tolerance));
  }
  return {};
}

// Empty if the case passes, else what is wrong. `update` stores the result in the case.
std::string RunCase(Case* c, bool update, Counts* counts) {
  const auto outcome = RunPasses(*c);
  if (c->expected_error) {
    const std::string actual = outcome.status().ToString();
    if (update && !outcome.ok()) c->expected_error = actual;
    if (actual == *c->expected_error) return "";
    return DiffLines("ERROR: " + *c->expected_error, "ERROR: " + actual);
  }
  if (!outcome.ok()) return outcome.status().ToString() + "\n";
  if (update) c->expected_text = outcome->text;
  if (*c->expected_text != outcome->text) return DiffLines(*c->expected_text, outcome->text);
  const Status executed = CompareExecution(*c, *outcome);
  if (!c->execute && executed.code() == StatusCode::kUnsupported) return "";
  if (!c->execute && executed.ok()) {
    return "the case can be executed, against its `// EXECUTE: no`\n";
  }
  if (!executed.ok()) return "execution: " + executed.ToString() + "\n";
  ++counts->executed;
  return "";
}

Status RunFile(const std::string& path, bool update, Counts* counts) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return IoError("cannot read the file");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  OCTET_ASSIGN_OR_RETURN(std::vector<Case> cases, ParseCases(text));
  for (Case& c : cases) {
    ++counts->cases;
    const std::string failure = RunCase(&c, update, counts);
    if (failure.empty()) continue;
    ++counts->failed;
    std::printf("%s:%lld: the case fails\n%s", path.c_str(), static_cast<long long>(c.line),
                failure.c_str());
  }
  const std::string updated = FormatCases(cases);
  if (update && updated != text) {
    std::ofstream out(path, std::ios::binary);
    if (!(out << updated)) return IoError("cannot write the file");
  }
  return {};
}

int Main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: octet_golden FILE.ir...\n");
    return 2;
  }
  const char* variable = std::getenv("OCTET_UPDATE_GOLDEN");
  const bool update = variable != nullptr && std::string_view(variable) == "1";
  Counts counts;
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    if (Status status = RunFile(path, update, &counts); !status.ok()) {
      std::printf("%s\n", std::move(status).InFile(path).ToString().c_str());
      ++counts.failed;
    }
  }
  std::printf("%d cases, %d executed before and after, %d failed\n", counts.cases, counts.executed,
              counts.failed);
  return counts.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace octet::golden

int main(int argc, char** argv) { return octet::golden::Main(argc, argv); }
