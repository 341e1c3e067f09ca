#include "runtime/compile.h"

#include <algorithm>
#include <map>
#include <set>

#include "ir/op_views.h"
#include "ir/rewriter.h"
#include "ir/row_wise.h"
#include "runtime/compile_context.h"
#include "runtime/find_strips.h"
#include "runtime/read_columns.h"

namespace octet::runtime {
namespace {

using ir::OpKind;

Result<MadeStep> MakeStep(const ir::Op& op, CompileContext& context) {
  switch (op.kind()) {
#define OCTET_STEP(Name) \
  case OpKind::k##Name:  \
    return Make##Name(op, context);
#include "runtime/steps.def"
#undef OCTET_STEP
    default:
      return MakeEvaluate(op, context);
  }
}

bool IsView(const ir::Op& op) { return ir::GetOpInfo(op.kind()).facts == ir::OpFacts::kView; }

// Whether the result has the operand's bytes, so that both can be one buffer.
bool IsAlias(const ir::Op& op) {
  // Even where the shapes do not show it.
  if (op.kind() == OpKind::kReshape || op.kind() == OpKind::kSqueeze) return true;
  if (!IsView(op) && op.kind() != OpKind::kCast) return false;
  return op.result()->type() == op.operand(0)->type();
}

// Whether the elements of the result, integers, are elements of operand 0. Of the ops that select
// some only pack_tokens: what another one leaves out may be out of range.
bool CopiesIndices(const ir::Op& op) {
  if (op.kind() == OpKind::kCast) return ir::IsInteger(op.operand(0)->dtype());
  return IsView(op) || op.kind() == OpKind::kTranspose || op.kind() == OpKind::kPackTokens;
}

// The inputs of a step that have the rows of its outputs, as bits; 0 when it is not row-wise, or
// does not run by rows.
uint32_t RowInputs(const ir::Op& op, const MadeStep& made) {
  if (!made.step->runs_by_rows()) return 0;
  const uint32_t rows = ir::RowOperands(op);
  uint32_t by_rows = 0;
  uint32_t whole = 0;
  for (size_t i = 0; i < made.inputs.size(); ++i) {
    for (int j = 0; j < op.num_operands(); ++j) {
      if (op.operand(j) != made.inputs[i]) continue;
      ((rows >> j & 1) != 0 ? by_rows : whole) |= uint32_t{1} << i;
    }
  }
  return (by_rows & whole) == 0 ? by_rows : 0;  // a value that is read both ways is read whole
}

class Compiler {
 public:
  Compiler(ir::Module module, CompileContext& context)
      : module_(std::move(module)),
        rewriter_(&module_),
        context_(context),
        program_(std::make_shared<Program>()) {}

  Result<std::shared_ptr<const Program>> Run() {
    FindNeeded();
    AddArguments();
    for (const auto& op : module_.ops()) {
      if (!needed_.contains(op.get())) continue;
      if (Status status = AddOp(*op); !status.ok()) return op->Error(std::move(status));
    }
    for (const ir::Output& output : module_.outputs()) {
      OCTET_RETURN_IF_ERROR(AddOutput(output));
    }
    OCTET_RETURN_IF_ERROR(CheckSymbols());
    FindStrips(program_.get());
    program_->strip_block_rows = context_.options().block_rows;
    program_->packed_bytes = context_.packed_bytes();
    return std::shared_ptr<const Program>(std::move(program_));
  }

 private:
  // Ops that no output depends on are left out.
  void FindNeeded() {
    std::vector<const ir::Value*> pending;
    for (const ir::Output& output : module_.outputs()) pending.push_back(output.value);
    while (!pending.empty()) {
      const ir::Value* value = pending.back();
      const ir::Op* op = value->def();
      pending.pop_back();
      if (value->constant() != nullptr) ++num_readers_[value];
      if (op == nullptr || !needed_.insert(op).second) continue;
      for (int i = 0; i < op->num_operands(); ++i) {
        if (op->operand(i) != nullptr) pending.push_back(ReadColumns(*op, i).rows);
      }
    }
  }

