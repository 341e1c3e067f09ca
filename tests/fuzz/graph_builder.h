// The graph that a fuzzer's generator makes, and the values in it that further ops may use.
#ifndef OCTET_TESTS_FUZZ_GRAPH_BUILDER_H_
#define OCTET_TESTS_FUZZ_GRAPH_BUILDER_H_

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "ir/rewriter.h"
#include "tests/fuzz/byte_reader.h"

namespace octet::fuzz {

// Makes ops of a module with two symbols, b (sentences) and s (tokens). What cannot be made is
// nullptr, and so is what would use it: a generator makes chains of ops without looking, and Keeps
// what came of it.
class GraphBuilder {
 public:
  // `noise`: every float that is computed is made less by up to 4 units in its last place, so that
  // a second run shows which outputs depend on such rounding.
  GraphBuilder(ir::Module* module, ByteReader* in, ir::SymbolBinding symbols, bool noise);

  ByteReader& in() { return *in_; }

  // A result of a new op. A present operand that is nullptr makes it nullptr, `none` is absent.
  ir::Value* Make(ir::OpKind kind, std::initializer_list<ir::Value*> operands,
                  ir::Attributes attributes = {});
  ir::Value* Make(ir::OpKind kind, std::span<ir::Value* const> operands, ir::Attributes attributes);
  // Constants: normal numbers times `scale`, and one number.
  ir::Value* Weight(std::vector<int64_t> dims, float scale);
  ir::Value* Number(float value);
  ir::Value* Integer(int64_t value);
  // Random elements of any type, with a seed from the input.
  ir::Value* AnyConstant(ir::DType dtype, std::vector<int64_t> dims);

  // Lets later ops use `value`, unless it is nullptr or has more than a few thousand elements.
  void Keep(ir::Value* value);
  const std::vector<ir::Value*>& kept() const { return kept_; }
  // One of the kept values, more often a late one; nullptr where there is none.
  ir::Value* PickAny();
  // The same among the f32 of at least this rank, whose last dimension is a number from 2 on.
  ir::Value* PickFloats(int64_t min_rank);
  // The same among the values of this type.
  ir::Value* PickTyped(const ir::Type& type);

  // The last dimension of what PickFloats gave.
  static int64_t Width(const ir::Value* value) { return value->shape().back().constant(); }
  ir::Dim batch() const { return batch_; }
  ir::Dim tokens() const { return tokens_; }

 private:
  template <typename Fits>
  ir::Value* PickWhere(const Fits& fits);
  ir::Value* AddNoise(ir::Value* value);

  ByteReader* in_;
  ir::SymbolBinding symbols_;
  bool noise_;
  ir::Rewriter rewriter_;
  std::vector<ir::Value*> kept_;
  uint64_t seed_ = 1;
  const ir::Dim batch_ = ir::Dim::Symbol("b");
  const ir::Dim tokens_ = ir::Dim::Symbol("s");
};

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_GRAPH_BUILDER_H_
