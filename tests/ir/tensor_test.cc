#include "ir/tensor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace octet::ir {
namespace {

Tensor Floats(const std::vector<float>& values) {
  return Tensor::FromVector(DType::kF32, {static_cast<int64_t>(values.size())}, values);
}

TEST_CASE("allocated memory is aligned and zero") {
  const auto tensor = Tensor::Allocate(DType::kF32, {3, 5});
  REQUIRE(tensor.ok());
  CHECK_EQ(reinterpret_cast<uintptr_t>(tensor->view().data) % 64, 0);
  CHECK_EQ(tensor->num_elements(), 15);
  CHECK_EQ(tensor->byte_size(), 60);
  CHECK_EQ(tensor->type().ToString(), "f32[3,5]");
  for (int i = 0; i < 15; ++i) CHECK_EQ(tensor->as<float>()[i], 0.0f);
}

TEST_CASE("an empty tensor has data") {
  const auto tensor = Tensor::Allocate(DType::kF32, {0, 5});
  REQUIRE(tensor.ok());
  CHECK(tensor->has_data());
  CHECK(tensor->view().data != nullptr);
  CHECK_EQ(tensor->Describe(), "[]");
}

TEST_CASE("sizes that are not possible") {
  CHECK(Tensor::Allocate(DType::kF32, {-1}).status().code() == StatusCode::kResourceLimit);
  CHECK(Tensor::Allocate(DType::kF32, {int64_t{1} << 62}).status().code() ==
        StatusCode::kResourceLimit);
  CHECK(Tensor::Allocate(DType::kU8, {std::numeric_limits<int64_t>::max() - 100}).status().code() ==
        StatusCode::kOutOfMemory);
  const std::byte bytes[3] = {};
  CHECK_EQ(Tensor::FromBytes(DType::kF32, {1}, bytes).status().message(),
           "a tensor of 4 bytes was given 3 bytes");
}

TEST_CASE("copies share the bytes, and keep them alive") {
  Tensor copy;
  const void* data = nullptr;
  {
    const Tensor tensor = Floats({1, 2});
    data = tensor.view().data;
    copy = tensor;
  }
  CHECK_EQ(copy.view().data, data);
  CHECK_EQ(copy.as<float>()[1], 2.0f);

  auto owner = std::make_shared<const int64_t>(7);
  const std::weak_ptr<const int64_t> watch = owner;
  const int64_t* number = owner.get();
  {
    const Tensor shared = Tensor::Share(DType::kI64, {}, number, std::move(owner));
    CHECK_FALSE(watch.expired());
    CHECK_EQ(shared.as<int64_t>()[0], 7);
  }
  CHECK(watch.expired());
}

TEST_CASE("descriptions") {
  CHECK_EQ(Floats({0.5f, 0.5f}).Describe(), "splat(0.5)");
  CHECK_EQ(Floats({1, 0.1f, -0.0f}).Describe(), "[1.0, 0.1, -0.0]");
  // 0.0 and -0.0 are equal numbers with different bits.
  CHECK_EQ(Floats({0.0f, -0.0f}).Describe(), "[0.0, -0.0]");
  CHECK_EQ(Tensor::FromVector<int64_t>(DType::kI64, {2, 1}, {-1, 7}).Describe(), "[-1, 7]");
  CHECK_EQ(Tensor::FromVector<uint8_t>(DType::kBool, {2}, {1, 0}).Describe(), "[true, false]");
  CHECK_EQ(Tensor::FromVector<uint16_t>(DType::kF16, {}, {0x3C00}).Describe(), "splat(1.0)");
  CHECK_EQ(Tensor::FromVector<uint16_t>(DType::kBf16, {}, {0x3F80}).Describe(), "splat(1.0)");
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_EQ(Floats({nan, 1}).Describe(), "[nan, 1.0]");
  CHECK_EQ(Tensor::Opaque(DType::kF32, {2}, "hash(0)").Describe(), "hash(0)");
  CHECK_FALSE(Tensor::Opaque(DType::kF32, {2}, "hash(0)").has_data());
}

TEST_CASE("a tensor that has no exact text is described by its hash, even if it is short") {
  const auto payload = std::bit_cast<float>(0x7FC00001u);
  CHECK_EQ(Floats({payload}).Describe().substr(0, 5), "hash(");
  CHECK_EQ(Floats({payload, 1}).Describe().substr(0, 5), "hash(");
  // The published FNV-1a test vector for "a".
  CHECK_EQ(Tensor::FromVector<char>(DType::kBool, {1}, {'a'}).Describe(), "hash(af63dc4c8601ec8c)");
}

TEST_CASE("a given description is used for long tensors only") {
  std::vector<float> values(17);
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i);
  Tensor longer = Floats(values);
  CHECK_EQ(longer.Describe().substr(0, 5), "hash(");
  const Tensor copy = longer;
  longer.set_description("random(3)");
  CHECK_EQ(longer.Describe(), "random(3)");
  CHECK_EQ(copy.Describe().substr(0, 5), "hash(");
  values.pop_back();
  Tensor shorter = Floats(values);
  shorter.set_description("random(3)");
  CHECK_EQ(shorter.Describe().substr(0, 5), "[0.0,");
}

