#include "ir/passes/pass.h"

#include <algorithm>
#include <chrono>

#include "ir/verifier.h"

namespace octet::ir {

void PassContext::Explain(const Op& op, std::string text) {
  remarks_.push_back({pass_, op.location(), std::move(text)});
}

const std::vector<PassInfo>& AllPasses() {
  // Never destroyed: a thread may still compile a model when the process exits.
  static const auto* const passes = new std::vector<PassInfo>{
#define OCTET_PASS(Function, name, summary) {name, summary, Function},
#include "ir/passes/passes.def"
#undef OCTET_PASS
  };
  return *passes;
}

void PassManager::Add(std::string name, PassFunction pass, std::string summary) {
  passes_.push_back({std::move(name), std::move(summary), std::move(pass)});
}

Status PassManager::Add(std::string_view name) {
  for (const PassInfo& info : AllPasses()) {
    if (info.name == name) {
      Add(std::string(name), info.run, std::string(info.summary));
      return {};
    }
  }
  return InvalidArgument("no pass is called '" + Printable(name) + "'");
}

Status PassManager::Run(Module* module) {
  int count = 0;
  bool verified = false;
  for (const Entry& pass : passes_) {
    if (options_.disabled.contains(pass.name)) continue;
    if (options_.stop_after >= 0 && count++ >= options_.stop_after) break;
    context_.pass_ = pass.name;
    Rewriter rewriter(module);
    const auto start = std::chrono::steady_clock::now();
    Status status = pass.run(rewriter, context_);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    // A pass that changes nothing leaves a graph as valid as it was.
    if (status.ok() && options_.verify && (!verified || rewriter.num_changes() > 0)) {
      status = Verify(*module);
      verified = true;
    }
    if (status.code() == StatusCode::kInvalidArgument) return status;
    if (!status.ok()) {
      return Status(status.code(), "pass " + pass.name + ": " + status.message(), status.place());
    }
    timings_.push_back({pass.name, pass.summary, elapsed.count(), rewriter.num_changes()});
    if (options_.after_pass) options_.after_pass(pass.name, *module);
  }
  return {};
}

Status ApplyPattern(std::initializer_list<OpKind> roots, const Pattern& pattern, Rewriter& rewriter,
                    PassContext& context) {
  return ApplyPattern(std::span(roots.begin(), roots.size()), pattern, rewriter, context);
}

Status ApplyPattern(std::span<const OpKind> roots, const Pattern& pattern, Rewriter& rewriter,
                    PassContext& context) {
  // A match makes the graph smaller or moves an op to a later form, so a correct pattern does not
  // fire more often than this.
  const size_t limit = 4 * rewriter.module().ops().size() + 64;
  size_t matches = 0;
  const size_t num_remarks = context.remarks().size();
  bool changed = true;
  while (changed) {
    changed = false;
    context.KeepRemarks(num_remarks);
    // A match may erase its root and insert ops around it. Apart from the root it only erases ops
    // before it, so the op after the root stays valid: read it before the pattern runs.
    const auto& ops = rewriter.module().ops();
    for (auto it = ops.begin(); it != ops.end();) {
      Op* op = it->get();
      ++it;
      if (std::ranges::find(roots, op->kind()) == roots.end()) continue;
      rewriter.SetInsertionPoint(op);
      rewriter.set_location(op->location());
      OCTET_ASSIGN_OR_RETURN(const bool matched, pattern(op, rewriter, context));
      if (!matched) continue;
      changed = true;
      if (++matches > limit) return Internal("the pattern does not converge");
    }
  }
  return {};
}

}  // namespace octet::ir
