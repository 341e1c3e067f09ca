// The programs that Compile makes: their text, and the memory that they keep.
#include "runtime/program.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "ir/rewriter.h"
#include "ir/text/parser.h"
#include "runtime/weight_bytes.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

TEST_CASE("a program prints its steps, kernels and buffers") {
  const auto program = CompileText(
      "stage core graph(%ids: i64[b,s], %unused: f32[b]) {\n"
      "  %table = constant {value = random(1)} : f32[9,8]\n"
      "  %w = constant {value = random(2)} : f32[8,4]\n"
      "  %x = embedding %ids, %table : f32[b,s,8]\n"
      "  %dead = exp %x : f32[b,s,8]\n"
      "  %1 = linear %x, %w {activation = \"gelu\"} : f32[b,s,4]\n"
      "  %2 = reshape %1 {shape = dims[b*s,4]} : f32[b*s,4]\n"
      "  %y = relu %2 : f32[b*s,4]\n"
      "  return %y as \"y\", %ids as \"ids\"\n}\n",
      ReferenceKernels());
  CHECK(program->Print() ==
        R"(program(%ids: i64[b,s], %unused: f32[b]) {
  0: %x@0: f32[b,s,8] = embedding %ids, %table
  1: %4@1: f32[b,s,4] = linear %x@0  // gemm_f32_1x1_reference
  2: %y@2: f32[b*s,4] = relu %5@1
  3: %ids@3: i64[b,s] = copy %ids
  return %y@2 as "y", %ids@3 as "ids"
}
buffers {
  @0: 32*b*s bytes, steps 0 to 1
  @1: 16*b*s bytes, steps 1 to 2
  @2: 16*b*s bytes, steps 2 to 4
  @3: 8*b*s bytes, steps 3 to 4
}
constants 288 bytes, packed )" +
            std::to_string(program->packed_bytes) + " bytes\n");
  CHECK(program->packed_bytes ==
        static_cast<int64_t>(ReferenceKernels().gemm_f32->packed_bytes(4, 8)));
}

TEST_CASE("the symbol of a token layout is printed with its mask") {
  const std::string text = CompileText(PackedEncoder(), ReferenceKernels())->Print();
  CHECK(text.find("  t = tokens kept by %attention_mask\n") != std::string::npos);
  CHECK(text.find("ragged_attention %q@") != std::string::npos);
}

TEST_CASE("a weight that several layers share is packed once") {
  const auto packed = [](const char* second) {
    return CompileText(std::string("stage core graph(%x: f32[b,8]) {\n"
                                   "  %w = constant {value = random(2)} : f32[8,8]\n"
                                   "  %v = constant {value = random(3)} : f32[8,8]\n"
                                   "  %1 = linear %x, %w : f32[b,8]\n"
                                   "  %2 = linear %1, ") +
                           second + " : f32[b,8]\n  return %2 as \"y\"\n}\n",
                       ReferenceKernels())
        ->packed_bytes;
  };
  CHECK(packed("%v") == 2 * packed("%w"));
}

// A tensor, and a weak pointer to the owner of its bytes.
struct Watched {
  ir::Tensor tensor;
  std::weak_ptr<const void> owner;
};

Watched Watch(const std::vector<int64_t>& dims, uint64_t seed) {
  auto bytes = std::make_shared<ir::Tensor>(Random(ir::DType::kF32, dims, seed));
  const std::shared_ptr<const void> owner = bytes;
  return {ir::Tensor::Share(ir::DType::kF32, dims, bytes->view().data, owner), owner};
}

// Kernels that record, each time a weight is packed, how many of `watched` are still held.
std::vector<std::weak_ptr<const void>> watched;
std::vector<int> held;

const kernels::KernelTable& WatchingKernels() {
  static const kernels::GemmF32 gemm = [] {
    kernels::GemmF32 watching = *ReferenceKernels().gemm_f32;
    watching.pack = [](const float* b, int64_t stride_k, int64_t stride_n, int64_t n, int64_t k,
                       void* packed) {
      held.push_back(static_cast<int>(
          std::ranges::count_if(watched, [](const auto& owner) { return !owner.expired(); })));
      ReferenceKernels().gemm_f32->pack(b, stride_k, stride_n, n, k, packed);
    };
    return watching;
  }();
  static const kernels::KernelTable table = [] {
    kernels::KernelTable watching = ReferenceKernels();
    watching.gemm_f32 = &gemm;
    return watching;
  }();
  return table;
}