  void AddArguments() {
    program_->num_arguments = static_cast<int>(module_.arguments().size());
    for (const auto& argument : module_.arguments()) {
      const int index = static_cast<int>(program_->values.size());
      AddValue(*argument, StorageKind::kArgument, index);
      const bool is_index =
          argument->dtype() == ir::DType::kI64 || argument->dtype() == ir::DType::kI32;
      if (is_index) index_sources_[argument.get()] = index;
      for (const ir::Dim& dim : argument->shape()) {
        // A symbol is known from an axis that has no other.
        if (const auto linear = dim.AsLinear()) program_->AddSymbol(*linear->symbol);
      }
    }
  }

  int AddValue(const ir::Value& value, StorageKind storage, int index) {
    const int id = static_cast<int>(program_->values.size());
    program_->values.push_back({value.type(), storage, index, value.name()});
    ids_[&value] = id;
    return id;
  }

  int AddBuffer(const ir::Value& value, int step) {
    const int index = static_cast<int>(program_->buffers.size());
    const int id = AddValue(value, StorageKind::kBuffer, index);
    program_->buffers.push_back({id, {step, step}, step});
    return id;
  }

  // The value that a step reads at `step`, with its lifetime extended; constants are taken into the
  // program when the first step reads them.
  Result<int> UseValue(const ir::Value& value, int step) {
    auto found = ids_.find(&value);
    if (found == ids_.end()) {
      const ir::Tensor& tensor = *value.constant();
      if (!tensor.has_data()) {
        return InvalidModel("a constant is known only as " + tensor.Describe() +
                            ", without its data");
      }
      AddValue(value, StorageKind::kConstant, static_cast<int>(program_->constants.size()));
      found = ids_.find(&value);
      program_->constants.push_back(tensor);
      program_->constant_bytes += tensor.byte_size();
    }
    const ProgramValue& used = program_->values[static_cast<size_t>(found->second)];
    if (used.storage == StorageKind::kBuffer) {
      int& last = program_->buffers[static_cast<size_t>(used.index)].lifetime.last;
      last = std::max(last, step);
    }
    return found->second;
  }

  Status AddOp(const ir::Op& op) {
    if (op.kind() == OpKind::kConstant) return {};
    if (CopiesIndices(op)) {
      const auto source = index_sources_.find(op.operand(0));
      if (source != index_sources_.end()) index_sources_[op.result()] = source->second;
    }
    if (IsAlias(op)) {
      OCTET_ASSIGN_OR_RETURN(const int source,
                             UseValue(*op.operand(0), static_cast<int>(program_->steps.size())));
      const ProgramValue& value = program_->values[static_cast<size_t>(source)];
      AddValue(*op.result(), value.storage, value.index);
      return {};
    }
    if (op.kind() == OpKind::kTokenLayout) OCTET_RETURN_IF_ERROR(AddKeptTokens(op));
    AddIndexRanges(op);
    OCTET_ASSIGN_OR_RETURN(MadeStep made, MakeStep(op, context_));
    const int index = static_cast<int>(program_->steps.size());
    const uint32_t row_inputs = RowInputs(op, made);
    ProgramStep program_step{std::move(made.step), std::string(op.name()), op.location(), {}, {}};
    program_step.row_inputs = row_inputs;
    for (const ir::Value* input : made.inputs) {
      OCTET_ASSIGN_OR_RETURN(const int id, UseValue(*input, index));
      program_step.inputs.push_back(id);
    }
    for (int i = 0; i < op.num_results(); ++i) {
      program_step.outputs.push_back(AddBuffer(*op.result(i), index));
    }
    program_->steps.push_back(std::move(program_step));
    DropReadConstants(op);
    return {};
  }

  // Of the constants that `op` was the last to read the program has what it needs.
  void DropReadConstants(const ir::Op& op) {
    for (ir::Value* operand : op.present_operands()) {
      if (operand->constant() != nullptr && --num_readers_[operand] == 0) {
        rewriter_.DropData(operand);
      }
    }
  }

