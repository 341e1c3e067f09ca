// octet: inspects, runs and measures models.
#include "tools/cli/program.h"
#include "tools/commands.h"

namespace {

constexpr const char* kDescription =
    "Inspects, runs and measures BERT models.\n\n"
    "  octet inspect models/minilm_l6_mrpc          linears, scales, sizes\n"
    "  octet dump models/minilm_l6_mrpc --stage core\n"
    "  octet bench --synthetic bert-base --batch 8 --seq 128\n";

int Main(int argc, char** argv) {
  using namespace octet::cli;
  CLI::App app(kDescription, "octet");
  app.set_version_flag("--version", VersionText("octet"));
  // Whether there is one is checked below: CLI11 would call an unknown word a missing subcommand.
  app.require_subcommand(0, 1);
  int exit_code = kExitOk;
  for (const auto add : {octet::tools::AddInspect, octet::tools::AddDump, octet::tools::AddExplain,
                         octet::tools::AddRun, octet::tools::AddTokenize, octet::tools::AddBench}) {
    add(&app, &exit_code);
  }
  if (!ParseArguments(&app, argc, argv, &exit_code)) return exit_code;
  if (app.get_subcommands().empty()) {
    return Fail("octet", octet::InvalidArgument("a subcommand is missing; --help lists them"),
                kExitUsage);
  }
  return exit_code != kExitOk ? exit_code : FinishOutput("octet");
}

}  // namespace

int main(int argc, char** argv) {
  return octet::cli::RunMain("octet", [=] { return Main(argc, argv); });
}
