#include "bert/batch.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "ir/half.h"

namespace octet::bert {
namespace {

std::optional<InputRole> RoleOf(std::string_view name) {
  constexpr std::pair<std::string_view, InputRole> kNames[] = {
      {"input_ids", InputRole::kInputIds},       {"attention_mask", InputRole::kAttentionMask},
      {"input_mask", InputRole::kAttentionMask}, {"token_type_ids", InputRole::kTokenTypeIds},
      {"segment_ids", InputRole::kTokenTypeIds}, {"position_ids", InputRole::kPositionIds},
  };
  for (const auto& [known, role] : kNames) {
    if (name == known) return role;
  }
  return std::nullopt;
}

// One row for each encoding, padded on the right to `length`. `one` is what a mask holds for a
// token.
template <typename T>
const void* FillInput(std::span<const text::Encoding> encodings, InputRole role, int64_t length,
                      int32_t pad_id, T one, std::vector<std::byte>* storage) {
  const auto row_length = static_cast<size_t>(length);
  const size_t size = encodings.size() * row_length;
  storage->resize(size * sizeof(T));
  T* const values = reinterpret_cast<T*>(storage->data());
  std::fill_n(values, size, role == InputRole::kInputIds ? static_cast<T>(pad_id) : T{0});
  for (size_t row = 0; row < encodings.size(); ++row) {
    const text::Encoding& encoding = encodings[row];
    T* out = values + row * row_length;
    for (size_t i = 0; i < encoding.ids.size(); ++i) {
      switch (role) {
        case InputRole::kInputIds:
          out[i] = static_cast<T>(encoding.ids[i]);
          break;
        case InputRole::kAttentionMask:
          out[i] = one;
          break;
        case InputRole::kTokenTypeIds:
          out[i] = static_cast<T>(encoding.type_ids[i]);
          break;
        case InputRole::kPositionIds:
          out[i] = static_cast<T>(i);
          break;
      }
    }
  }
  return values;
}

const void* FillInput(std::span<const text::Encoding> encodings, const InputSpec& input,
                      int64_t length, int32_t pad_id, std::vector<std::byte>* storage) {
  const auto fill = [&]<typename T>(T one) {
    return FillInput<T>(encodings, input.role, length, pad_id, one, storage);
  };
  switch (input.dtype) {
    case ir::DType::kI64:
      return fill(int64_t{1});
    case ir::DType::kI32:
      return fill(int32_t{1});
    case ir::DType::kF32:
      return fill(1.0f);
    case ir::DType::kF64:
      return fill(1.0);
    case ir::DType::kF16:
      return fill(ir::FloatToHalf(1.0f));
    case ir::DType::kBf16:
      return fill(ir::FloatToBFloat16(1.0f));
    case ir::DType::kI8:
      return fill(int8_t{1});
    case ir::DType::kU8:
    case ir::DType::kBool:
      return fill(uint8_t{1});
  }
  return nullptr;
}

}  // namespace

Result<std::vector<InputSpec>> MatchInputs(std::span<const std::string> names,
                                           std::span<const ir::Type> types) {
  std::vector<InputSpec> specs;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::optional<InputRole> role = RoleOf(names[i]);
    if (!role) {
      return InvalidModel("the model takes an input '" + Printable(names[i]) +
                          "', which is not an input of a text classifier");
    }
    const ir::Type& type = types[i];
    const bool is_mask = *role == InputRole::kAttentionMask;
    const bool is_int = type.dtype == ir::DType::kI64 || type.dtype == ir::DType::kI32;
    if ((!is_int && !is_mask) || type.rank() != 2) {
      return InvalidModel("input '" + names[i] + "' is " + type.ToString() + ", not " +
                          (is_mask ? "" : "i64 or i32 ") + "[batch, sequence]");
    }
    if (type.shape[0].is_static() || type.shape[1].is_static()) {
      return InvalidModel("input '" + names[i] + "' is " + type.ToString() +
                          ": its shape is fixed; export the model with dynamic axes");
    }
    specs.push_back({*role, type.dtype});
  }
  return specs;
}

void Batch::Fill(std::span<const text::Encoding> encodings, std::span<const InputSpec> inputs,
                 int32_t pad_id, int64_t min_length) {
  int64_t length = min_length;
  num_texts_ = static_cast<int64_t>(encodings.size());
  num_tokens_ = 0;
  for (const text::Encoding& encoding : encodings) {
    const auto size = static_cast<int64_t>(encoding.ids.size());
    length = std::max(length, size);
    num_tokens_ += size;
  }
  storage_.resize(inputs.size());
  views_.resize(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const void* data = FillInput(encodings, inputs[i], length, pad_id, &storage_[i]);
    views_[i] = {inputs[i].dtype, {num_texts_, length}, data};
  }
}

}  // namespace octet::bert
