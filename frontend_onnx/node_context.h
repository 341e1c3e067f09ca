// What a converter sees of one ONNX node: its operands as IR values, its attributes, and where to
// put its results. Protobuf types are only declared here, so that converters do not compile against
// protobuf.
#ifndef OCTET_FRONTEND_ONNX_NODE_CONTEXT_H_
#define OCTET_FRONTEND_ONNX_NODE_CONTEXT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ir/rewriter.h"

namespace onnx {
class AttributeProto;
class NodeProto;
}  // namespace onnx

namespace octet::frontend_onnx {

class TensorLoader;

// Lives for the conversion of one node. Not thread-safe.
class NodeContext {
 public:
  // `inputs` has a value for each input name, nullptr for an absent optional one. `used` says for
  // each output whether anything reads it.
  NodeContext(const onnx::NodeProto& node, int64_t opset, std::vector<ir::Value*> inputs,
              std::vector<bool> used, ir::Rewriter* rewriter, TensorLoader* loader);

  ir::Rewriter& rewriter() { return *rewriter_; }
  const std::string& op_type() const;
  // The version of the node's operator set that the model imports.
  int64_t opset() const { return opset_; }

  int num_inputs() const { return static_cast<int>(inputs_.size()); }
  // nullptr when the node does not have it.
  ir::Value* input(int i) const {
    return i < num_inputs() ? inputs_[static_cast<size_t>(i)] : nullptr;
  }
  const std::string& input_name(int i) const;
  int num_outputs() const { return static_cast<int>(used_.size()); }
  bool OutputIsUsed(int i) const { return i < num_outputs() && used_[static_cast<size_t>(i)]; }
  void SetOutput(int i, ir::Value* value) { outputs_[static_cast<size_t>(i)] = value; }
  const std::vector<ir::Value*>& outputs() const { return outputs_; }

  // Attributes. Errors: InvalidModel for a value of another type, for one that is given twice, for
  // a float that is not finite, and for a missing one without a fallback.
  bool HasAttribute(std::string_view name) const;
  Result<int64_t> Int(std::string_view name, std::optional<int64_t> fallback = {});
  Result<double> Float(std::string_view name, double fallback);
  Result<std::string> String(std::string_view name, std::string_view fallback);
  Result<std::vector<int64_t>> Ints(std::string_view name);
  Result<std::vector<float>> Floats(std::string_view name);
  Result<ir::Tensor> Tensor(std::string_view name);
  // Unsupported when the node has an attribute that none of the calls above asked for: to ignore it
  // would give wrong results.
  Status CheckAllAttributesRead() const;

  // Counts a constant that the node stands for without holding it. ResourceLimit when all of the
  // model's are more than kMaxMadeBytes.
  Status CountMadeBytes(int64_t bytes);

  // The elements of input i as numbers or dims. Errors: InvalidModel when the node does not have
  // the input, Unsupported when the elements depend on data.
  Result<ir::Contents> Contents(int i) const;
  // The same for a single element.
  Result<ir::Dim> ContentsElement(int i) const;
  // The same, all of them numbers.
  Result<std::vector<int64_t>> StaticInts(int i) const;
  // The same for a single element.
  Result<int64_t> StaticInt(int i) const;

 private:
  Status NotOneElement(int i) const;
  Result<const onnx::AttributeProto*> Find(std::string_view name, int type);

  const onnx::NodeProto& node_;
  int64_t opset_;
  std::vector<ir::Value*> inputs_;
  std::vector<bool> used_;
  std::vector<ir::Value*> outputs_;
  ir::Rewriter* rewriter_;
  TensorLoader* loader_;
  std::vector<std::string_view> read_;  // names of the attributes asked for
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_NODE_CONTEXT_H_
