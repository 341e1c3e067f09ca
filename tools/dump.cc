// octet dump, octet explain: the module after each stage, and why fusions did not happen.
#include <memory>

#include "ir/text/printer.h"
#include "runtime/compile.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/commands.h"
#include "tools/model_argument.h"

namespace octet::tools {
namespace {

struct DumpArguments {
  ModelArgument model;
  std::string stage = "core";
  bool debug = false;
  bool locations = false;
};

Result<std::string> Dump(const DumpArguments& arguments, ir::Module module) {
  const bool quantize = arguments.stage != "import" && arguments.stage != "core";
  const auto quantized = arguments.debug ? bert::Precision::kDebug : bert::Precision::kInt8;
  const auto precision = quantize ? quantized : bert::Precision::kFp32;
  OCTET_ASSIGN_OR_RETURN(const bert::EngineOptions options,
                         MakeEngineOptions(arguments.model, precision));
  if (arguments.stage == "program") {
    OCTET_ASSIGN_OR_RETURN(const bert::Engine engine,
                           bert::BuildEngine(std::move(module), options));
    return engine.program->Print();
  }
  if (arguments.stage != "import") OCTET_RETURN_IF_ERROR(bert::Lower(&module, options.pipeline));
  if (arguments.stage == "scheduled") {
    OCTET_RETURN_IF_ERROR(bert::Schedule(&module, options.pipeline.passes));
  }
  return ir::Print(module, {.locations = arguments.locations});
}

int RunDump(const DumpArguments& arguments) {
  if (Status status = CheckModelArgument(arguments.model); !status.ok()) {
    return FailWith("dump", status, cli::kExitUsage);
  }
  if (auto options = MakeEngineOptions(arguments.model, bert::Precision::kInt8); !options.ok()) {
    return FailWith("dump", options.status(), cli::kExitUsage);
  }
  Result<ir::Module> module = LoadModule(arguments.model);
  if (!module.ok()) return FailWithModel("dump", arguments.model, module.status());
  const Result<std::string> text = Dump(arguments, *std::move(module));
  if (!text.ok()) return FailWithModel("dump", arguments.model, text.status());
  cli::Print(stdout, "{}", *text);
  return cli::kExitOk;
}

struct ExplainArguments {
  ModelArgument model;
  std::string precision = "fp32";
};

int RunExplain(const ExplainArguments& arguments) {
  const ModelArgument& model = arguments.model;
  if (Status status = CheckModelArgument(model); !status.ok()) {
    return FailWith("explain", status, cli::kExitUsage);
  }
  const Result<bert::Precision> precision = bert::ParsePrecision(arguments.precision);
  if (!precision.ok()) return FailWith("explain", precision.status(), cli::kExitUsage);
  const Result<bert::EngineOptions> options = MakeEngineOptions(model, *precision);
  if (!options.ok()) return FailWith("explain", options.status(), cli::kExitUsage);
  Result<ir::Module> module = LoadModule(model);
  if (!module.ok()) return FailWithModel("explain", model, module.status());
  bert::PipelineReport report;
  Status status = bert::Lower(&*module, options->pipeline, &report);
  if (status.ok()) status = bert::Schedule(&*module, options->pipeline.passes, &report);
  if (!status.ok()) return FailWithModel("explain", model, status);
  cli::Print(stdout, "{:<26} {:>10} {:>9}   {}\n", "pass", "changes", "ms", "what it does");
  for (const ir::PassTiming& timing : report.timings) {
    cli::Print(stdout, "{:<26} {:>10} {:>9.2f}   {}\n", timing.name, timing.changes,
               timing.seconds * 1e3, timing.summary);
  }
  cli::Print(stdout, "\n{}\n",
             report.remarks.empty() ? "No pass reported a pattern that did not apply."
                                    : "Why patterns did not apply:");
  for (const ir::Remark& remark : report.remarks) {
    cli::Print(stdout, "  {}: {}: {}\n", remark.pass, Printable(remark.location.node()),
               remark.text);
  }
  return cli::kExitOk;
}

}  // namespace

void AddDump(CLI::App* app, int* exit_code) {
  auto* command = app->add_subcommand("dump", "Print the model's IR at a stage, or its program");
  auto arguments = std::make_shared<DumpArguments>();
  AddModelArgument(command, &arguments->model);
  AddQConfigArgument(command, &arguments->model);
  AddIsaArgument(command, &arguments->model);
  command->add_option("--stage", arguments->stage, "import, core, quant, scheduled or program")
      ->check(CLI::IsMember({"import", "core", "quant", "scheduled", "program"}))
      ->capture_default_str();
  command->add_flag("--debug", arguments->debug, "Quantize in debug mode");
  command->add_flag("--locations", arguments->locations, "Name each op's ONNX node and module");
  command->callback([arguments, exit_code] { *exit_code = RunDump(*arguments); });
}

void AddExplain(CLI::App* app, int* exit_code) {
  auto* command =
      app->add_subcommand("explain", "Print what each pass did, and why patterns did not apply");
  auto arguments = std::make_shared<ExplainArguments>();
  AddModelArgument(command, &arguments->model);
  AddQConfigArgument(command, &arguments->model);
  command
      ->add_option("--precision", arguments->precision,
                   "fp32, int8 or debug: explain the passes for this precision")
      ->capture_default_str();
  command->callback([arguments, exit_code] { *exit_code = RunExplain(*arguments); });
}

}  // namespace octet::tools
