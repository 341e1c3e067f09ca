// octet inspect: inputs, outputs, sizes, and every linear with its scales and zero points.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "quant/report.h"
#include "runtime/weight_bytes.h"
#include "tools/cli/json_writer.h"
#include "tools/cli/print.h"
#include "tools/cli/program.h"
#include "tools/commands.h"
#include "tools/model_argument.h"

namespace octet::tools {
namespace {

struct InspectArguments {
  ModelArgument model;
  std::string module;
  bool json = false;
};

struct Inspection {
  ir::Module quantized;
  std::vector<quant::LinearReport> linears;
  int64_t parameters = 0;
  int64_t fp32_bytes = 0;
  int64_t int8_bytes = 0;
};

// Elements of all float constants that hold more than one number.
int64_t CountParameters(const ir::Module& module) {
  int64_t count = 0;
  for (const auto& op : module.ops()) {
    if (op->kind() != ir::OpKind::kConstant) continue;
    const auto& tensor = op->attr<ir::Tensor>("value");
    if (ir::IsFloat(tensor.dtype()) && tensor.num_elements() > 1) count += tensor.num_elements();
  }
  return count;
}

Result<Inspection> Inspect(ir::Module module, const bert::PipelineOptions& options) {
  Inspection inspection;
  inspection.parameters = CountParameters(module);
  inspection.fp32_bytes = runtime::WeightBytes(module);
  OCTET_RETURN_IF_ERROR(bert::Lower(&module, options));
  inspection.int8_bytes = runtime::WeightBytes(module);
  OCTET_ASSIGN_OR_RETURN(inspection.linears, quant::ReportLinears(module));
  inspection.quantized = std::move(module);
  return inspection;
}

std::string PrintJson(const Inspection& inspection) {
  cli::JsonWriter json;
  const auto value = [&](const std::string& name, const ir::Type& type) {
    json.OpenElement();
    json.Member("name", name);
    json.Member("type", type.ToString());
    json.CloseObject();
  };
  json.OpenList("inputs");
  for (const auto& argument : inspection.quantized.arguments()) {
    value(argument->name(), argument->type());
  }
  json.CloseList();
  json.OpenList("outputs");
  for (const ir::Output& output : inspection.quantized.outputs()) {
    value(output.name, output.value->type());
  }
  json.CloseList();
  json.Member("parameters", inspection.parameters);
  json.OpenList("modules");
  for (const quant::LinearReport& linear : inspection.linears) {
    json.OpenElement();
    json.Member("path", linear.module_path);
    json.Member("op", linear.op);
    json.Member("in_features", linear.in_features);
    json.Member("out_features", linear.out_features);
    json.Member("precision", quant::PrecisionName(linear.precision));
    json.Member("reason", linear.reason);
    json.ListMember("weight_scale", linear.weight_scale);
    json.ListMember("weight_zero_point", linear.weight_zero_point);
    json.CloseObject();
  }
  json.CloseList();
  json.OpenObject("weight_bytes");
  json.Member("fp32", inspection.fp32_bytes);
  json.Member("int8", inspection.int8_bytes);
  json.CloseObject();
  return json.Finish();
}

std::string PrintLinear(const quant::LinearReport& linear) {
  std::string scales = linear.reason.empty() ? "-" : linear.reason;
  if (!linear.weight_scale.empty()) {
    const auto [low, high] = std::ranges::minmax(linear.weight_scale);
    scales = low == high ? fmt::format("{:.3g}", low) : fmt::format("{:.3g} to {:.3g}", low, high);
  }
  return fmt::format("  {:<52} {:>5} x {:<5} {:<6} {}\n", Printable(linear.module_path),
                     linear.in_features, linear.out_features,
                     quant::PrecisionName(linear.precision), scales);
}

std::string PrintTable(const Inspection& inspection, const std::string& name) {
  std::string text = fmt::format("{}\n", name);
  for (const auto& argument : inspection.quantized.arguments()) {
    text +=
        fmt::format("  input   {}: {}\n", Printable(argument->name()), argument->type().ToString());
  }
  for (const ir::Output& output : inspection.quantized.outputs()) {
    text +=
        fmt::format("  output  {}: {}\n", Printable(output.name), output.value->type().ToString());
  }
  text += fmt::format(
      "  {} parameters; weights {:.2f} MB in float, {:.2f} MB quantized ({:.2f}x "
      "smaller)\n\n",
      inspection.parameters, static_cast<double>(inspection.fp32_bytes) / 1e6,
      static_cast<double>(inspection.int8_bytes) / 1e6,
      static_cast<double>(inspection.fp32_bytes) / static_cast<double>(inspection.int8_bytes));
  text += fmt::format("  {:<52} {:>5} x {:<5} {:<6} {}\n", "linear", "in", "out", "", "scales");
  for (const quant::LinearReport& linear : inspection.linears) text += PrintLinear(linear);
  return text;
}

// One line for each channel of one linear.
Result<std::string> PrintChannels(const Inspection& inspection, const std::string& module_path) {
  for (const quant::LinearReport& linear : inspection.linears) {
    if (linear.module_path != module_path) continue;
    OCTET_ASSIGN_OR_RETURN(const ir::Tensor weight, linear.DequantizedWeight());
    std::string text = fmt::format("channel\tscale\tzero_point\tweight_min\tweight_max\n");
    const auto* values = weight.as<float>();
    for (int64_t channel = 0; channel < linear.out_features; ++channel) {
      float low = std::numeric_limits<float>::infinity();
      float high = -low;
      for (int64_t row = 0; row < linear.in_features; ++row) {
        low = std::min(low, values[row * linear.out_features + channel]);
        high = std::max(high, values[row * linear.out_features + channel]);
      }
      const auto i = static_cast<size_t>(channel);
      const bool quantized = i < linear.weight_scale.size();
      text += fmt::format("{}\t{}\t{}\t{}\t{}\n", channel, quantized ? linear.weight_scale[i] : 1,
                          quantized ? linear.weight_zero_point[i] : 0, low, high);
    }
    return text;
  }
  return NotFound("no linear has the module path '" + Printable(module_path) + "'");
}

int RunInspect(const InspectArguments& arguments) {
  if (Status status = CheckModelArgument(arguments.model); !status.ok()) {
    return FailWith("inspect", status, cli::kExitUsage);
  }
  const auto options = MakeEngineOptions(arguments.model, bert::Precision::kInt8);
  if (!options.ok()) return FailWith("inspect", options.status(), cli::kExitUsage);
  Result<ir::Module> core = LoadCoreModule(arguments.model);
  if (!core.ok()) return FailWithModel("inspect", arguments.model, core.status());
  const auto inspection = Inspect(*std::move(core), options->pipeline);
  if (!inspection.ok()) return FailWithModel("inspect", arguments.model, inspection.status());
  if (!arguments.module.empty()) {
    const auto text = PrintChannels(*inspection, arguments.module);
    if (!text.ok()) return FailWith("inspect", text.status(), cli::kExitUsage);
    cli::Print(stdout, "{}", *text);
  } else {
    cli::Print(
        stdout, "{}",
        arguments.json ? PrintJson(*inspection) : PrintTable(*inspection, arguments.model.name()));
  }
  return cli::kExitOk;
}

}  // namespace

void AddInspect(CLI::App* app, int* exit_code) {
  auto* command = app->add_subcommand(
      "inspect", "Print inputs, outputs, sizes, and every linear with its quantization");
  auto arguments = std::make_shared<InspectArguments>();
  AddModelArgument(command, &arguments->model);
  AddQConfigArgument(command, &arguments->model);
  command->add_option("--module", arguments->module,
                      "Print every channel of this linear: scale, zero point, weight range");
  command->add_flag("--json", arguments->json, "Print JSON");
  command->callback([arguments, exit_code] { *exit_code = RunInspect(*arguments); });
}

}  // namespace octet::tools
