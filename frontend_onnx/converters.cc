#include "frontend_onnx/converters.h"

#include <algorithm>
#include <vector>

namespace octet::frontend_onnx {
namespace {

template <ir::OpKind kKind>
Status ConvertSame(NodeContext* node) {
  std::vector<ir::Value*> operands;
  for (int i = 0; i < node->num_inputs(); ++i) operands.push_back(node->input(i));
  OCTET_ASSIGN_OR_RETURN(const ir::Op* op, node->rewriter().Create(kKind, operands));
  node->SetOutput(0, op->result());
  return {};
}

// About 120 rows. A linear search through them takes little of the time of an import.
constexpr OnnxOp kTable[] = {
#define OCTET_ONNX_OP(domain, Name, Function, min_inputs, max_inputs, max_outputs) \
  {domain, #Name, Function, min_inputs, max_inputs, max_outputs},
#define OCTET_ONNX_SAME(domain, Name, kind, inputs) \
  {domain, #Name, ConvertSame<ir::OpKind::kind>, inputs, inputs, 1},
#include "frontend_onnx/converters.def"
#undef OCTET_ONNX_OP
#undef OCTET_ONNX_SAME
};

}  // namespace

const OnnxOp* FindOnnxOp(std::string_view domain, std::string_view name) {
  if (domain == "ai.onnx") domain = "";
  for (const OnnxOp& op : kTable) {
    if (op.name == name && op.domain == domain) return &op;
  }
  return nullptr;
}

bool IsOnnxOperation(std::string_view name) {
  return std::ranges::any_of(kTable, [&](const OnnxOp& op) { return op.name == name; });
}

}  // namespace octet::frontend_onnx
