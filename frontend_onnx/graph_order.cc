#include "frontend_onnx/graph_order.h"

#include <functional>
#include <map>
#include <queue>
#include <string>

namespace octet::frontend_onnx {
namespace {

using Producers = std::map<std::string_view, size_t>;

Result<Producers> FindProducers(const std::vector<NodeNames>& nodes,
                                const std::set<std::string_view>& defined) {
  Producers producers;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string_view output : nodes[i].outputs) {
      if (output.empty()) continue;
      if (defined.contains(output) || !producers.emplace(output, i).second) {
        return InvalidModel("this name is defined twice")
            .AtNode(std::string(nodes[i].label))
            .AtTensor(std::string(output));
      }
    }
  }
  return producers;
}

// A node on a cycle. Starts at a waiting node and goes from each node to a producer that waits,
// until it meets a node twice.
size_t FindCycle(const std::vector<NodeNames>& nodes, const Producers& producers,
                 const std::vector<size_t>& waiting) {
  size_t node = 0;
  while (waiting[node] == 0) ++node;
  std::vector<bool> seen(nodes.size());
  while (!seen[node]) {
    seen[node] = true;
    for (const std::string_view input : nodes[node].inputs) {
      const auto producer = producers.find(input);
      if (producer != producers.end() && waiting[producer->second] > 0) {
        node = producer->second;
        break;
      }
    }
  }
  return node;
}

}  // namespace

Result<std::vector<size_t>> SortNodes(const std::vector<NodeNames>& nodes,
                                      const std::set<std::string_view>& defined) {
  OCTET_ASSIGN_OR_RETURN(const Producers producers, FindProducers(nodes, defined));

  // Kahn's algorithm. Taking the smallest ready index first keeps the order of a sorted graph.
  std::vector<size_t> waiting(nodes.size());  // inputs that are not computed yet
  std::vector<std::vector<size_t>> consumers(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const std::string_view input : nodes[i].inputs) {
      if (input.empty() || defined.contains(input)) continue;
      const auto producer = producers.find(input);
      if (producer == producers.end()) {
        return InvalidModel("no node, input or initializer defines this name")
            .AtNode(std::string(nodes[i].label))
            .AtTensor(std::string(input));
      }
      consumers[producer->second].push_back(i);
      ++waiting[i];
    }
  }
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (waiting[i] == 0) ready.push(i);
  }
  std::vector<size_t> order;
  order.reserve(nodes.size());
  while (!ready.empty()) {
    const size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const size_t consumer : consumers[node]) {
      if (--waiting[consumer] == 0) ready.push(consumer);
    }
  }
  if (order.size() < nodes.size()) {
    const size_t node = FindCycle(nodes, producers, waiting);
    return InvalidModel("the node depends on its own output")
        .AtNode(std::string(nodes[node].label));
  }
  return order;
}

}  // namespace octet::frontend_onnx
