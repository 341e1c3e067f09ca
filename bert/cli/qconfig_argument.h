// The --qconfig argument that several programs take.
#ifndef OCTET_BERT_CLI_QCONFIG_ARGUMENT_H_
#define OCTET_BERT_CLI_QCONFIG_ARGUMENT_H_

#include <string>

#include "quant/qconfig.h"

namespace octet::bert {

// "" is octet's default for the whole model; a name that ends in ".json" is a file in the form of
// quant::ParseQConfigDict; anything else is a preset for the whole model. Errors carry the file's
// name.
Result<quant::QConfigDict> LoadQConfig(const std::string& argument);

}  // namespace octet::bert

#endif  // OCTET_BERT_CLI_QCONFIG_ARGUMENT_H_
