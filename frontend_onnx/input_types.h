// Types of graph inputs. The names of dimensions are the model's own (dim_param), made identifiers
// and kept different from each other and from t, which octet uses itself. A dimension without a
// name gets one: axis 0 of an integer matrix is b, axis 1 is s.
//
// Exporters name one axis differently on different inputs ("batch" of the ids, "s43" of the mask).
// Where the graph needs two dimensions to be equal, Unify makes them one: the later symbol is
// replaced, and inputs that then disagree are an error when the model runs.
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
  // Inputs whose rank the file does not say are taken to have `unknown_rank`. A dimension of -1 is
  // one of an unknown size, as old exporters write it, and so is a 0 of an integer matrix or beside
  // another unknown size. Errors: Unsupported for what is not a tensor of a known element type,
  // InvalidModel for sizes below -1 or above kMaxDim.
  static Result<InputTypes> Read(std::span<const onnx::ValueInfoProto> inputs,
                                 int64_t unknown_rank);

  // One an input, in order.
  const std::vector<ir::Type>& types() const { return types_; }
  // Whether the file leaves the rank of an input open.
  bool has_unknown_rank() const { return has_unknown_rank_; }

  // Makes two dimensions equal by replacing one symbol in all types; false when none does that.
  // Two symbols of one input are never made equal, nor is a symbol made a number: then it is more
  // likely that the model is broken.
  bool Unify(const ir::UndecidedDims& dims);

 private:
  // Where a symbol stands first, and all inputs that have it.
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
