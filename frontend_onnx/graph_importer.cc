#include "frontend_onnx/graph_importer.h"

#include <algorithm>
#include <map>
#include <set>

#include "frontend_onnx/branches.h"
#include "frontend_onnx/converters.h"
#include "frontend_onnx/data_type.h"
#include "frontend_onnx/graph_order.h"
#include "frontend_onnx/input_types.h"
#include "frontend_onnx/limits.h"
#include "frontend_onnx/model_parts.h"
#include "frontend_onnx/node_location.h"
#include "frontend_onnx/squeezed.h"
#include "frontend_onnx/tensor_data.h"
#include "ir/rewriter.h"

namespace octet::frontend_onnx {
namespace {

// "a, b and 3 more": at most `limit` of the names, joined.
std::string JoinNames(const std::vector<std::string>& names, size_t limit) {
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), limit); ++i) {
    list += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > limit) list += " and " + std::to_string(names.size() - limit) + " more";
  return list;
}

// Unsupported if octet does not know an operator. The message lists all unknown operators, in the
// order in which they appear, each with the nodes that use it.
Status CheckOperators(const ModelParts& parts, const std::vector<ir::Location>& locations) {
  std::vector<std::string> operators;
  std::map<std::string, std::vector<std::string>> nodes_of;
  for (size_t i = 0; i < parts.nodes.size(); ++i) {
    const onnx::NodeProto& node = parts.nodes[i];
    // The nodes in the branches of an If are checked when a branch is taken.
    if (IsIf(node) || FindOnnxOp(node.domain(), node.op_type()) != nullptr) continue;
    const std::string name =
        node.domain().empty() ? node.op_type() : node.domain() + "." + node.op_type();
    std::vector<std::string>& nodes = nodes_of[name];
    if (nodes.empty()) operators.push_back(name);
    nodes.push_back("'" + Printable(locations[i].node()) + "'");
  }
  if (operators.empty()) return {};
  for (std::string& name : operators) {
    name = Printable(name) + " (" + JoinNames(nodes_of[name], kMaxListedNodes) + ")";
  }
  return Unsupported((operators.size() == 1 ? "unknown operator: " : "unknown operators: ") +
                     JoinNames(operators, kMaxListedOps));
}

// Checks the rank of a value and, if it is static, its size, before anything is allocated for it.
Status CheckSize(const ir::Value& value) {
  if (value.shape().size() > kMaxRank) {
    return Unsupported("a value of rank " + std::to_string(value.rank()) + "; the limit is " +
                       std::to_string(kMaxRank));
  }
  const auto shape = StaticShape(value.shape());
  if (!shape) return {};
  OCTET_ASSIGN_OR_RETURN(const int64_t size, ir::CheckedByteSize(*shape, value.dtype()));
  if (size > kMaxValueBytes) {
    return ResourceLimit("a value of type " + value.type().ToString() + " has more than " +
                         std::to_string(kMaxValueBytes) + " bytes");
  }
  return {};
}

class GraphImporter {
 public:
  GraphImporter(const ModelParts& parts, ByteSource* source, ExternalData* external,
                uint64_t max_weight_bytes)
      : parts_(parts),
        source_(source),
        loader_(source, external, max_weight_bytes),
        rewriter_(&module_),
        locations_(LocateNodes(parts)) {}

  Result<ir::Module> Run() {
    OCTET_RETURN_IF_ERROR(CheckOperators(parts_, locations_));
    OCTET_RETURN_IF_ERROR(CheckInitializers());
    OCTET_ASSIGN_OR_RETURN(const std::vector<size_t> order, Sort());
    FindUsedNames();
    Status error;
    // Inputs of unknown rank may have any of these ranks; the likeliest is tried first.
    for (const int64_t unknown_rank : {2, 3, 1, 4, 0}) {
      OCTET_ASSIGN_OR_RETURN(input_types_, InputTypes::Read(parts_.inputs, unknown_rank));
      Status status = BuildUnified(order);
      if (status.ok()) {
        module_.set_stage(ir::Stage::kImport);
        return std::move(module_);
      }
      if (error.ok()) error = std::move(status);
      if (!input_types_.has_unknown_rank()) break;
    }
    return error;
  }

