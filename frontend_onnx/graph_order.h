// The order in which nodes can be executed.
#ifndef OCTET_FRONTEND_ONNX_GRAPH_ORDER_H_
#define OCTET_FRONTEND_ONNX_GRAPH_ORDER_H_

#include <set>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace octet::frontend_onnx {

// Names that a node reads and defines; empty ones are absent optionals.
struct NodeNames {
  std::string_view label;  // for messages
  std::vector<std::string_view> inputs;
  std::vector<std::string_view> outputs;
};

// A permutation of the nodes in which definitions come before uses. ONNX requires sorted files, but
// some tools write unsorted ones. A sorted graph keeps its order. `defined` holds the names of
// graph inputs and initializers. Takes O(n log n) time, without recursion. Errors: InvalidModel for
// a name that is defined twice or nowhere, and for a cycle, each naming a node.
Result<std::vector<size_t>> SortNodes(const std::vector<NodeNames>& nodes,
                                      const std::set<std::string_view>& defined);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_GRAPH_ORDER_H_
