// The SSA graph: a list of operations without branches. Each operation defines values that later
// ones use. List order is execution order. Only ir::Rewriter changes a graph after its arguments
// and outputs are set.
//
// Ownership: a Module owns its arguments and operations, an operation owns its results. Pointers
// stay valid until the op is erased. Not thread-safe; a finished Module may be read by many
// threads.
#ifndef OCTET_IR_GRAPH_H_
#define OCTET_IR_GRAPH_H_

#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ir/op_spec.h"

namespace octet::ir {

class Op;

// One operand slot that holds a value.
struct Use {
  Op* user;
  int operand;
  friend bool operator==(const Use&, const Use&) = default;
};

// The elements of a small i64, i32 or bool tensor (rank 0 or 1), each a number or a symbolic dim.
// Shape arithmetic consists of such tensors.
using Contents = std::vector<Dim>;
// Longer tensors have no contents.
inline constexpr int64_t kMaxContents = 64;

class Value {
 public:
  const Type& type() const { return type_; }
  DType dtype() const { return type_.dtype; }
  const Shape& shape() const { return type_.shape; }
  int64_t rank() const { return type_.rank(); }

  // The known elements, or nullptr when they are not known.
  const Contents* contents() const { return contents_ ? &*contents_ : nullptr; }
  // The tensor if a constant op defines this value, else nullptr.
  const Tensor* constant() const;

  // The op that defines this value, or nullptr for an argument of the graph.
  Op* def() const { return def_; }
  int result_index() const { return index_; }
  bool is_argument() const { return def_ == nullptr; }

  // One entry for each operand slot. Outputs of the graph are not uses: see Module::IsOutput.
  const std::list<Use>& uses() const { return uses_; }

  // The name printed after '%'. Every argument has one; results may lack one.
  const std::string& name() const { return name_; }

 private:
  friend class Module;
  friend class Op;
  friend class Rewriter;
  Type type_;
  std::optional<Contents> contents_;
  Op* def_ = nullptr;
  int index_ = 0;
  int num_outputs_ = 0;  // of the graph, that are this value
  std::list<Use> uses_;
  std::string name_;
};

class Op : public OpSpec {
 public:
  // The operand slots. An absent optional operand is nullptr; the last slot is never nullptr. See
  // op_views.h for the operands by name.
  std::span<Value* const> operands() const { return operands_; }
  Value* operand(int i) const { return operands_[static_cast<size_t>(i)]; }
  int num_operands() const { return static_cast<int>(operands_.size()); }
  // The operands without the absent ones.
  std::vector<Value*> present_operands() const;
  Value* result(int i = 0) const { return results_[static_cast<size_t>(i)].get(); }
  int num_results() const { return static_cast<int>(results_.size()); }

 private:
  friend class Module;
  friend class Rewriter;
  // Puts `value` into operand slot i, and the slot among its uses.
  void AddUse(size_t i, Value* value);

  std::vector<Value*> operands_;
  std::vector<std::list<Use>::iterator> uses_;  // of each operand that is there, its entry
  std::vector<std::unique_ptr<Value>> results_;
  std::list<std::unique_ptr<Op>>::iterator position_;
};

// A named result of the graph.
struct Output {
  std::string name;
  Value* value;
};

class Module {
 public:
  Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;

  // Adds a graph argument. Names are unique; the verifier checks.
  Value* AddArgument(std::string name, Type type);
  void AddOutput(std::string name, Value* value);

  const std::vector<std::unique_ptr<Value>>& arguments() const { return arguments_; }
  const std::vector<Output>& outputs() const { return outputs_; }
  bool IsOutput(const Value* value) const { return value->num_outputs_ > 0; }
  // In execution order.
  const std::list<std::unique_ptr<Op>>& ops() const { return ops_; }

  Stage stage() const { return stage_; }
  void set_stage(Stage stage) { stage_ = stage; }

  // A deep copy; constants share their bytes.
  Module Clone() const;

 private:
  friend class Rewriter;
  std::vector<std::unique_ptr<Value>> arguments_;
  std::list<std::unique_ptr<Op>> ops_;
  std::vector<Output> outputs_;
  Stage stage_ = Stage::kImport;
};

}  // namespace octet::ir

#endif  // OCTET_IR_GRAPH_H_