TEST_CASE("a program keeps the constants that steps read, and each weight until it is packed") {
  Watched shared = Watch({8, 8}, 1);
  Watched single = Watch({8, 8}, 2);
  Watched last = Watch({8, 8}, 3);
  Watched bias = Watch({8}, 4);
  ir::Module module;
  module.set_stage(ir::Stage::kCore);
  ir::Value* x = module.AddArgument("x", {ir::DType::kF32, {ir::Dim::Symbol("b"), 8}});
  ir::Rewriter rewriter(&module);
  ir::Value* w0 = *rewriter.Constant(std::move(shared.tensor));
  ir::Value* w1 = *rewriter.Constant(std::move(single.tensor));
  ir::Value* w2 = *rewriter.Constant(std::move(last.tensor));
  ir::Value* c = *rewriter.Constant(std::move(bias.tensor));
  for (ir::Value* w : {w0, w1, w0, w2}) {
    x = *rewriter.CreateValue(ir::OpKind::kLinear, {x, w, c});
  }
  module.AddOutput("y", x);
  CHECK(WeightBytes(module) == (3 * 8 * 8 + 8) * 4);
  const auto other = *Compile(module.Clone(), ReferenceKernels());
  CHECK_FALSE(shared.owner.expired());

  watched = {shared.owner, single.owner, last.owner};
  held.clear();
  const auto program = *Compile(std::move(module), WatchingKernels());
  // The shared weight is packed once, and is held until the third linear is compiled.
  CHECK(held == std::vector{3, 3, 1});
  CHECK(last.owner.expired());
  CHECK_FALSE(bias.owner.expired());
  CHECK(program->constant_bytes == 32);
  const ir::Tensor input = Random(ir::DType::kF32, {2, 8}, 3);
  CHECK(SameBytes(RunProgram(program, {input}), RunProgram(other, {input})));
}

TEST_CASE("weight_bytes counts shared memory once") {
  ir::Module module;
  ir::Rewriter rewriter(&module);
  const ir::Tensor tensor = Random(ir::DType::kF32, {10}, 1);
  REQUIRE(rewriter.Constant(tensor).ok());
  REQUIRE(rewriter.Constant(tensor).ok());
  REQUIRE(rewriter.Constant(Random(ir::DType::kI8, {3}, 1)).ok());
  CHECK(WeightBytes(module) == 43);
}

TEST_CASE("the error of a module that cannot be compiled says why") {
  const auto error = [](const std::string& text) { return ErrorOf(text, {}); };
  const Status unbound =
      error("graph(%x: f32[b*s]) {\n  %y = neg %x : f32[b*s]\n  return %y as \"y\"\n}\n");
  CHECK(unbound.code() == StatusCode::kUnsupported);
  CHECK(unbound.message() == "no input has an axis that gives symbol 'b' of f32[b*s] its value");

  const Status opaque = error(
      "stage core graph(%x: f32[b,99]) {\n"
      "  %w = constant {value = hash(0123456789abcdef)} : f32[99,99]\n"
      "  %y = linear %x, %w : f32[b,99]\n  return %y as \"y\"\n}\n");
  CHECK(opaque.code() == StatusCode::kInvalidModel);
  CHECK(opaque.message() == "a constant is known only as hash(0123456789abcdef), without its data");
  const Status opaque_bias = error(
      "stage core graph(%x: f32[b,99]) {\n"
      "  %c = constant {value = hash(0123456789abcdef)} : f32[99]\n"
      "  %y = add %x, %c : f32[b,99]\n  return %y as \"y\"\n}\n");
  CHECK(opaque_bias.code() == StatusCode::kInvalidModel);

  const Status half =
      error("graph(%x: f16[2,2]) {\n  %y = add %x, %x : f16[2,2]\n  return %y as \"y\"\n}\n");
  CHECK(half.code() == StatusCode::kUnsupported);
  CHECK(half.message() == "the runtime has no step for add of f16[2,2] f16[2,2]");

  auto module = ir::Parse("graph(%x: f32[2]) {\n  %y = neg %x : f32[2]\n  return %y as \"y\"\n}\n");
  REQUIRE(module.ok());
  CHECK(Compile(*std::move(module), ReferenceKernels(), {.block_rows = -1}).status().code() ==
        StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace octet::runtime