 private:
  // Builds the graph. Starts again each time the graph needs two dimensions of the inputs to be
  // equal.
  Status BuildUnified(const std::vector<size_t>& order) {
    for (int i = 0; i <= kMaxUnifiedDims; ++i) {
      module_ = ir::Module();
      rewriter_ = ir::Rewriter(&module_);
      ir::GraphBudget budget = {std::min(kMaxOps, ops_left_), kMaxLargeDims};
      ops_left_ -= budget.ops;
      rewriter_.set_budget(&budget);
      values_.clear();
      Status status = Build(order);
      rewriter_.set_budget(nullptr);
      ops_left_ += std::max<int64_t>(budget.ops, 0);
      if (!unified_) return status;
    }
    return ResourceLimit("the inputs have more than " + std::to_string(kMaxUnifiedDims) +
                         " dimensions under different names that must be equal");
  }

  Status Build(const std::vector<size_t>& order) {
    unified_ = false;
    AddArguments();
    for (const size_t i : order) {
      Status status = ConvertNode(parts_.nodes[i], locations_[i]);
      if (const auto undecided = rewriter_.TakeUndecided()) {
        unified_ = input_types_.Unify(*undecided);
        if (unified_) return status;
      }
      if (!status.ok()) {
        return std::move(status).AtNode(locations_[i].node()).AtModule(locations_[i].module_path());
      }
    }
    return AddOutputs();
  }

  // Also checks initializers that no node reads: a file with a broken weight is broken.
  Status CheckInitializers() {
    for (const std::string& name : parts_.initializer_names) {
      const Status status = [&]() -> Status {
        OCTET_ASSIGN_OR_RETURN(const SplitTensorProto tensor,
                               ParseTensor(source_, parts_.initializers.at(name)));
        return loader_.Check(tensor.header, tensor.raw_data).status();
      }();
      if (!status.ok()) return Status(status).AtTensor(name);
    }
    return {};
  }

  Result<std::vector<size_t>> Sort() const {
    std::set<std::string_view> defined;
    for (const onnx::ValueInfoProto& input : parts_.inputs) defined.insert(input.name());
    for (const std::string& name : parts_.initializer_names) defined.insert(name);
    std::vector<NodeNames> nodes;
    for (size_t i = 0; i < parts_.nodes.size(); ++i) {
      const onnx::NodeProto& node = parts_.nodes[i];
      nodes.push_back({.label = locations_[i].node(),
                       .inputs = ReadNames(node),
                       .outputs = {node.output().begin(), node.output().end()}});
    }
    return SortNodes(nodes, defined);
  }

  void AddArguments() {
    for (size_t i = 0; i < parts_.inputs.size(); ++i) {
      const std::string& name = parts_.inputs[i].name();
      values_[name] = module_.AddArgument(name, input_types_.types()[i]);
    }
  }

  void FindUsedNames() {
    for (const onnx::NodeProto& node : parts_.nodes) {
      AddUsedNames(node);
    }
    for (const onnx::ValueInfoProto& output : parts_.outputs) used_.insert(output.name());
  }

  // Adds the names that the node and its branches read; the branches may define some of these.
  void AddUsedNames(const onnx::NodeProto& node) {
    used_.insert(node.input().begin(), node.input().end());
    if (!IsIf(node)) return;
    for (const onnx::AttributeProto& attribute : node.attribute()) {
      for (const onnx::NodeProto& inner : attribute.g().node()) AddUsedNames(inner);
      for (const onnx::ValueInfoProto& output : attribute.g().output()) used_.insert(output.name());
    }
  }

  // The value of a name. An initializer becomes a constant at its first use.
  Result<ir::Value*> ValueOf(const std::string& name) {
    const auto known = values_.find(name);
    if (known != values_.end()) return known->second;
    const auto initializer = parts_.initializers.find(name);
    if (initializer == parts_.initializers.end()) {
      return InvalidModel("no node, input or initializer defines this name").AtTensor(name);
    }
    OCTET_ASSIGN_OR_RETURN(ir::Tensor tensor, LoadOnce(initializer->first, initializer->second));
    OCTET_ASSIGN_OR_RETURN(ir::Value * value, rewriter_.Constant(std::move(tensor), name));
    values_[initializer->first] = value;
    return value;
  }