// The expected values were computed separately, in Python, from the formulas of random_tensor.cc.
TEST_CASE("random numbers are the same everywhere") {
  const auto floats = RandomTensor(DType::kF32, {4}, 0);
  REQUIRE(floats.ok());
  CHECK_EQ(floats->Describe(), "[0.19891487, -2.107949, -0.52918386, -0.50088686]");
  CHECK_EQ(RandomTensor(DType::kI64, {4}, 0)->Describe(), "[88, 43, 2, 97]");
  CHECK_EQ(RandomTensor(DType::kI8, {4}, 0)->Describe(), "[-30, 110, 6, -8]");
  CHECK_EQ(RandomTensor(DType::kF16, {4}, 0)->Describe(),
           "[0.19897461, -2.1074219, -0.5292969, -0.50097656]");
  CHECK_EQ(RandomTensor(DType::kF64, {2}, 0)->Describe(),
           "[0.19891486757053187, -2.1079490252334776]");
  CHECK_EQ(RandomTensor(DType::kF32, {64}, 7)->Describe(), "random(7)");
}

TEST_CASE("random floats are normal") {
  constexpr int64_t kCount = 1 << 20;
  const auto tensor = RandomTensor(DType::kF32, {kCount}, 5);
  REQUIRE(tensor.ok());
  double moments[5] = {};
  double beyond_two = 0;
  for (int64_t i = 0; i < kCount; ++i) {
    const double x = tensor->as<float>()[i];
    for (int power = 1; power <= 4; ++power) moments[power] += std::pow(x, power) / kCount;
    if (std::abs(x) > 2) beyond_two += 1.0 / kCount;
  }
  // Five standard errors of each estimate around the moments of the generator.
  const double error = 5 / std::sqrt(static_cast<double>(kCount));
  CHECK(std::abs(moments[1]) < error);
  CHECK(std::abs(moments[2] - 1) < error * std::sqrt(2.0));
  CHECK(std::abs(moments[3]) < error * std::sqrt(15.0));
  CHECK(std::abs(moments[4] - 2.97) < error * std::sqrt(96.0));
  CHECK(std::abs(beyond_two - 0.0455) < 0.001);
}

TEST_CASE("random integers fill their range") {
  const auto bytes = RandomTensor(DType::kU8, {4096}, 1);
  const auto numbers = RandomTensor(DType::kI32, {4096}, 1);
  const auto bools = RandomTensor(DType::kBool, {4096}, 1);
  std::vector<bool> seen_byte(256);
  std::vector<bool> seen_number(100);
  int64_t ones = 0;
  for (int i = 0; i < 4096; ++i) {
    seen_byte[bytes->as<uint8_t>()[i]] = true;
    const int32_t number = numbers->as<int32_t>()[i];
    REQUIRE_GE(number, 0);
    REQUIRE_LT(number, 100);
    seen_number[static_cast<size_t>(number)] = true;
    REQUIRE_LE(bools->as<uint8_t>()[i], 1);
    ones += bools->as<uint8_t>()[i];
  }
  CHECK_EQ(std::count(seen_byte.begin(), seen_byte.end(), true), 256);
  CHECK_EQ(std::count(seen_number.begin(), seen_number.end(), true), 100);
  CHECK(std::abs(ones - 2048) < 5 * 32);
}

}  // namespace
}  // namespace octet::ir
