#include "tools/model_argument.h"

#include "bert/open_model.h"
#include "bert/synthetic.h"
#include "tools/cli/program.h"
#include "tools/cli/qconfig_argument.h"

namespace octet::tools {

void AddModelArgument(CLI::App* app, ModelArgument* argument) {
  app->add_option("model", argument->model, "Folder or .onnx file");
  std::string names;
  for (const bert::Architecture& architecture : bert::Architectures()) {
    names += (names.empty() ? "" : ", ") + std::string(architecture.name);
  }
  app->add_option("--synthetic", argument->synthetic,
                  "Use a model with random weights instead: " + names);
}

void AddQConfigArgument(CLI::App* app, ModelArgument* argument) {
  app->add_option("--qconfig", argument->qconfig,
                  "Preset, or a .json file that maps module paths to presets or null");
}

void AddIsaArgument(CLI::App* app, ModelArgument* argument) {
  app->add_option("--isa", argument->isa, "Highest instruction set to use: " + runtime::IsaNames());
}

void AddAttentionArgument(CLI::App* app, ModelArgument* argument) {
  app->add_option("--attention", argument->attention,
                  "Precision of attention's products: f32 or bf16")
      ->capture_default_str();
}

Status CheckModelArgument(const ModelArgument& argument) {
  if (argument.model.empty() == argument.synthetic.empty()) {
    return InvalidArgument("give either a model or --synthetic NAME");
  }
  if (!argument.synthetic.empty()) return bert::FindArchitecture(argument.synthetic).status();
  return {};
}

Result<ir::Module> LoadModule(const ModelArgument& argument) {
  if (!argument.synthetic.empty()) {
    OCTET_ASSIGN_OR_RETURN(const bert::Architecture architecture,
                           bert::FindArchitecture(argument.synthetic));
    return bert::MakeSyntheticModule(architecture);
  }
  return bert::OpenModule(argument.model);
}

Result<ir::Module> LoadCoreModule(const ModelArgument& argument, bert::PipelineReport* report) {
  OCTET_ASSIGN_OR_RETURN(ir::Module module, LoadModule(argument));
  Status status = bert::Optimize(&module, {}, report);
  if (!status.ok()) return std::move(status).InFile(argument.name());
  return module;
}

Result<bert::EngineOptions> MakeEngineOptions(const ModelArgument& argument,
                                              bert::Precision precision) {
  bert::EngineOptions options;
  options.pipeline.precision = precision;
  OCTET_ASSIGN_OR_RETURN(options.pipeline.qconfig, cli::LoadQConfig(argument.qconfig));
  if (!argument.isa.empty()) {
    OCTET_ASSIGN_OR_RETURN(options.isa, runtime::ParseIsaName(argument.isa));
  }
  OCTET_ASSIGN_OR_RETURN(options.pipeline.attention,
                         runtime::ParseAttentionPrecision(argument.attention));
  OCTET_RETURN_IF_ERROR(runtime::SelectKernels(options.isa, options.pipeline.attention).status());
  return options;
}

int FailWith(const std::string& command, const Status& status, cli::ExitCode code) {
  return cli::Fail("octet " + command, status, code);
}

int FailWithModel(const std::string& command, const ModelArgument& argument, const Status& status) {
  return FailWith(command, Status(status).InFile(argument.name()), cli::ModelExitCode(status));
}

}  // namespace octet::tools
