// ONNX bytes: import, verify, print, and compile and run in every precision on small inputs.
#include <set>
#include <string>

#include "frontend_onnx/importer.h"
#include "ir/text/parser.h"
#include "ir/text/printer.h"
#include "ir/verifier.h"
#include "kernels/testing/isa_tables.h"
#include "tests/fuzz/run_module.h"
#include "tests/fuzz/target.h"
#include "tests/golden/execute.h"

namespace octet::fuzz {
namespace {

constexpr uint64_t kMaxWeightBytes = uint64_t{1} << 20;
constexpr int64_t kMaxInputBytes = int64_t{1} << 20;

// The symbols of the inputs, bound to small numbers that differ.
ir::SymbolBinding BindSymbols(const ir::Module& module) {
  std::set<std::string> names;
  for (const auto& argument : module.arguments()) {
    for (const ir::Dim& dim : argument->shape()) {
      names.insert(dim.symbols().begin(), dim.symbols().end());
    }
  }
  ir::SymbolBinding symbols;
  int64_t size = 2;
  for (const std::string& name : names) symbols[name] = size++ % 7;
  return symbols;
}

Status CheckText(const ir::Module& module) {
  const std::string text = ir::Print(module, {.locations = true});
  const Result<ir::Module> parsed = ir::Parse(text);
  if (!parsed.ok()) return Internal("the text is not read: " + parsed.status().ToString());
  if (ir::Print(*parsed, {.locations = true}) != text) return Internal("print, parse, print");
  return {};
}

// The outputs of the optimized model in one precision; nullopt where it is refused.
Result<std::optional<Tensors>> RunPrecision(const ir::Module& optimized, bert::Precision precision,
                                            const Tensors& inputs) {
  Result<ir::Module> lowered = LowerTo(optimized, precision);
  Status status = lowered.status();
  if (lowered.ok()) {
    OCTET_RETURN_IF_ERROR(ir::Verify(*lowered));
    Result<Tensors> outputs =
        RunModule(*std::move(lowered), kernels::IsaTables().back().table, inputs);
    if (outputs.ok()) return std::optional(*std::move(outputs));
    status = outputs.status();
  }
  OCTET_RETURN_IF_ERROR(CheckRefusal(status));
  return std::optional<Tensors>();
}

Status CheckSameTypes(const Tensors& a, const Tensors& b) {
  if (a.size() != b.size()) return Internal("another number of outputs");
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].type() == b[i].type()) continue;
    return Internal("output " + std::to_string(i) + ": " + a[i].type().ToString() +
                    " without passes, " + b[i].type().ToString() + " with them");
  }
  return {};
}

}  // namespace

Status FuzzOnnx(std::string_view bytes) {
  const Result<ir::Module> module = frontend_onnx::ImportBytes(
      std::as_bytes(std::span(bytes)), {.max_weight_bytes = kMaxWeightBytes});
  if (!module.ok()) return CheckRefusal(module.status());
  OCTET_RETURN_IF_ERROR(ir::Verify(*module));
  OCTET_RETURN_IF_ERROR(CheckText(*module));
  const ir::SymbolBinding symbols = BindSymbols(*module);
  const std::optional<int64_t> input_bytes = InputBytes(*module, symbols);
  if (!input_bytes || *input_bytes > kMaxInputBytes) return {};
  OCTET_ASSIGN_OR_RETURN(const Tensors inputs, golden::RandomInputs(*module, symbols, 1));

  const Result<Tensors> generic =
      RunModule(module->Clone(), kernels::IsaTables().back().table, inputs);
  if (!generic.ok()) OCTET_RETURN_IF_ERROR(CheckRefusal(generic.status()));
  const Result<ir::Module> optimized = OptimizeCopy(*module);
  if (!optimized.ok()) return CheckRefusal(optimized.status());
  for (const bert::Precision precision : {bert::Precision::kFp32, bert::Precision::kInt8}) {
    OCTET_ASSIGN_OR_RETURN(const std::optional<Tensors> outputs,
                           RunPrecision(*optimized, precision, inputs));
    if (outputs && generic.ok()) OCTET_RETURN_IF_ERROR(CheckSameTypes(*generic, *outputs));
  }
  return {};
}

}  // namespace octet::fuzz
