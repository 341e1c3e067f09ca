// A session's errors for wrong inputs, its plans and its profile.
#include "runtime/session.h"

#include <doctest/doctest.h>

#include "ir/rewriter.h"
#include "tests/runtime/models.h"

namespace octet::runtime {
namespace {

using ir::DType;

constexpr const char* kTwoInputs =
    "graph(%a: f32[b,s,2], %c: i32[b,2*s], %d: f32[3]) {\n"
    "  %y = add %a, %a : f32[b,s,2]\n"
    "  return %y as \"y\"\n}\n";

class TwoInputs {
 public:
  TwoInputs() : session_(CompileText(kTwoInputs, ReferenceKernels()), Pool(1)) {}

  Status Error(std::span<const ir::TensorView> inputs) { return session_.Run(inputs).status(); }
  Status ErrorNamed(std::span<const NamedTensor> inputs) {
    return session_.RunNamed(inputs).status();
  }

  const ir::Tensor a = Random(DType::kF32, {2, 3, 2}, 1);
  const ir::Tensor c = Of<int32_t>(DType::kI32, {2, 6}, std::vector<int32_t>(12));
  const ir::Tensor d = Random(DType::kF32, {3}, 3);

 private:
  Session session_;
};

void CheckInvalid(const Status& status, const std::string& message) {
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(status.message() == message);
}

TEST_CASE_FIXTURE(TwoInputs, "inputs by position and by name") {
  const std::vector<ir::TensorView> views = {a.view(), c.view(), d.view()};
  CHECK(Error(views).ok());
  const std::vector<NamedTensor> named = {{"d", d.view()}, {"a", a.view()}, {"c", c.view()}};
  CHECK(ErrorNamed(named).ok());
}

TEST_CASE_FIXTURE(TwoInputs, "the number and the names of inputs") {
  const std::vector<ir::TensorView> two = {a.view(), c.view()};
  CheckInvalid(Error(two), "the model has 3 inputs; the run gives 2");
  std::vector<NamedTensor> named = {{"a", a.view()}, {"c", c.view()}};
  CheckInvalid(ErrorNamed(named), "input 'd' is missing");
  named.push_back({"e", d.view()});
  CheckInvalid(ErrorNamed(named), "the model has no input 'e'");
  named.back() = {"a", a.view()};
  CheckInvalid(ErrorNamed(named), "input 'a' is given twice");
}

TEST_CASE_FIXTURE(TwoInputs, "dtypes, ranks and dims") {
  const auto error = [&](const ir::TensorView& x, const ir::TensorView& y,
                         const ir::TensorView& z) {
    const std::vector<ir::TensorView> views = {x, y, z};
    return Error(views);
  };
  const ir::Tensor wrong_type = Of<int32_t>(DType::kI32, {2, 3, 2}, std::vector<int32_t>(12));
  CheckInvalid(error(wrong_type.view(), c.view(), d.view()),
               "input 'a' is i32[2,3,2], expected f32[b,s,2]");
  const ir::Tensor wrong_rank = Random(DType::kF32, {6, 2}, 1);
  CheckInvalid(error(wrong_rank.view(), c.view(), d.view()),
               "input 'a' is f32[6,2], expected f32[b,s,2]");
  const ir::Tensor wrong_number = Random(DType::kF32, {4}, 1);
  CheckInvalid(error(a.view(), c.view(), wrong_number.view()),
               "input 'd' is f32[4], expected f32[3] with b = 2, s = 3");
  const ir::Tensor wrong_batch = Of<int32_t>(DType::kI32, {1, 6}, std::vector<int32_t>(6));
  CheckInvalid(error(a.view(), wrong_batch.view(), d.view()),
               "input 'c' is i32[1,6], expected i32[b,2*s] with b = 2, s = 3; b is from input 'a'");
  const ir::Tensor odd = Of<int32_t>(DType::kI32, {2, 5}, std::vector<int32_t>(10));
  CheckInvalid(error(a.view(), odd.view(), d.view()),
               "input 'c' is i32[2,5], expected i32[b,2*s] with b = 2, s = 3; s is from input 'a'");
  const ir::TensorView negative = {DType::kF32, {-1, 3, 2}, a.view().data};
  CheckInvalid(error(negative, c.view(), d.view()),
               "input 'a' is f32[-1,3,2], expected f32[b,s,2]: a dimension is out of range");
  const ir::TensorView huge = {DType::kF32, {int64_t{1} << 31, 0, 2}, a.view().data};
  CheckInvalid(error(huge, c.view(), d.view()),
               "input 'a' is f32[2147483648,0,2], expected f32[b,s,2]: a dimension is out of "
               "range");
}

TEST_CASE_FIXTURE(TwoInputs, "null and misaligned pointers") {
  const std::vector<ir::TensorView> null = {a.view(), c.view(), {DType::kF32, {3}, nullptr}};
  CheckInvalid(Error(null), "the data of input 'd' is null");
  alignas(8) std::byte bytes[16] = {};
  const std::vector<ir::TensorView> misaligned = {
      a.view(), c.view(), {DType::kF32, {3}, bytes + 1}};
  CheckInvalid(Error(misaligned), "the data of input 'd' is not aligned to its elements");
  // If there is nothing to read, any pointer is accepted.
  const std::vector<ir::TensorView> empty = {
      {DType::kF32, {0, 3, 2}, nullptr}, {DType::kI32, {0, 6}, bytes + 1}, d.view()};
  CHECK(Error(empty).ok());
}

TEST_CASE("an axis of 2*s gives s its value if it is even") {
  const auto program = CompileText(
      "graph(%a: f32[2*s]) {\n"
      "  %r = reshape %a {shape = dims[s,2]} : f32[s,2]\n"
      "  %y = neg %r : f32[s,2]\n  return %y as \"y\"\n}\n",
      ReferenceKernels());
  Session session(program, Pool(1));
  const ir::Tensor even = Random(DType::kF32, {6}, 1);
  const std::vector<ir::TensorView> six = {even.view()};
  const auto y = session.Run(six);
  REQUIRE(y.ok());
  CHECK((*y)[0].dims == std::vector<int64_t>{3, 2});
  const ir::Tensor odd = Random(DType::kF32, {5}, 1);
  const std::vector<ir::TensorView> five = {odd.view()};
  CheckInvalid(session.Run(five).status(), "input 'a' is f32[5], expected f32[2*s]");
}

TEST_CASE("an empty batch gives empty outputs") {
  for (const std::string& text : {PackedEncoder(), DenseEncoder()}) {
    const Tensors y =
        RunText(text, {Of<int64_t>(DType::kI64, {0, 5}, {}), Of<int64_t>(DType::kI64, {0, 5}, {})});
    CHECK(y[0].dims() == std::vector<int64_t>{0, 3});
  }
}

TEST_CASE("sentences without tokens are an error, since they do not have a first token") {
  const Status status = ErrorOf(PackedEncoder(), {Of<int64_t>(DType::kI64, {2, 0}, {}),
                                                  Of<int64_t>(DType::kI64, {2, 0}, {})});
  CHECK(status.code() == StatusCode::kInvalidArgument);
}

TEST_CASE("a run that needs more memory than allowed does not allocate it") {
  const auto program = CompileText(DenseEncoder(), ReferenceKernels());
  Session session(program, Pool(1), {.max_arena_bytes = 100000});
  const Tensors small = EncoderInputs({3}, 1);
  REQUIRE(session.Run(Views(small)).ok());
  const int64_t before = session.arena_bytes();
  const Tensors large = EncoderInputs({60, 60, 60, 60, 60, 60, 60, 60}, 1);
  const Status status = session.Run(Views(large)).status();
  CHECK(status.code() == StatusCode::kResourceLimit);
  CHECK(status.message().ends_with("bytes for intermediate values; the limit is 100000"));
  CHECK(session.arena_bytes() == before);
  CHECK(session.Run(Views(small)).ok());
}

TEST_CASE("more shapes than the session keeps plans for") {
  const auto program = CompileText(PackedEncoder(), ReferenceKernels());
  Session session(program, Pool(1));
  std::vector<Tensors> expected;
  for (int round = 0; round < 2; ++round) {
    for (int64_t s = 1; s <= 40; ++s) {
      const Tensors inputs = EncoderInputs({s, 1}, 7);
      const auto y = session.Run(Views(inputs));
      REQUIRE(y.ok());
      if (round == 0) {
        expected.push_back(Copy(*y));
      } else {
        CHECK(SameBytes(Copy(*y), expected[static_cast<size_t>(s - 1)]));
      }
    }
  }
}

TEST_CASE("after an error, which names the op's place, the session is usable") {
  ir::Module module;
  ir::Value* x = module.AddArgument("x", {DType::kI64, {ir::Dim::Symbol("b")}});
  ir::Rewriter rewriter(&module);
  ir::Value* doubled = *rewriter.CreateValue(ir::OpKind::kAdd, {x, x});
  rewriter.set_location({"/embeddings/Gather", "bert.embeddings"});
  ir::Value* table = *rewriter.Constant(Random(DType::kF32, {4, 2}, 1));
  module.AddOutput(
      "y", *rewriter.CreateValue(ir::OpKind::kGather, {table, doubled}, {{"axis", int64_t{0}}}));
  const auto program = Compile(std::move(module), ReferenceKernels());
  REQUIRE(program.ok());
  Session session(*program, Pool(1));
  const ir::Tensor bad = Of<int64_t>(DType::kI64, {2}, {0, 3});
  const std::vector<ir::TensorView> bad_views = {bad.view()};
  const Status status = session.Run(bad_views).status();
  CHECK(status.code() == StatusCode::kInvalidArgument);
  CHECK(status.place().node == "/embeddings/Gather");
  CHECK(status.place().module_path == "bert.embeddings");
  const ir::Tensor good = Of<int64_t>(DType::kI64, {2}, {0, 1});
  const std::vector<ir::TensorView> good_views = {good.view()};
  CHECK(session.Run(good_views).ok());
}

TEST_CASE("the profile counts the calls of each step while it is enabled") {
  const auto program = CompileText(PackedEncoder(), ReferenceKernels());
  Session session(program, Pool(1));
  const Tensors inputs = EncoderInputs({4, 5}, 1);
  REQUIRE(session.Run(Views(inputs)).ok());
  for (const ProfileEntry& entry : session.profile()) {
    CHECK(entry.calls == 0);
    CHECK(entry.seconds == 0);
  }
  session.EnableProfile(true);
  for (int i = 0; i < 3; ++i) REQUIRE(session.Run(Views(inputs)).ok());
  const Profile profile = session.profile();
  REQUIRE(profile.size() == program->steps.size());
  double seconds = 0;
  for (size_t i = 0; i < profile.size(); ++i) {
    CHECK(profile[i].op == program->steps[i].op);
    CHECK(profile[i].calls == 3);
    seconds += profile[i].seconds;
  }
  CHECK(seconds > 0);
  session.ResetProfile();
  CHECK(session.profile()[0].calls == 0);
}

TEST_CASE("the profile of a strip has the blocks of the calling thread") {
  const auto program = CompileText(
      "stage core graph(%x: f32[t,8]) {\n"
      "  %1 = tanh %x : f32[t,8]\n"
      "  %2 = gelu %1 : f32[t,8]\n"
      "  return %2 as \"y\"\n}\n",
      ReferenceKernels(), {.block_rows = 16});
  const Tensors inputs = {Random(DType::kF32, {96, 8}, 1)};
  for (const int threads : {1, 3}) {
    Session session(program, Pool(threads));
    session.EnableProfile(true);
    REQUIRE(session.Run(Views(inputs)).ok());
    for (const ProfileEntry& entry : session.profile()) CHECK(entry.calls == 96 / 16 / threads);
  }
}

}  // namespace
}  // namespace octet::runtime
