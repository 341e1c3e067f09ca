// A constant as the text form writes it, before its type is known: splat(v), [v, v], random(seed)
// or hash(digits).
#ifndef OCTET_IR_TEXT_TENSOR_LITERAL_H_
#define OCTET_IR_TEXT_TENSOR_LITERAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "ir/tensor.h"

namespace octet::ir {

struct TensorLiteral {
  enum class Form : uint8_t { kSplat, kList, kRandom, kHash };
  Form form = Form::kList;
  // The numbers as written: one, except for a list.
  std::vector<std::string> words;
};

// The tensor of a literal. Its bytes are subtracted from `bytes_left`. InvalidArgument: symbolic
// dims, a number that the dtype cannot hold, the wrong count of numbers. ResourceLimit: more than
// `bytes_left`, except for a hash, which does not need memory.
Result<Tensor> MakeTensor(const TensorLiteral& literal, const Type& type, int64_t* bytes_left);

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_TENSOR_LITERAL_H_
