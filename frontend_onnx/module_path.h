// Which module of the source model an ONNX node came from, such as
// "bert.encoder.layer.0.attention.self.query". Quantization settings and reports use these paths.
#ifndef OCTET_FRONTEND_ONNX_MODULE_PATH_H_
#define OCTET_FRONTEND_ONNX_MODULE_PATH_H_

#include <string>
#include <string_view>

namespace octet::frontend_onnx {

// From the name that PyTorch's TorchScript exporter gives a node (torch >= 1.13):
// "/bert/encoder/layer.0/attention/self/query/MatMul" ->
// "bert.encoder.layer.0.attention.self.query". Removes the last component, which is the operation,
// and the names of operations before it: an optimizer may append another component, as in
// "/bert/embeddings/LayerNorm/Mul/LayerNormFusion/". "" for a name without a path.
std::string ModulePathFromNodeName(std::string_view node_name);

// From the metadata that PyTorch's dynamo exporter attaches under kNameScopesKey: the printed
// Python list of enclosing scopes, outermost first, and the operation last: "['', 'bert',
// 'bert.pooler', 'tanh']" -> "bert.pooler". "" when the list is empty or malformed.
std::string ModulePathFromNameScopes(std::string_view name_scopes);
inline constexpr std::string_view kNameScopesKey = "pkg.torch.onnx.name_scopes";

// From the name of a parameter that the node reads: "bert.pooler.dense.bias" ->
// "bert.pooler.dense". "" for a name that does not end in ".weight" or ".bias", perhaps followed by
// the suffix of an fp16 converter ("_fp16").
std::string ModulePathFromParameter(std::string_view initializer_name);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_MODULE_PATH_H_
