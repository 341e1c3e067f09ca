#include "quant/attention_precision.h"

#include <algorithm>
#include <vector>

#include "ir/attention_precision.h"

namespace octet::quant {
namespace {

ir::AttentionPrecision PrecisionFor(const QConfigDict& qconfigs, std::string_view module_path,
                                    ir::AttentionPrecision model) {
  const std::optional<QConfig>* entry = FindEntry(qconfigs, module_path);
  if (entry == nullptr) return model;
  return *entry ? (*entry)->attention.value_or(model) : ir::AttentionPrecision::kF32;
}

Status CheckAttentionPaths(const QConfigDict& qconfigs, const std::vector<ir::Op*>& attentions) {
  for (const auto& [path, qconfig] : qconfigs) {
    if (path.empty() || !qconfig || !qconfig->attention) continue;
    const bool used =
        std::ranges::any_of(attentions, [prefix = std::string_view(path)](ir::Op* op) {
          return IsModulePrefix(prefix, op->location().module_path());
        });
    if (!used) return InvalidArgument("no attention is in module '" + Printable(path) + "'");
  }
  return {};
}

}  // namespace

Status SetAttentionPrecisionPass(ir::Rewriter& rewriter, const QConfigDict& qconfigs,
                                 ir::AttentionPrecision model) {
  std::vector<ir::Op*> attentions;
  for (const auto& op : rewriter.module().ops()) {
    if (ir::AttentionPrecisionOf(*op)) attentions.push_back(op.get());
  }
  OCTET_RETURN_IF_ERROR(CheckAttentionPaths(qconfigs, attentions));
  for (ir::Op* op : attentions) {
    const auto precision = PrecisionFor(qconfigs, op->location().module_path(), model);
    if (precision == ir::AttentionPrecisionOf(*op)) continue;
    rewriter.SetInsertionPoint(op);
    rewriter.set_location(op->location());
    ir::Attributes attributes = op->attributes();
    attributes.Set("precision", std::string(ir::EnumName(precision)));
    OCTET_ASSIGN_OR_RETURN(const ir::Op* changed,
                           rewriter.Create(op->kind(), op->operands(), std::move(attributes)));
    rewriter.SetName(changed->result(), op->result()->name());
    OCTET_RETURN_IF_ERROR(rewriter.Replace(op, {changed->result()}));
  }
  return {};
}

}  // namespace octet::quant
