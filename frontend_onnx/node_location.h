// The locations of nodes: a name for messages, and the module path.
#ifndef OCTET_FRONTEND_ONNX_NODE_LOCATION_H_
#define OCTET_FRONTEND_ONNX_NODE_LOCATION_H_

#include <vector>

#include "frontend_onnx/model_parts.h"
#include "ir/graph.h"

namespace octet::frontend_onnx {

// One location a node. A node without a name is called by its first output's, which is unique, too.
// The module path comes from the dynamo exporter's metadata, else from the node's name, else from a
// parameter that the node reads; a matrix product without any of them takes the path of the bias
// addition that alone reads it, because exporters rename folded weights.
std::vector<ir::Location> LocateNodes(const ModelParts& parts);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_NODE_LOCATION_H_
