// Types of graph inputs. The names of dimensions are the model's own (dim_param), changed where
// necessary: each is an identifier, two names never become one, and none is t, which octet uses
// itself. A dimension without a name gets one: axis 0 of an integer matrix is b, axis 1 is s.
//
// Exporters may give one dimension different names on different inputs ("batch" of the ids, "s43"
// of the mask). When the graph needs two dimensions to be equal, Unify replaces the later symbol.
// Inputs in which the two differ are then an error when the model runs.
#ifndef OCTET_FRONTEND_ONNX_INPUT_TYPES_H_
#define OCTET_FRONTEND_ONNX_INPUT_TYPES_H_

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/type.h"

namespace onnx {
class TensorShapeProto_Dimension;
class ValueInfoProto;
}  // namespace onnx

namespace octet::frontend_onnx {

class InputTypes {
 public:
  // An input whose rank is not in the file gets `unknown_rank`. A dimension of -1 has an unknown
  // size: old exporters write this. A dimension of 0 has an unknown size, too, in a matrix of
  // integers and beside another unknown size. Errors: Unsupported for an input that is not a tensor
  // of a supported element type, InvalidModel for sizes below -1 or above kMaxDim.
  static Result<InputTypes> Read(std::span<const onnx::ValueInfoProto> inputs,
                                 int64_t unknown_rank);

  // One for each input, in order.
  const std::vector<ir::Type>& types() const { return types_; }
  // Whether the file does not give the rank of some input.
  bool has_unknown_rank() const { return has_unknown_rank_; }

  // Makes two dimensions equal by replacing one symbol in all types; false if that is not possible.
  // Never makes two symbols of one input equal and never replaces a symbol by a number: a model
  // that needs this is more likely broken.
  bool Unify(const ir::UndecidedDims& dims);

 private:
  // Where a symbol occurs first, and all inputs that have it.
  struct Place {
    size_t order;
    size_t axis;
    std::set<size_t> inputs;
  };

  Result<ir::Type> TypeOf(const onnx::ValueInfoProto& input, int64_t unknown_rank);
  Result<ir::Dim> DimOf(const onnx::TensorShapeProto_Dimension& dim, bool zero_is_a_size,
                        const std::string& fallback_name);
  ir::Dim NewSymbol(const std::string& name);
  ir::Dim MakeSymbol(const std::string& name);
  void Locate(size_t input);
  Place& PlaceOf(std::string_view symbol);
  bool MayBeEqual(std::string_view a, std::string_view b);
  bool Replace(std::string_view symbol, const ir::Dim& value);
  bool Solve(const ir::Dim& difference);
  bool Merge(const ir::UndecidedDims& dims);

  std::vector<ir::Type> types_;
  std::map<std::string, ir::Dim> symbols_;  // exporter's name -> octet's
  std::set<std::string> taken_ = {"t"};
  std::map<std::string, int> numbers_;  // of each name, the last that made a symbol of it
  std::map<std::string, Place, std::less<>> places_;  // of each symbol
  bool has_unknown_rank_ = false;
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_INPUT_TYPES_H_
