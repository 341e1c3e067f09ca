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

// The largest constant that text may ask for, in bytes, so that a few characters cannot exhaust
// memory. The largest table of a BERT encoder (30522 x 1024 floats) takes 125 MB.
inline constexpr int64_t kMaxLiteralBytes = int64_t{1} << 28;

// The tensor of a literal. InvalidArgument: symbolic dims, a number that the dtype cannot hold, the
// wrong count of numbers. ResourceLimit: above kMaxLiteralBytes, except for a hash, which does not
// need memory.
Result<Tensor> MakeTensor(const TensorLiteral& literal, const Type& type);

}  // namespace octet::ir

#endif  // OCTET_IR_TEXT_TENSOR_LITERAL_H_
