// Dead code: one walk from the last op to the first is enough, since erasing an op can only make
// earlier ops dead.
#include <algorithm>
#include <unordered_set>

#include "ir/passes/pass.h"

namespace octet::ir {

Status EliminateDeadCode(Rewriter& rewriter, PassContext&) {
  const Module& module = rewriter.module();
  std::unordered_set<const Value*> outputs;
  for (const Output& output : module.outputs()) outputs.insert(output.value);

  std::vector<Op*> ops;
  for (const auto& op : module.ops()) ops.push_back(op.get());
  std::reverse(ops.begin(), ops.end());
  for (Op* op : ops) {
    bool is_dead = true;
    for (int i = 0; i < op->num_results() && is_dead; ++i) {
      is_dead = op->result(i)->uses().empty() && !outputs.contains(op->result(i));
    }
    if (is_dead) rewriter.Erase(op);
  }
  return {};
}

}  // namespace octet::ir
