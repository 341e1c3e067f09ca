// The graphs inside an If: a condition that is known at import decides which of them is read.
#ifndef OCTET_FRONTEND_ONNX_BRANCHES_H_
#define OCTET_FRONTEND_ONNX_BRANCHES_H_

#include <onnx/onnx_pb.h>

#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::frontend_onnx {

bool IsIf(const onnx::NodeProto& node);

// The branch that an If takes. Errors: InvalidModel when the node does not have that branch, or
// when the branch has inputs or another number of outputs than the node.
Result<const onnx::GraphProto*> TakenBranch(const onnx::NodeProto& node, bool condition);

// The names that a node reads: its inputs and, of an If, what its branches read and do not define.
std::vector<std::string_view> ReadNames(const onnx::NodeProto& node);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_BRANCHES_H_