  // An initializer. It is read only once, even if the graph is built several times.
  Result<ir::Tensor> LoadOnce(std::string_view name, const Range& range) {
    const auto known = loaded_.find(name);
    if (known != loaded_.end()) return known->second;
    OCTET_ASSIGN_OR_RETURN(const SplitTensorProto tensor, ParseTensor(source_, range));
    Result<ir::Tensor> loaded = loader_.Load(tensor.header, tensor.raw_data);
    if (!loaded.ok()) return loaded.status().AtTensor(std::string(name));
    return loaded_.emplace(name, *std::move(loaded)).first->second;
  }

  // The operands, checked against the op's row of converters.def.
  Result<std::vector<ir::Value*>> Operands(const onnx::NodeProto& node, const OnnxOp& op) {
    int count = node.input_size();
    while (count > 0 && node.input(count - 1).empty()) --count;
    if (count < op.min_inputs || count > op.max_inputs || node.output_size() > op.max_outputs ||
        node.output_size() == 0) {
      return InvalidModel(node.op_type() + " has " + std::to_string(count) + " inputs and " +
                          std::to_string(node.output_size()) + " outputs");
    }
    std::vector<ir::Value*> operands;
    for (int i = 0; i < count; ++i) {
      if (node.input(i).empty()) {
        if (i < op.min_inputs || op.max_inputs == kVariadic) {
          return InvalidModel(node.op_type() + " lacks input " + std::to_string(i));
        }
        operands.push_back(nullptr);
        continue;
      }
      OCTET_ASSIGN_OR_RETURN(ir::Value * value, ValueOf(node.input(i)));
      operands.push_back(value);
    }
    return operands;
  }

  // The values of the node's outputs, null where a converter makes none.
  Result<std::vector<ir::Value*>> ConvertWith(const onnx::NodeProto& node, const OnnxOp& op,
                                              int64_t opset, std::vector<ir::Value*> operands) {
    std::vector<bool> used;
    for (const std::string& output : node.output()) {
      used.push_back(!output.empty() && used_.contains(output));
    }
    NodeContext context(node, opset, std::move(operands), std::move(used), &rewriter_, &loader_);
    OCTET_RETURN_IF_ERROR(op.convert(&context));
    OCTET_RETURN_IF_ERROR(context.CheckAllAttributesRead());
    return context.outputs();
  }

  // Converts the nodes of the taken branch in place of the If.
  Status ConvertIf(const onnx::NodeProto& node, const ir::Location& location) {
    if (node.input_size() != 1) return InvalidModel("If needs one condition");
    OCTET_ASSIGN_OR_RETURN(const ir::Value* condition, ValueOf(node.input(0)));
    const ir::Contents* known = condition->contents();
    if (condition->dtype() != ir::DType::kBool || known == nullptr || known->size() != 1) {
      return Unsupported("the condition of If depends on data or on the sizes of the inputs");
    }
    OCTET_ASSIGN_OR_RETURN(const onnx::GraphProto* graph,
                           TakenBranch(node, known->front() != ir::Dim(0)));
    OCTET_ASSIGN_OR_RETURN(const std::vector<std::string_view> inner_names, NamesOf(*graph));
    for (const onnx::TensorProto& initializer : graph->initializer()) {
      Result<ir::Tensor> loaded = loader_.Load(initializer, std::nullopt);
      if (!loaded.ok()) return loaded.status().AtTensor(initializer.name());
      OCTET_ASSIGN_OR_RETURN(values_[initializer.name()],
                             rewriter_.Constant(*std::move(loaded), initializer.name()));
    }
    for (const onnx::NodeProto& inner : graph->node()) {
      ir::Location place = location;
      if (!inner.name().empty()) place = {inner.name(), location.module_path()};
      if (!IsIf(inner) && FindOnnxOp(inner.domain(), inner.op_type()) == nullptr) {
        return Unsupported("unknown operator: " + Printable(inner.op_type())).AtNode(place.node());
      }
      if (Status status = ConvertNode(inner, place); !status.ok()) {
        return std::move(status).AtNode(place.node());
      }
    }
    std::vector<ir::Value*> outputs;
    for (const onnx::ValueInfoProto& output : graph->output()) {
      OCTET_ASSIGN_OR_RETURN(ir::Value * value, ValueOf(output.name()));
      outputs.push_back(value);
    }
    for (const std::string_view name : inner_names) values_.erase(name);
    for (int i = 0; i < node.output_size(); ++i) {
      values_[node.output(i)] = outputs[static_cast<size_t>(i)];
    }
    return {};
  }

