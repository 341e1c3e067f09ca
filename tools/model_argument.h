// The arguments MODEL or --synthetic NAME of most subcommands, and --qconfig, --isa and
// --attention.
#ifndef OCTET_TOOLS_MODEL_ARGUMENT_H_
#define OCTET_TOOLS_MODEL_ARGUMENT_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "bert/engine.h"
#include "bert/precision.h"
#include "tools/cli/exit_code.h"

namespace octet::tools {

inline constexpr const char* kDefaultAttention = "f32";

struct ModelArgument {
  std::string model;
  std::string synthetic;
  std::string qconfig;
  std::string isa;
  std::string attention = kDefaultAttention;

  // The name of the model in messages.
  std::string name() const { return synthetic.empty() ? model : "synthetic " + synthetic; }
};

void AddModelArgument(CLI::App* app, ModelArgument* argument);
void AddQConfigArgument(CLI::App* app, ModelArgument* argument);
void AddIsaArgument(CLI::App* app, ModelArgument* argument);
void AddAttentionArgument(CLI::App* app, ModelArgument* argument);

// InvalidArgument unless exactly one of MODEL and --synthetic is given.
Status CheckModelArgument(const ModelArgument& argument);

// The imported or synthetic module. Errors name it.
Result<ir::Module> LoadModule(const ModelArgument& argument);
// The same, optimized. A command may then quantize or compile it in several ways.
Result<ir::Module> LoadCoreModule(const ModelArgument& argument,
                                  bert::PipelineReport* report = nullptr);

// The options that --qconfig, --isa and --attention give for this precision. InvalidArgument for an
// invalid value and for an instruction set that this CPU does not have; Unsupported if the
// instruction set does not have attention in the precision of --attention.
Result<bert::EngineOptions> MakeEngineOptions(const ModelArgument& argument,
                                              bert::Precision precision);

// Prints an error as "octet COMMAND: ..." and returns `code`.
int FailWith(const std::string& command, const Status& status, cli::ExitCode code);
// The same for an error from loading or compiling the model, with its name and its exit code.
int FailWithModel(const std::string& command, const ModelArgument& argument, const Status& status);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_MODEL_ARGUMENT_H_
