#include <google/protobuf/message.h>
#include <nlohmann/json.hpp>

#include "ir/graph.h"
#include "kernels/kernel_table.h"
#include "quant/qconfig.h"