  // The names that a branch defines. They are not visible outside of it. InvalidModel if the branch
  // defines one twice, or one that is also defined outside.
  Result<std::vector<std::string_view>> NamesOf(const onnx::GraphProto& graph) const {
    std::vector<std::string_view> names;
    for (const onnx::TensorProto& initializer : graph.initializer()) {
      names.emplace_back(initializer.name());
    }
    for (const onnx::NodeProto& node : graph.node()) {
      for (const std::string& output : node.output()) {
        if (!output.empty()) names.emplace_back(output);
      }
    }
    std::set<std::string_view> seen;
    for (const std::string_view name : names) {
      if (!seen.insert(name).second || values_.contains(name) ||
          parts_.initializers.contains(std::string(name))) {
        return InvalidModel("this name is defined twice").AtTensor(std::string(name));
      }
    }
    return names;
  }

  Status ConvertNode(const onnx::NodeProto& node, const ir::Location& location) {
    rewriter_.set_location(location);
    if (IsIf(node)) return ConvertIf(node, location);
    const OnnxOp& op = *FindOnnxOp(node.domain(), node.op_type());
    const auto opset = parts_.opsets.find(std::string(op.domain));
    if (opset == parts_.opsets.end()) {
      return InvalidModel("the model does not import the operator set '" + std::string(op.domain) +
                          "' of " + node.op_type());
    }
    OCTET_ASSIGN_OR_RETURN(std::vector<ir::Value*> operands, Operands(node, op));
    const auto convert = [&](std::vector<ir::Value*> inputs) {
      return ConvertWith(node, op, opset->second, std::move(inputs));
    };
    OCTET_ASSIGN_OR_RETURN(const std::vector<ir::Value*> outputs,
                           ConvertSqueezed(std::move(operands), convert, &rewriter_));
    for (int i = 0; i < node.output_size(); ++i) {
      ir::Value* value = outputs[static_cast<size_t>(i)];
      if (value == nullptr) continue;
      OCTET_RETURN_IF_ERROR(CheckSize(*value));
      if (!node.output(i).empty()) values_[node.output(i)] = value;
    }
    return {};
  }

  Status AddOutputs() {
    rewriter_.set_location({});
    for (const onnx::ValueInfoProto& output : parts_.outputs) {
      OCTET_ASSIGN_OR_RETURN(ir::Value * value, ValueOf(output.name()));
      const onnx::TypeProto::Tensor& declared = output.type().tensor_type();
      if (declared.elem_type() != 0 && declared.elem_type() != OnnxFromDType(value->dtype())) {
        return InvalidModel("the graph output is declared as element type " +
                            std::to_string(declared.elem_type()) + " and computed as " +
                            value->type().ToString())
            .AtTensor(output.name());
      }
      module_.AddOutput(output.name(), value);
    }
    return {};
  }

  const ModelParts& parts_;
  ByteSource* source_;
  TensorLoader loader_;
  InputTypes input_types_;
  bool unified_ = false;  // whether the last Build stopped because two dimensions became one
  int64_t ops_left_ = kMaxOpsBuilt;
  std::map<std::string_view, ir::Tensor> loaded_;
  ir::Module module_;
  ir::Rewriter rewriter_;
  std::vector<ir::Location> locations_;
  std::map<std::string_view, ir::Value*> values_;
  std::set<std::string_view> used_;  // names that a node or the graph reads
};

}  // namespace

Result<ir::Module> ImportGraph(const ModelIndex& index, ByteSource* source, ExternalData* external,
                               uint64_t max_weight_bytes) {
  OCTET_ASSIGN_OR_RETURN(const ModelParts parts, ParseModel(index, source));
  return GraphImporter(parts, source, external, max_weight_bytes).Run();
}

}  // namespace octet::frontend_onnx
