// The --qconfig argument that several programs take.
#ifndef OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_
#define OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_

#include <string>

#include "quant/qconfig.h"

namespace octet::cli {

// "" is octet's default for the whole model; a name that ends in ".json" is a file in the form of
// quant::ParseQConfigDict; anything else is a preset for the whole model. Errors carry the file's
// name.
Result<quant::QConfigDict> LoadQConfig(const std::string& argument);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_
