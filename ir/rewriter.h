// The only way to add, replace or erase operations. It keeps use lists, types and list order right,
// so that a pass cannot leave a graph half edited.
#ifndef OCTET_IR_REWRITER_H_
#define OCTET_IR_REWRITER_H_

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ir/graph.h"

namespace octet::ir {

// What a graph that a stranger asks for may still be made of. Create takes from it.
struct GraphBudget {
  int64_t ops;
  // Symbols, functions and numbers in the dims of values (types and contents): of each value that
  // an op reads or makes, what goes beyond kFreeDimSize. It bounds the memory and the time that
  // expressions take. Encoders have no such values.
  int64_t dim_size;
};
inline constexpr int64_t kFreeDimSize = 32;

class Rewriter {
 public:
  // Starts at the end of the module's list.
  explicit Rewriter(Module* module);

  Module& module() { return *module_; }

  // Without one, the default, ops are not counted. Outlives the rewriter.
  void set_budget(GraphBudget* budget) { budget_ = budget; }

  // New ops are inserted right before `op`, or at the end.
  void SetInsertionPoint(Op* op);
  void SetInsertionPointToEnd();
  // The location of the ops created from now on.
  void set_location(Location location) { location_ = std::move(location); }
  const Location& location() const { return location_; }

  // Makes an op: checks operands and attributes against ops.def, infers its result types and known
  // contents. An operand that is nullptr is absent; absent ones at the end may be left out. Errors:
  // those of the op's checks and shape function, and ResourceLimit if the budget is used up, at the
  // op's location.
  Result<Op*> Create(OpKind kind, std::span<Value* const> operands, Attributes attributes = {});
  Result<Op*> Create(OpKind kind, std::initializer_list<Value*> operands,
                     Attributes attributes = {});
  // The single result of Create.
  Result<Value*> CreateValue(OpKind kind, std::initializer_list<Value*> operands,
                             Attributes attributes = {});
  // A constant op. `name` becomes the name of its value.
  Result<Value*> Constant(Tensor tensor, std::string name = {});
  // A scalar f32 or i64 constant.
  Result<Value*> Scalar(float value);
  Result<Value*> Scalar(int64_t value);

  // Makes every user of op's results, including graph outputs, use `values` instead, and erases op.
  // The types must be equal.
  Status Replace(Op* op, std::span<Value* const> values);
  Status Replace(Op* op, std::initializer_list<Value*> values);
  // Sets operand slot `index` of `op` to `value`, which has the same type and is defined before op.
  // The slot must not be absent.
  Status SetOperand(Op* op, int index, Value* value);
  // Erases an op whose results do not have uses and are not outputs.
  void Erase(Op* op);

  // Frees the bytes of a constant that nothing reads any more; its type stays.
  void DropData(Value* constant);

  // Gives a value a name for printing. The printer makes names unique.
  void SetName(Value* value, std::string name);

  // Two dims that the last created ops, or an op that could not be created, require to be equal, if
  // their equality depends on the symbols: see InferContext::undecided. TakeUndecided returns them
  // once. NoteUndecided is for code that compares dims before it creates ops.
  std::optional<UndecidedDims> TakeUndecided() { return std::exchange(undecided_, std::nullopt); }
  void NoteUndecided(std::optional<UndecidedDims> dims) {
    if (!undecided_) undecided_ = std::move(dims);
  }

  // The number of ops created, replaced or erased so far; 0 means that nothing has changed.
  int64_t num_changes() const { return num_changes_; }

 private:
  Module* module_;
  GraphBudget* budget_ = nullptr;
  std::list<std::unique_ptr<Op>>::iterator insertion_point_;
  Location location_;
  std::optional<UndecidedDims> undecided_;
  int64_t num_changes_ = 0;
};

}  // namespace octet::ir

#endif  // OCTET_IR_REWRITER_H_
