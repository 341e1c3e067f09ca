#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ir/op_views.h"
#include "ir/passes/pass.h"
#include "quant/quantize_dynamic.h"
#include "quant/weight_quantizer.h"

namespace octet::quant {
namespace {

// The spec of an observe in the given role.
Result<ObserverSpec> SpecOf(const ir::ObserveOp& observe, ObserverRole role) {
  const ObserverSpec& spec = observe.observer();
  if (spec.role == role) return spec;
  return InvalidArgument("an operand is observed as " + std::string(ir::RoleName(spec.role)) +
                         ", expected " + std::string(ir::RoleName(role)));
}

// Converts linears in list order: what one of them made, later ones may use.
class Converter {
 public:
  Converter(ir::Rewriter* rewriter, bool debug) : rewriter_(rewriter), debug_(debug) {}

  // Replaces an observed linear; leaves one that is not.
  Status Convert(ir::Op* linear) {
    const ir::LinearOp view(*linear);
    const auto activation = ir::DefinedAs<ir::ObserveOp>(view.x());
    const auto weight = ir::DefinedAs<ir::ObserveOp>(view.weight());
    if (!activation && !weight) return {};
    if (!activation || !weight) {
      return InvalidArgument(!activation ? "the weight is observed, the activation is not"
                                         : "the activation is observed, the weight is not");
    }
    rewriter_->SetInsertionPoint(linear);
    rewriter_->set_location(linear->location());
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Value*> x, QuantizedActivation(*activation));
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Value*> w, QuantizedConstant(*weight));
    // The attributes of qlinear are those of linear.
    OCTET_ASSIGN_OR_RETURN(
        const ir::Op* qlinear,
        rewriter_->Create(ir::OpKind::kQLinear,
                          {x[0], x[1], x[2], w[0], w[1], w[2], view.bias(), view.residual()},
                          linear->attributes()));
    return rewriter_->Replace(linear, {qlinear->result()});
  }

 private:
  // q, scale and zero point of an observed activation.
  Result<std::vector<ir::Value*>> QuantizedActivation(const ir::ObserveOp& observe) {
    OCTET_ASSIGN_OR_RETURN(const ObserverSpec spec, SpecOf(observe, ObserverRole::kActivation));
    ir::Value* x = observe.x();
    std::vector<ir::Value*>& made = activations_[{x, spec.ToString()}];
    if (made.empty()) {
      OCTET_ASSIGN_OR_RETURN(
          const ir::Op* quantize,
          rewriter_->Create(
              ir::OpKind::kQuantizeDynamic, {x},
              {{"observer", spec}, {"to", debug_ ? ir::DType::kF32 : ir::DType::kU8}}));
      made = {quantize->result(0), quantize->result(1), quantize->result(2)};
    }
    return made;
  }

  // Constants for the integers, scales and zero points of an observed weight.
  Result<std::vector<ir::Value*>> QuantizedConstant(const ir::ObserveOp& observe) {
    OCTET_ASSIGN_OR_RETURN(const ObserverSpec spec, SpecOf(observe, ObserverRole::kWeight));
    const ir::Value* weight = observe.x();
    if (weight->constant() == nullptr) return InvalidArgument("the weight is not a constant");
    std::vector<ir::Value*>& made = weights_[{weight, spec.ToString()}];
    if (made.empty()) {
      OCTET_ASSIGN_OR_RETURN(QuantizedWeight quantized,
                             QuantizeWeight(*weight->constant(), spec).AtTensor(weight->name()));
      if (debug_) {
        OCTET_ASSIGN_OR_RETURN(quantized.values, ToFloat(quantized.values));
      }
      const auto add = [&](ir::Tensor tensor, const char* suffix) -> Status {
        OCTET_ASSIGN_OR_RETURN(
            ir::Value * value,
            rewriter_->Constant(std::move(tensor),
                                weight->name().empty() ? "" : weight->name() + suffix));
        made.push_back(value);
        return {};
      };
      OCTET_RETURN_IF_ERROR(add(std::move(quantized.values), "_quantized"));
      OCTET_RETURN_IF_ERROR(add(std::move(quantized.scale), "_scale"));
      OCTET_RETURN_IF_ERROR(add(std::move(quantized.zero_point), "_zero_point"));
    }
    return made;
  }

  ir::Rewriter* rewriter_;
  bool debug_;
  // What was made of a value in a scheme.
  using Made = std::map<std::pair<const ir::Value*, std::string>, std::vector<ir::Value*>>;
  Made activations_;
  Made weights_;
};

std::vector<ir::Op*> OpsOfKind(const ir::Module& module, ir::OpKind kind) {
  std::vector<ir::Op*> ops;
  for (const auto& op : module.ops()) {
    if (op->kind() == kind) ops.push_back(op.get());
  }
  return ops;
}

}  // namespace

Status ConvertDynamicPass(ir::Rewriter& rewriter, const QuantizeOptions& options) {
  rewriter.module().set_stage(ir::Stage::kQuant);
  Converter converter(&rewriter, options.debug);
  for (ir::Op* linear : OpsOfKind(rewriter.module(), ir::OpKind::kLinear)) {
    // The place outlives the linear: Convert erases it.
    const ir::Location location = linear->location();
    if (Status status = converter.Convert(linear); !status.ok()) {
      return std::move(status).AtNode(location.node()).AtModule(location.module_path());
    }
  }
  // An observe is the identity, whoever else may read it.
  for (ir::Op* observe : OpsOfKind(rewriter.module(), ir::OpKind::kObserve)) {
    OCTET_RETURN_IF_ERROR(rewriter.Replace(observe, {observe->operand(0)}));
  }
  ir::PassContext context;
  return ir::EliminateDeadCode(rewriter, context);
}

}  // namespace octet::quant
