#include <Eigen/Dense>
#include <onnx/onnx_pb.h>
#include <unknown/unknown.h>

#include OCTET_HEADER
#include "frontend_onnx/importer.h"
#include "octet/octet.h"
#include "tests/support/guard_buffer.h"
#include "tools/commands.h"
