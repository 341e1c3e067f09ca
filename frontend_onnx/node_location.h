// The locations of nodes: a name for messages, and the module path.
#ifndef OCTET_FRONTEND_ONNX_NODE_LOCATION_H_
#define OCTET_FRONTEND_ONNX_NODE_LOCATION_H_

#include <vector>

#include "frontend_onnx/model_parts.h"
#include "ir/graph.h"

namespace octet::frontend_onnx {

// One location for each node. A node without a name gets the name of its first output, which is
// unique, too. The module path comes from the dynamo exporter's metadata, else from the node's
// name, else from a parameter that the node reads. A matrix product without any of these takes the
// path of the addition (of a bias) that is its only reader, because exporters rename folded
// weights.
std::vector<ir::Location> LocateNodes(const ModelParts& parts);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_NODE_LOCATION_H_
