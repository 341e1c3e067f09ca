#include "ir/verifier.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "ir/dim_bounds.h"
#include "ir/infer/shape_inference.h"
#include "ir/signature.h"

namespace octet::ir {
namespace {

// A hash set of addresses in one array. A graph is verified after every pass, and a std set
// allocates memory for each value.
class AddressSet {
 public:
  // For at most `count` addresses.
  explicit AddressSet(size_t count) : slots_(std::bit_ceil(2 * count + 2), nullptr) {}

  void insert(const void* address) { slots_[Find(address)] = address; }
  bool contains(const void* address) const { return slots_[Find(address)] == address; }

 private:
  // The slot of the address, or a free one. Addresses differ in their middle bits, which the
  // multiplication by 2^64 / golden ratio brings to the top.
  size_t Find(const void* address) const {
    const size_t mask = slots_.size() - 1;
    const auto hash = reinterpret_cast<uintptr_t>(address) * 0x9E3779B97F4A7C15u;
    size_t slot = (hash >> 20) & mask;
    while (slots_[slot] != nullptr && slots_[slot] != address) slot = (slot + 1) & mask;
    return slot;
  }

  std::vector<const void*> slots_;
};

size_t CountValues(const Module& module) {
  size_t count = module.arguments().size();
  for (const auto& op : module.ops()) count += static_cast<size_t>(op->num_results());
  return count;
}

// Walks the list once and records what is defined so far.
class Verifier {
 public:
  explicit Verifier(const Module& module)
      : module_(module), defined_(CountValues(module)), ops_(module.ops().size()) {}

  Status Run() {
    OCTET_RETURN_IF_ERROR(VerifyArguments());
    for (const auto& op : module_.ops()) {
      if (Status status = VerifyOp(*op); !status.ok()) {
        return op->Error(Status(status.code(), std::string(op->name()) + ": " + status.message()));
      }
    }
    OCTET_RETURN_IF_ERROR(VerifyOutputs());
    return VerifyUses();
  }

 private:
  Status VerifyArguments() {
    std::set<std::string> names;
    for (const auto& argument : module_.arguments()) {
      const std::string& name = argument->name();
      if (name.empty()) return Internal("an argument has no name");
      if (!names.insert(name).second) {
        return Internal("two arguments are called '" + Printable(name) + "'");
      }
      OCTET_RETURN_IF_ERROR(CheckArgumentType(argument->type()));
      for (const Dim& dim : argument->shape()) {
        for (const std::string_view symbol : dim.symbols()) {
          symbols_[std::string(symbol)] = nullptr;
        }
      }
      defined_.insert(argument.get());
    }
    return {};
  }

  Status VerifyOp(const Op& op) {
    OCTET_RETURN_IF_ERROR(CheckStage(op, module_.stage()));
    OCTET_RETURN_IF_ERROR(VerifySignature(op));
    if (op.kind() == OpKind::kSqueeze && !op.result()->uses().empty()) {
      return Internal("an operation uses the result; only outputs may use it");
    }
    for (int i = 0; i < op.num_operands(); ++i) {
      if (op.operand(i) != nullptr && !defined_.contains(op.operand(i))) {
        return Internal("operand " + std::to_string(i) + " is not defined before it");
      }
    }
    OCTET_RETURN_IF_ERROR(VerifyTypes(op));
    if (op.kind() == OpKind::kTokenLayout) OCTET_RETURN_IF_ERROR(VerifySymbol(op));
    for (int i = 0; i < op.num_results(); ++i) {
      const Value* result = op.result(i);
      if (result->def() != &op || result->result_index() != i) {
        return Internal("result " + std::to_string(i) + " names another definition");
      }
      defined_.insert(result);
    }
    ops_.insert(&op);
    num_operands_ +=
        op.operands().size() - static_cast<size_t>(std::ranges::count(op.operands(), nullptr));
    return {};
  }

