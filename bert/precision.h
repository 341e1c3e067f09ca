// The names of precisions on command lines.
#ifndef OCTET_BERT_PRECISION_H_
#define OCTET_BERT_PRECISION_H_

#include <string_view>
#include <vector>

#include "base/status.h"
#include "quant/precision.h"

namespace octet::bert {

using quant::Precision;
using quant::PrecisionName;

// InvalidArgument lists the names.
Result<Precision> ParsePrecision(std::string_view name);
// Parses a comma-separated list. InvalidArgument also if a name is repeated.
Result<std::vector<Precision>> ParsePrecisionList(std::string_view list);

}  // namespace octet::bert

#endif  // OCTET_BERT_PRECISION_H_
