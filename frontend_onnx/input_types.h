// Types of graph inputs, with the exporter's dimension names replaced by octet's symbols.
//
// Encoders take [batch, sequence] integers, and every exporter names the two axes its own way
// ("batch", "N", "s18" ...). In every integer input of rank 2, a symbolic axis 0 becomes `b` and a
// symbolic axis 1 becomes `s`; other inputs that use the same names follow. Remaining names are
// made identifiers that differ from b, s and t. Sizes given as numbers stay numbers.
#ifndef OCTET_FRONTEND_ONNX_INPUT_TYPES_H_
#define OCTET_FRONTEND_ONNX_INPUT_TYPES_H_

#include <map>
#include <set>
#include <string>

#include "ir/type.h"

namespace onnx {
class ValueInfoProto;
}

namespace octet::frontend_onnx {

class InputTypes {
 public:
  // Learns the names of the batch and the sequence from an input. Call for all inputs first.
  void Learn(const onnx::ValueInfoProto& input);
  // The type of an input. Errors: Unsupported for what is no tensor of a known rank and element
  // type, InvalidModel for sizes below 0 or above kMaxDim.
  Result<ir::Type> TypeOf(const onnx::ValueInfoProto& input);

 private:
  ir::Dim SymbolFor(const std::string& name);

  std::map<std::string, std::string> symbols_;  // exporter's name -> octet's
  std::set<std::string> taken_ = {"b", "s", "t"};
};

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_INPUT_TYPES_H_
