#include "ir/text/tensor_literal.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "ir/half.h"

namespace octet::ir {
namespace {

Status NotANumber(const std::string& word, std::string_view what) {
  return InvalidArgument("'" + Printable(word) + "' is not a number of type " + std::string(what));
}

template <typename T>
bool ParseNumber(const std::string& word, T* value) {
  const char* end = word.data() + word.size();
  const auto [stop, code] = std::from_chars(word.data(), end, *value);
  return code == std::errc() && stop == end;
}

template <typename T>
bool ParseInto(const std::string& word, std::byte* out) {
  T value{};
  if (!ParseNumber(word, &value)) return false;
  std::memcpy(out, &value, sizeof(T));
  return true;
}

bool ParseHalf(const std::string& word, uint16_t (*narrow)(float), std::byte* out) {
  float value = 0;
  if (!ParseNumber(word, &value)) return false;
  const uint16_t half = narrow(value);
  std::memcpy(out, &half, sizeof(half));
  return true;
}

bool ParseBool(const std::string& word, std::byte* out) {
  *out = word == "true" ? std::byte{1} : std::byte{0};
  return word == "true" || word == "false";
}

bool ParseElement(DType dtype, const std::string& word, std::byte* out) {
  switch (dtype) {
    case DType::kF32:
      return ParseInto<float>(word, out);
    case DType::kF64:
      return ParseInto<double>(word, out);
    case DType::kF16:
      return ParseHalf(word, FloatToHalf, out);
    case DType::kBf16:
      return ParseHalf(word, FloatToBFloat16, out);
    case DType::kI64:
      return ParseInto<int64_t>(word, out);
    case DType::kI32:
      return ParseInto<int32_t>(word, out);
    case DType::kI8:
      return ParseInto<int8_t>(word, out);
    case DType::kU8:
      return ParseInto<uint8_t>(word, out);
    case DType::kBool:
      return ParseBool(word, out);
  }
  return false;
}

Result<Tensor> MakeHash(const TensorLiteral& literal, DType dtype, std::vector<int64_t> dims) {
  const std::string& digits = literal.words[0];
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (digits.size() != 16 || !std::all_of(digits.begin(), digits.end(), is_hex)) {
    return InvalidArgument("hash() takes 16 hexadecimal digits");
  }
  return Tensor::Opaque(dtype, std::move(dims), "hash(" + digits + ")");
}

Result<Tensor> MakeRandom(const TensorLiteral& literal, DType dtype, std::vector<int64_t> dims) {
  uint64_t seed = 0;
  if (!ParseNumber(literal.words[0], &seed)) {
    return InvalidArgument("random() takes a seed, a number >= 0");
  }
  return RandomTensor(dtype, std::move(dims), seed);
}

}  // namespace

Result<Tensor> MakeTensor(const TensorLiteral& literal, const Type& type, int64_t* bytes_left) {
  std::optional<std::vector<int64_t>> dims = StaticShape(type.shape);
  if (!dims) {
    return InvalidArgument("a constant of type " + type.ToString() +
                           " needs dims that are numbers");
  }
  const DType dtype = type.dtype;
  OCTET_ASSIGN_OR_RETURN(const int64_t bytes, CheckedByteSize(*dims, dtype));
  if (literal.form == TensorLiteral::Form::kHash) return MakeHash(literal, dtype, *dims);
  if (bytes > *bytes_left) {
    return ResourceLimit("a constant has " + std::to_string(bytes) +
                         " bytes, but the text may ask for at most " + std::to_string(*bytes_left) +
                         " more");
  }
  *bytes_left -= bytes;
  if (literal.form == TensorLiteral::Form::kRandom) return MakeRandom(literal, dtype, *dims);

  OCTET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Allocate(dtype, *dims));
  auto* data = static_cast<std::byte*>(tensor.mutable_data());
  const size_t element = DTypeSize(dtype);
  const auto count = static_cast<size_t>(tensor.num_elements());
  if (literal.form == TensorLiteral::Form::kSplat) {
    std::byte value[8];
    if (!ParseElement(dtype, literal.words[0], value)) {
      return NotANumber(literal.words[0], DTypeName(dtype));
    }
    for (size_t i = 0; i < count; ++i) std::memcpy(data + i * element, value, element);
    return tensor;
  }
  if (literal.words.size() != count) {
    return InvalidArgument("a constant of type " + type.ToString() + " needs " +
                           std::to_string(count) + " elements, but the text has " +
                           std::to_string(literal.words.size()));
  }
  for (size_t i = 0; i < count; ++i) {
    if (!ParseElement(dtype, literal.words[i], data + i * element)) {
      return NotANumber(literal.words[i], DTypeName(dtype));
    }
  }
  return tensor;
}

}  // namespace octet::ir
