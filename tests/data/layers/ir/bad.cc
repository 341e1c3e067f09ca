#include <unistd.h>
#include <onnx/onnx_pb.h>

#include <vector>

#include "ir/status.h"
#include "runtime/session.h"
