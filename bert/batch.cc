#include "bert/batch.h"

#include <algorithm>
#include <optional>
#include <string_view>

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

}  // namespace

Result<std::vector<InputSpec>> MatchInputs(std::span<const std::string> names,
                                           std::span<const ir::Type> types) {
  std::vector<InputSpec> specs;
  for (size_t i = 0; i < names.size(); ++i) {
    const std::optional<InputRole> role = RoleOf(names[i]);
    if (!role) {
      return InvalidModel("the model takes an input '" + Printable(names[i]) +
                          "', which is not one of a text classifier");
    }
    const ir::Type& type = types[i];
    const bool is_int = type.dtype == ir::DType::kI64 || type.dtype == ir::DType::kI32;
    if (!is_int || type.rank() != 2) {
      return InvalidModel("input '" + names[i] + "' is " + type.ToString() +
                          ", not integers [batch, sequence]");
    }
    if (type.shape[0].is_static() || type.shape[1].is_static()) {
      return InvalidModel("input '" + names[i] + "' is " + type.ToString() +
                          ": its shape is fixed; export the model with dynamic axes");
    }
    specs.push_back({*role, type.dtype});
  }
  return specs;
}

template <typename T>
void Batch::FillInput(std::span<const Encoding> encodings, InputRole role, int64_t length, T pad_id,
                      std::vector<T>* values) {
  const auto row_length = static_cast<size_t>(length);
  values->assign(encodings.size() * row_length, role == InputRole::kInputIds ? pad_id : T{0});
  for (size_t row = 0; row < encodings.size(); ++row) {
    const Encoding& encoding = encodings[row];
    T* out = values->data() + row * row_length;
    for (size_t i = 0; i < encoding.ids.size(); ++i) {
      switch (role) {
        case InputRole::kInputIds:
          out[i] = encoding.ids[i];
          break;
        case InputRole::kAttentionMask:
          out[i] = 1;
          break;
        case InputRole::kTokenTypeIds:
          out[i] = encoding.type_ids[i];
          break;
        case InputRole::kPositionIds:
          out[i] = static_cast<T>(i);
          break;
      }
    }
  }
}

void Batch::Fill(std::span<const Encoding> encodings, std::span<const InputSpec> inputs,
                 int32_t pad_id, int64_t min_length) {
  int64_t length = min_length;
  num_tokens_ = 0;
  for (const Encoding& encoding : encodings) {
    const auto size = static_cast<int64_t>(encoding.ids.size());
    length = std::max(length, size);
    num_tokens_ += size;
  }
  storage_.resize(inputs.size());
  views_.resize(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto [role, dtype] = inputs[i];
    Storage& storage = storage_[i];
    const void* data = nullptr;
    if (dtype == ir::DType::kI64) {
      FillInput<int64_t>(encodings, role, length, pad_id, &storage.i64);
      data = storage.i64.data();
    } else {
      FillInput<int32_t>(encodings, role, length, pad_id, &storage.i32);
      data = storage.i32.data();
    }
    views_[i] = {dtype, {static_cast<int64_t>(encodings.size()), length}, data};
  }
}

}  // namespace octet::bert
