// The --qconfig argument that several programs take.
#ifndef OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_
#define OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_

#include <string>

#include "quant/qconfig.h"

namespace octet::cli {

// "" means octet's default for the whole model. A name that ends in ".json" is a file for
// quant::ParseQConfigDict. Anything else is the name of a preset for the whole model. Errors name
// the file.
Result<quant::QConfigDict> LoadQConfig(const std::string& argument);

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_QCONFIG_ARGUMENT_H_
