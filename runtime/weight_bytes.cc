#include "runtime/weight_bytes.h"

#include <set>

namespace octet::runtime {

int64_t WeightBytes(const ir::Module& module) {
  int64_t bytes = 0;
  std::set<const void*> seen;
  for (const auto& op : module.ops()) {
    if (op->kind() != ir::OpKind::kConstant) continue;
    const ir::Tensor& tensor = op->attr<ir::Tensor>("value");
    const void* data = tensor.view().data;
    if (data == nullptr || seen.insert(data).second) bytes += tensor.byte_size();
  }
  return bytes;
}

}  // namespace octet::runtime
