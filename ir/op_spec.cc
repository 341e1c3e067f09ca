#include "ir/op_spec.h"

#include <utility>

namespace octet::ir {

Location::Location(std::string node, std::string module_path) {
  if (node.empty() && module_path.empty()) return;
  texts_ = std::make_shared<const Texts>(Texts{std::move(node), std::move(module_path)});
}

const Location::Texts& Location::NoTexts() {
  // Never destroyed: other threads may read it while the process exits.
  static const auto* const none = new Texts();
  return *none;
}

Status OpSpec::Error(Status status) const {
  return std::move(status).AtNode(location_.node()).AtModule(location_.module_path());
}

}  // namespace octet::ir