  Status AddKeptTokens(const ir::Op& op) {
    const ir::Value* mask = ir::TokenLayoutOp(op).mask();
    if (!mask->is_argument()) {
      return Unsupported("the mask of a token_layout is not an input of the graph");
    }
    const std::string& symbol = op.string_attr("symbol");
    // A second layout of the same mask may give the same symbol, which then is known already.
    if (program_->FindSymbol(symbol) != program_->symbols.size()) return {};
    program_->kept_tokens.push_back({symbol, ids_[mask]});
    program_->AddSymbol(symbol);
    return {};
  }

  void AddIndexRanges(const ir::Op& op) {
    if (const auto embedding = ir::As<ir::EmbeddingOp>(op)) {
      for (int i = 0; i < embedding->num_ids(); ++i) {
        AddIndexRange(embedding->ids(i), embedding->table(i)->shape()[0], false);
      }
    } else if (const auto gather = ir::As<ir::GatherOp>(op)) {
      const auto axis = static_cast<size_t>(gather->axis());
      AddIndexRange(gather->indices(), gather->x()->shape()[axis], true);
    }
  }

  void AddIndexRange(const ir::Value* indices, const ir::Dim& rows, bool negative) {
    const auto source = index_sources_.find(indices);
    if (source == index_sources_.end() || !rows.is_static()) return;
    program_->index_ranges.push_back({source->second, rows.constant(), negative});
  }

  // Outputs belong to the session: what an argument or a constant holds is copied.
  Status AddOutput(const ir::Output& output) {
    const int step = static_cast<int>(program_->steps.size());
    OCTET_ASSIGN_OR_RETURN(int id, UseValue(*output.value, step));
    if (program_->values[static_cast<size_t>(id)].storage != StorageKind::kBuffer) {
      ProgramStep copy{MakeCopy(), "copy", {}, {id}, {}};
      id = AddBuffer(*output.value, step);
      copy.outputs.push_back(id);
      program_->steps.push_back(std::move(copy));
    }
    const ir::Op* squeeze = output.value->def();
    std::vector<int64_t> squeezed_axes;
    if (squeeze != nullptr && squeeze->kind() == OpKind::kSqueeze) {
      squeezed_axes = squeeze->ints_attr("axes");
    }
    program_->outputs.push_back({output.name, id, std::move(squeezed_axes)});
    output_buffers_.push_back(program_->values[static_cast<size_t>(id)].index);
    for (const int buffer : output_buffers_) {
      program_->buffers[static_cast<size_t>(buffer)].lifetime.last =
          static_cast<int>(program_->steps.size());
    }
    return {};
  }

  Status CheckSymbols() const {
    for (const ProgramValue& value : program_->values) {
      for (const ir::Dim& dim : value.type.shape) {
        for (const std::string_view symbol : dim.symbols()) {
          if (program_->FindSymbol(symbol) != program_->symbols.size()) continue;
          return Unsupported("no input has an axis that gives symbol '" + std::string(symbol) +
                             "' of " + value.type.ToString() + " its value");
        }
      }
    }
    return {};
  }

  ir::Module module_;
  ir::Rewriter rewriter_;
  CompileContext& context_;
  std::shared_ptr<Program> program_;
  std::set<const ir::Op*> needed_;
  // Of each constant, how many readers are still to come; outputs are readers too.
  std::map<const ir::Value*, int> num_readers_;
  std::map<const ir::Value*, int> ids_;
  // Of each value whose elements are elements of an argument of integers, that argument.
  std::map<const ir::Value*, int> index_sources_;
  std::vector<int> output_buffers_;
};

}  // namespace

Result<std::shared_ptr<const Program>> Compile(ir::Module module,
                                               const kernels::KernelTable& kernels,
                                               const CompileOptions& options) {
  if (options.block_rows < 0) return InvalidArgument("block_rows must not be negative");
  CompileContext context(kernels, options);
  return Compiler(std::move(module), context).Run();
}

}  // namespace octet::runtime