  static Status VerifySignature(const Op& op) {
    const Status status = CheckSignature(op.kind(), op.operands(), op.attributes());
    if (!status.ok()) return Internal(status.message());
    if (op.num_operands() > 0 && op.operands().back() == nullptr) {
      return Internal("the last operand is absent");
    }
    if (op.num_results() != GetOpInfo(op.kind()).num_results) {
      return Internal(std::to_string(op.num_results()) + " results");
    }
    return {};
  }

  static Status VerifyTypes(const Op& op) {
    InferContext context{op.kind(), op.operands(), op.attributes(), {}, {}};
    if (Status status = InferTypes(&context); !status.ok()) return Internal(status.message());
    for (int i = 0; i < op.num_results(); ++i) {
      const Type& inferred = context.types[static_cast<size_t>(i)];
      if (op.result(i)->type() != inferred) {
        return Internal("result " + std::to_string(i) + " has type " +
                        op.result(i)->type().ToString() + ", inferred " + inferred.ToString());
      }
    }
    return {};
  }

  // If two masks, or a mask and an axis of an input, had the same symbol for their tokens, sizes
  // that differ would look equal.
  Status VerifySymbol(const Op& layout) {
    const std::string& symbol = layout.string_attr("symbol");
    const auto [found, is_new] = symbols_.try_emplace(symbol, layout.operand(0));
    if (is_new || found->second == layout.operand(0)) return {};
    return Internal("symbol '" + Printable(symbol) + "' is defined twice");
  }

  Status VerifyOutputs() const {
    std::set<std::string> names;
    for (const Output& output : module_.outputs()) {
      if (output.name.empty()) return Internal("an output has no name");
      if (!names.insert(output.name).second) {
        return Internal("two outputs are called '" + Printable(output.name) + "'");
      }
      if (!defined_.contains(output.value)) {
        return Internal("output '" + Printable(output.name) + "' is not defined in the graph");
      }
    }
    return {};
  }

  // Every listed use must be an operand slot of an op in the graph and no slot may be listed twice.
  // With as many uses as slots, the lists and the slots match one to one.
  Status VerifyUses() {
    for (const auto& argument : module_.arguments()) {
      OCTET_RETURN_IF_ERROR(VerifyUsesOf(*argument));
    }
    for (const auto& op : module_.ops()) {
      for (int i = 0; i < op->num_results(); ++i) {
        OCTET_RETURN_IF_ERROR(VerifyUsesOf(*op->result(i)));
      }
    }
    if (num_uses_ != num_operands_) return Internal("an operand is missing from its use list");
    return {};
  }

  Status VerifyUsesOf(const Value& value) {
    slots_.clear();
    for (const Use& use : value.uses()) {
      if (!ops_.contains(use.user) || use.operand < 0 || use.operand >= use.user->num_operands() ||
          use.user->operand(use.operand) != &value) {
        return Internal("a value of type " + value.type().ToString() +
                        " lists a use that does not exist");
      }
      slots_.emplace_back(use.user, use.operand);
    }
    std::ranges::sort(slots_);
    if (std::ranges::adjacent_find(slots_) != slots_.end()) {
      return Internal("a value of type " + value.type().ToString() + " lists a use twice");
    }
    num_uses_ += slots_.size();
    return {};
  }

  const Module& module_;
  AddressSet defined_;  // values
  AddressSet ops_;
  std::map<std::string, const Value*> symbols_;  // the mask of each symbol; null for an axis
  size_t num_operands_ = 0;
  size_t num_uses_ = 0;
  std::vector<std::pair<const Op*, int>> slots_;  // of the value at hand
};

}  // namespace

Status Verify(const Module& module) { return Verifier(module).Run(); }

Status CheckStage(const Op& op, Stage stage) {
  if (GetOpInfo(op.kind()).first_stage <= stage) return {};
  return Internal(std::string(op.name()) + " may not stand in stage " +
                  std::string(StageName(stage)));
}

Status CheckArgumentType(const Type& type) {
  for (const Dim& dim : type.shape) {
    if (IsNegative(dim)) return Internal("an argument has dimension " + dim.ToString());
  }
  return {};
}

}  // namespace octet::ir
