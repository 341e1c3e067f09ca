// One converter for each ONNX operator: it reads a node through its NodeContext and builds IR ops.
// converters.def is the table; converters_*.cc define the functions, by theme.
#ifndef OCTET_FRONTEND_ONNX_CONVERTERS_H_
#define OCTET_FRONTEND_ONNX_CONVERTERS_H_

#include <limits>
#include <string_view>

#include "frontend_onnx/node_context.h"

namespace octet::frontend_onnx {

// Sets every output of the node that is used.
using Converter = Status (*)(NodeContext* node);

// Any number of inputs or outputs.
inline constexpr int kVariadic = std::numeric_limits<int>::max();

struct OnnxOp {
  std::string_view domain;  // "" is ai.onnx
  std::string_view name;
  Converter convert;
  int min_inputs;  // the first min_inputs must be present
  int max_inputs;  // kVariadic: all inputs must be present
  int max_outputs;
};

// nullptr when the importer does not know the op. "ai.onnx" is the same domain as "".
const OnnxOp* FindOnnxOp(std::string_view domain, std::string_view name);
// Whether any domain has an op of this name.
bool IsOnnxOperation(std::string_view name);

#define OCTET_ONNX_OP(domain, Name, Function, ...) Status Function(NodeContext* node);
#define OCTET_ONNX_SAME(domain, Name, ...)
#include "frontend_onnx/converters.def"
#undef OCTET_ONNX_OP
#undef OCTET_ONNX_SAME

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_CONVERTERS_H_
