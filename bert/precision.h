// The three ways to run a model.
#ifndef OCTET_BERT_PRECISION_H_
#define OCTET_BERT_PRECISION_H_

#include <string_view>
#include <vector>

#include "ir/status.h"

namespace octet::bert {

enum class Precision : uint8_t {
  kFp32,   // the model as exported
  kInt8,   // dynamically quantized
  kDebug,  // the quantized graph in float arithmetic: the logits of kInt8, to the bit
};

std::string_view PrecisionName(Precision precision);  // "fp32", "int8", "debug"
// InvalidArgument lists the names.
Result<Precision> ParsePrecision(std::string_view name);
// A comma-separated list. InvalidArgument also for a name that comes twice.
Result<std::vector<Precision>> ParsePrecisionList(std::string_view list);

}  // namespace octet::bert

#endif  // OCTET_BERT_PRECISION_H_
