#include <unistd.h>
#include <onnx/onnx_pb.h>

#include <vector>

#include "base/status.h"
#include "runtime/session.h"
