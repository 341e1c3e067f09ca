// octet run: executes a model on tensors from files.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/file.h"
#include "frontend_onnx/tensor_file.h"
#include "runtime/session.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/commands.h"
#include "tools/model_argument.h"

namespace octet::tools {
namespace {

struct RunArguments {
  ModelArgument model;
  std::string inputs;
  std::string outputs;
  std::string precision = "fp32";
  int threads = 0;
};

std::string TensorPath(const std::string& directory, const char* kind, size_t index) {
  return (std::filesystem::path(directory) / fmt::format("{}_{}.pb", kind, index)).string();
}

Result<std::vector<ir::Tensor>> ReadInputs(const std::string& directory, int count) {
  std::vector<ir::Tensor> tensors;
  for (int i = 0; i < count; ++i) {
    OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, frontend_onnx::ReadTensorFile(TensorPath(
                                                  directory, "input", static_cast<size_t>(i))));
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

Status Execute(const RunArguments& arguments, const bert::Engine& engine,
               const std::vector<ir::Tensor>& inputs) {
  OCTET_ASSIGN_OR_RETURN(auto pool, runtime::ThreadPool::Create(arguments.threads));
  runtime::Session session(engine.program, std::move(pool));
  std::vector<ir::TensorView> views;
  for (const ir::Tensor& tensor : inputs) views.push_back(tensor.view());
  OCTET_ASSIGN_OR_RETURN(const auto outputs, session.Run(views));
  std::error_code error;
  std::filesystem::create_directories(arguments.outputs, error);
  if (error) {
    return IoError("cannot create the folder: " + error.message()).InFile(arguments.outputs);
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = engine.program->outputs[i].name;
    const std::string path = TensorPath(arguments.outputs, "output", i);
    auto bytes = frontend_onnx::SerializeTensor(name, outputs[i]);
    if (!bytes.ok()) return bytes.status().InFile(path);
    OCTET_RETURN_IF_ERROR(WriteFile(path, *bytes));
    const ir::Type type = {outputs[i].dtype, {outputs[i].dims.begin(), outputs[i].dims.end()}};
    cli::Print(stdout, "{}\t{}\t{}\n", path, Printable(name), type.ToString());
  }
  return {};
}

int RunRun(const RunArguments& arguments) {
  const auto precision = bert::ParsePrecision(arguments.precision);
  Status usage = CheckModelArgument(arguments.model);
  if (usage.ok()) usage = precision.status();
  if (!usage.ok()) return FailWith("run", usage, cli::kExitUsage);
  const auto options = MakeEngineOptions(arguments.model, *precision);
  if (!options.ok()) return FailWith("run", options.status(), cli::kExitUsage);

  Result<ir::Module> module = LoadModule(arguments.model);
  if (!module.ok()) return FailWithModel("run", arguments.model, module.status());
  const auto engine = bert::BuildEngine(*std::move(module), *options);
  if (!engine.ok()) return FailWithModel("run", arguments.model, engine.status());
  const auto inputs = ReadInputs(arguments.inputs, engine->program->num_arguments);
  if (!inputs.ok()) return FailWith("run", inputs.status(), cli::kExitBadData);
  if (Status status = Execute(arguments, *engine, *inputs); !status.ok()) {
    // InvalidArgument means that the session refused the inputs; other errors have other causes.
    const bool bad_input = status.code() == StatusCode::kInvalidArgument;
    if (bad_input) return FailWith("run", status, cli::kExitBadData);
    return FailWith("run", std::move(status).InFile(arguments.model.name()), cli::kExitRunFailed);
  }
  return cli::kExitOk;
}

}  // namespace

void AddRun(CLI::App* app, int* exit_code) {
  auto* command = app->add_subcommand(
      "run", "Run a model on input_K.pb, in the order of its inputs, and write output_K.pb");
  auto arguments = std::make_shared<RunArguments>();
  AddModelArgument(command, &arguments->model);
  AddQConfigArgument(command, &arguments->model);
  AddIsaArgument(command, &arguments->model);
  command->add_option("--inputs", arguments->inputs, "Folder of ONNX tensors")->required();
  command->add_option("--outputs", arguments->outputs, "Folder to write to")->required();
  command->add_option("--precision", arguments->precision, "fp32, int8 or debug")
      ->capture_default_str();
  command->add_option("--threads", arguments->threads, "Threads (default: all CPUs)")
      ->check(CLI::Range(1, runtime::kMaxThreads));
  command->callback([arguments, exit_code] { *exit_code = RunRun(*arguments); });
}

}  // namespace octet::tools
