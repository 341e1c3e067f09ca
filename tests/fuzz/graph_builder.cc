#include "tests/fuzz/graph_builder.h"

#include <algorithm>

namespace octet::fuzz {
namespace {

using ir::DType;
using ir::OpKind;
using ir::Tensor;
using ir::Value;

constexpr int64_t kMaxElements = 4096;

}  // namespace

GraphBuilder::GraphBuilder(ir::Module* module, ByteReader* in, ir::SymbolBinding symbols,
                           bool noise)
    : in_(in), symbols_(std::move(symbols)), noise_(noise), rewriter_(module) {}

Value* GraphBuilder::Make(OpKind kind, std::initializer_list<Value*> operands,
                          ir::Attributes attributes) {
  return Make(kind, std::span(operands.begin(), operands.size()), std::move(attributes));
}

Value* GraphBuilder::Make(OpKind kind, std::span<Value* const> operands,
                          ir::Attributes attributes) {
  if (std::ranges::count(operands, nullptr) > 0) return nullptr;
  const Result<ir::Op*> op = rewriter_.Create(kind, operands, std::move(attributes));
  if (!op.ok()) return nullptr;
  Value* value = (*op)->result();
  return noise_ && value->dtype() == DType::kF32 ? AddNoise(value) : value;
}

Value* GraphBuilder::AddNoise(Value* value) {
  constexpr float kUnits = 4 * 0x1p-23f;
  const bool by_column = value->rank() > 0 && value->shape().back().is_static();
  const int64_t columns = by_column ? value->shape().back().constant() : 1;
  std::vector<float> factors(static_cast<size_t>(std::min(columns, kMaxElements)));
  for (size_t i = 0; i < factors.size(); ++i) {
    seed_ = seed_ * 6364136223846793005u + 1442695040888963407u;
    factors[i] = 1.0f - kUnits * static_cast<float>(seed_ >> 40) * 0x1p-24f;
  }
  if (columns > kMaxElements || columns == 0) return value;
  std::vector<int64_t> dims;
  if (by_column) dims.push_back(columns);
  const auto noise = rewriter_.Constant(Tensor::FromVector<float>(DType::kF32, dims, factors));
  if (!noise.ok()) return value;
  const auto noisy = rewriter_.CreateValue(OpKind::kMul, {value, *noise});
  return noisy.ok() ? *noisy : value;
}

Value* GraphBuilder::Weight(std::vector<int64_t> dims, float scale) {
  auto random = ir::RandomTensor(DType::kF32, std::move(dims), in_->Byte());
  if (!random.ok()) return nullptr;
  auto* data = static_cast<float*>(random->mutable_data());
  for (int64_t i = 0; i < random->num_elements(); ++i) data[i] *= scale;
  random->set_description({});
  const auto constant = rewriter_.Constant(*std::move(random));
  return constant.ok() ? *constant : nullptr;
}

Value* GraphBuilder::Number(float value) {
  const auto scalar = rewriter_.Scalar(value);
  return scalar.ok() ? *scalar : nullptr;
}

Value* GraphBuilder::Integer(int64_t value) {
  const auto scalar = rewriter_.Scalar(value);
  return scalar.ok() ? *scalar : nullptr;
}

Value* GraphBuilder::AnyConstant(DType dtype, std::vector<int64_t> dims) {
  auto random = ir::RandomTensor(dtype, std::move(dims), in_->Byte());
  if (!random.ok()) return nullptr;
  const auto constant = rewriter_.Constant(*std::move(random));
  return constant.ok() ? *constant : nullptr;
}

void GraphBuilder::Keep(Value* value) {
  if (value == nullptr) return;
  const auto dims = ir::EvaluateShape(value->shape(), symbols_);
  if (!dims.ok()) return;
  const auto elements = ir::CheckedNumElements(*dims);
  if (elements.ok() && *elements <= kMaxElements) kept_.push_back(value);
}

template <typename Fits>
Value* GraphBuilder::PickWhere(const Fits& fits) {
  std::vector<Value*> fitting;
  std::ranges::copy_if(kept_, std::back_inserter(fitting), fits);
  if (fitting.empty()) return nullptr;
  // The last one half of the time, so that chains become long.
  if (in_->Coin()) return fitting.back();
  return fitting[static_cast<size_t>(in_->Byte()) % fitting.size()];
}

Value* GraphBuilder::PickAny() {
  return PickWhere([](const Value*) { return true; });
}

Value* GraphBuilder::PickFloats(int64_t min_rank) {
  return PickWhere([&](const Value* value) {
    return value->dtype() == DType::kF32 && value->rank() >= std::max<int64_t>(min_rank, 1) &&
           value->shape().back().is_static() && Width(value) >= 2;
  });
}

Value* GraphBuilder::PickTyped(const ir::Type& type) {
  return PickWhere([&](const Value* value) { return value->type() == type; });
}

}  // namespace octet::fuzz
