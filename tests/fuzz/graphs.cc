// Graphs that a small generator makes of the bytes, on two instruction sets, with passes and
// without, in every precision:
//   - the reference and another instruction set give the same bytes
//   - int8 and its debug mode give the same bytes
//   - the model after all passes gives what its ops give one by one, within 1e-4
#include <cmath>
#include <span>
#include <string>

#include "ir/text/printer.h"
#include "ir/verifier.h"
#include "kernels/testing/isa_tables.h"
#include "tests/fuzz/any_op.h"
#include "tests/fuzz/graph_idioms.h"
#include "tests/fuzz/run_module.h"
#include "tests/fuzz/target.h"
#include "tests/golden/execute.h"

namespace octet::fuzz {
namespace {

using bert::Precision;
using ir::DType;

// How far rounding may move an output of a graph whose results are compared within 1e-4.
constexpr float kMaxNoise = 1e-5f;
constexpr int kMaxParts = 24;

// What the first bytes of an input choose.
struct Plan {
  bool any_ops;  // ops as no exporter writes them: only bytes are compared
  const kernels::IsaTable* isa;
  ir::SymbolBinding symbols;
  golden::MaskKind mask;
  uint64_t seed;
};

Plan ReadPlan(ByteReader* in) {
  constexpr golden::MaskKind kMasks[] = {golden::MaskKind::kPrefix, golden::MaskKind::kHoles,
                                         golden::MaskKind::kValues};
  const kernels::IsaTableList& isas = kernels::IsaTables();
  Plan plan;
  plan.any_ops = in->Coin();
  plan.isa = &isas[static_cast<int>(in->Byte()) % isas.size()];
  plan.symbols["b"] = in->Between(1, 4);
  plan.symbols["s"] = in->Between(1, 9);
  plan.mask = in->Pick(kMasks);
  plan.seed = in->Byte();
  return plan;
}

// The graph of the bytes behind the plan.
ir::Module Generate(const Plan& plan, ByteReader in, bool noise) {
  ir::Module module;
  GraphBuilder builder(&module, &in, plan.symbols, noise);
  const ir::Shape tokens = {builder.batch(), builder.tokens()};
  const int64_t width = in.Pick({int64_t{8}, int64_t{4}, int64_t{12}, int64_t{20}});
  const DType mask_dtype = in.Pick({DType::kI64, DType::kF32, DType::kI32, DType::kBool});
  const GraphInputs inputs = {
      module.AddArgument("input_ids", {DType::kI64, tokens}),
      module.AddArgument("token_type_ids", {DType::kI64, tokens}),
      module.AddArgument("attention_mask", {mask_dtype, tokens}),
      module.AddArgument("hidden", {DType::kF32, {builder.batch(), builder.tokens(), width}})};
  if (plan.any_ops) {
    for (const auto& argument : module.arguments()) builder.Keep(argument.get());
  } else {
    builder.Keep(inputs.hidden);
  }
  for (int part = 0; part < kMaxParts && !in.done(); ++part) {
    if (plan.any_ops && in.Coin()) {
      AddAnyOp(builder);
    } else {
      in.Pick(Idioms())(builder, inputs);
    }
  }
  module.AddOutput("last", builder.kept().back());
  if (builder.kept().size() > 2 && in.Coin()) {
    module.AddOutput("other", builder.kept()[builder.kept().size() - 2]);
  }
  return module;
}

Status Explain(const Status& status, std::string_view what, const ir::Module& module) {
  if (status.ok()) return {};
  return Internal(std::string(what) + ": " + status.message() + "\n" + ir::Print(module));
}

// Runs on both instruction sets, and returns what the reference gave.
Result<Result<Tensors>> RunOnBoth(const ir::Module& module, const Plan& plan, const Tensors& inputs,
                                  std::string_view what) {
  Result<Tensors> expected = RunModule(module.Clone(), kernels::IsaTables().front().table, inputs);
  const Result<Tensors> actual = RunModule(module.Clone(), plan.isa->table, inputs);
  OCTET_RETURN_IF_ERROR(Explain(CompareBytes(expected, actual),
                                std::string(what) + ", reference and " + plan.isa->name, module));
  if (!expected.ok()) OCTET_RETURN_IF_ERROR(CheckRefusal(expected.status()));
  return expected;
}

bool IsFinite(const Tensors& tensors) {
  for (const ir::Tensor& tensor : tensors) {
    if (tensor.dtype() != DType::kF32) return false;
    const std::span floats(tensor.as<float>(), static_cast<size_t>(tensor.num_elements()));
    for (const float x : floats) {
      if (!std::isfinite(x)) return false;
    }
  }
  return true;
}

// Whether every output is finite and depends little on how its ops round.
bool IsWellConditioned(const Plan& plan, const ByteReader& in, const Tensors& inputs,
                       const Tensors& outputs) {
  if (!IsFinite(outputs)) return false;
  const Result<Tensors> noisy =
      RunModule(Generate(plan, in, true), kernels::IsaTables().front().table, inputs);
  return noisy.ok() && golden::CompareOutputs(outputs, *noisy, kMaxNoise).ok();
}

// int8 and debug mode. A weight that is not finite is refused.
Status CheckQuantized(const ir::Module& optimized, const Plan& plan, const Tensors& inputs) {
  const Result<ir::Module> int8 = LowerTo(optimized, Precision::kInt8);
  if (!int8.ok()) {
    if (int8.status().code() == StatusCode::kInvalidModel) return {};
    return Explain(int8.status(), "int8 passes", optimized);
  }
  OCTET_ASSIGN_OR_RETURN(const Result<Tensors> outputs, RunOnBoth(*int8, plan, inputs, "int8"));
  const Result<ir::Module> debug = LowerTo(optimized, Precision::kDebug);
  OCTET_RETURN_IF_ERROR(Explain(debug.status(), "debug passes", optimized));
  const Result<Tensors> in_floats =
      RunModule(debug->Clone(), kernels::IsaTables().front().table, inputs);
  return Explain(CompareBytes(outputs, in_floats), "int8 and debug mode", *int8);
}

}  // namespace

Status FuzzGraphs(std::string_view bytes) {
  ByteReader in(bytes);
  const Plan plan = ReadPlan(&in);
  const ir::Module module = Generate(plan, in, false);
  OCTET_RETURN_IF_ERROR(Explain(ir::Verify(module), "the generator", module));
  OCTET_ASSIGN_OR_RETURN(const Tensors inputs,
                         golden::RandomInputs(module, plan.symbols, plan.seed, plan.mask));
  OCTET_ASSIGN_OR_RETURN(const Result<Tensors> generic,
                         RunOnBoth(module, plan, inputs, "without passes"));
  const Result<ir::Module> optimized = OptimizeCopy(module);
  OCTET_RETURN_IF_ERROR(Explain(optimized.status(), "passes", module));
  const Result<ir::Module> fused = LowerTo(*optimized, Precision::kFp32);
  OCTET_RETURN_IF_ERROR(Explain(fused.status(), "passes of fp32", *optimized));
  OCTET_RETURN_IF_ERROR(Explain(ir::Verify(*fused), "passes", module));
  OCTET_ASSIGN_OR_RETURN(const Result<Tensors> outputs,
                         RunOnBoth(*fused, plan, inputs, "with passes"));
  OCTET_RETURN_IF_ERROR(CheckQuantized(*optimized, plan, inputs));
  if (plan.any_ops || !generic.ok()) return {};
  if (!outputs.ok()) return Explain(outputs.status(), "only with passes", module);
  if (!IsWellConditioned(plan, in, inputs, *generic)) return {};
  return Explain(golden::CompareOutputs(*generic, *outputs), "passes change a result", module);
}

}  // namespace octet::fuzz
