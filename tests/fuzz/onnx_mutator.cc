// How libFuzzer changes ONNX files: field by field, with lengths that stay right, so that most of
// what it tries gets past the wire format. A third of the changes is left to libFuzzer's own
// mutator, which knows only bytes.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

extern "C" {
size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
__attribute__((visibility("default"))) size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                                                      size_t max_size,
                                                                      unsigned int seed);
}

namespace octet::fuzz {
namespace {

enum class Message : uint8_t {
  kNone,  // bytes, or a message without messages inside
  kModel,
  kGraph,
  kNode,
  kAttribute,
  kValueInfo,
  kType,
  kTensorType,
  kShape,
};

// What the field `number` of a message is (onnx.proto).
Message MessageOf(Message parent, uint64_t number) {
  switch (parent) {
    case Message::kModel:
      return number == 7 ? Message::kGraph : Message::kNone;
    case Message::kGraph:
      if (number == 1) return Message::kNode;
      return number >= 11 && number <= 13 ? Message::kValueInfo : Message::kNone;
    case Message::kNode:
      return number == 5 ? Message::kAttribute : Message::kNone;
    case Message::kAttribute:
      return number == 6 || number == 11 ? Message::kGraph : Message::kNone;
    case Message::kValueInfo:
      return number == 2 ? Message::kType : Message::kNone;
    case Message::kType:
      return number == 1 ? Message::kTensorType : Message::kNone;
    case Message::kTensorType:
      return number == 2 ? Message::kShape : Message::kNone;
    default:
      return Message::kNone;
  }
}

constexpr uint64_t kNodeOpType = 4;
constexpr int kMaxDepth = 12;

enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct Field {
  Message parent = Message::kNone;
  uint64_t number = 0;
  uint8_t wire_type = kVarint;
  uint64_t varint = 0;
  std::string bytes;                 // of every other wire type
  Message message = Message::kNone;  // not kNone: `fields` count instead of `bytes`
  std::vector<Field> fields;
};

std::optional<uint64_t> ReadVarint(std::string_view* bytes) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !bytes->empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    value |= uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

void WriteVarint(uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) *out += static_cast<char>(0x80 | (value & 0x7F));
  *out += static_cast<char>(value);
}

// nullopt for what is not a message.
std::optional<std::vector<Field>> ReadFields(std::string_view bytes, Message message, int depth) {
  std::vector<Field> fields;
  while (!bytes.empty()) {
    const auto key = ReadVarint(&bytes);
    if (!key || *key >> 3 == 0) return std::nullopt;
    Field field = {.parent = message,
                   .number = *key >> 3,
                   .wire_type = static_cast<uint8_t>(*key & 7),
                   .bytes = {},
                   .message = Message::kNone,
                   .fields = {}};
    size_t size = 0;
    if (field.wire_type == kVarint) {
      const auto value = ReadVarint(&bytes);
      if (!value) return std::nullopt;
      field.varint = *value;
    } else if (field.wire_type == kBytes) {
      const auto length = ReadVarint(&bytes);
      if (!length || *length > bytes.size()) return std::nullopt;
      size = *length;
    } else if (field.wire_type == kFixed64 || field.wire_type == kFixed32) {
      size = field.wire_type == kFixed64 ? 8 : 4;
      if (size > bytes.size()) return std::nullopt;
    } else {
      return std::nullopt;
    }
    field.bytes = bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (field.wire_type == kBytes && depth < kMaxDepth) {
      field.message = MessageOf(message, field.number);
      if (field.message != Message::kNone) {
        auto inner = ReadFields(field.bytes, field.message, depth + 1);
        if (inner) field.fields = *std::move(inner);
        if (!inner) field.message = Message::kNone;
      }
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

std::string Write(const std::vector<Field>& fields) {
  std::string out;
  for (const Field& field : fields) {
    WriteVarint(field.number << 3 | field.wire_type, &out);
    if (field.wire_type == kVarint) {
      WriteVarint(field.varint, &out);
      continue;
    }
    const std::string bytes = field.message == Message::kNone ? field.bytes : Write(field.fields);
    if (field.wire_type == kBytes) WriteVarint(bytes.size(), &out);
    out += bytes;
  }
  return out;
}

constexpr std::string_view kOperators[] = {
#define OCTET_ONNX_SAME(domain, Name, ...) #Name,
#define OCTET_ONNX_OP(domain, Name, ...) #Name,
#include "frontend_onnx/converters.def"
#undef OCTET_ONNX_SAME
#undef OCTET_ONNX_OP
};

class Mutator {
 public:
  Mutator(std::vector<Field>* model, unsigned int seed) : random_(seed) { Collect(model); }

  void Mutate() {
    if (lists_.empty()) return;
    switch (random_() % 7) {
      case 0:
      case 1:
        return ChangeValue(&AnyField());
      case 2:
        return Erase();
      case 3:
        return Copy();
      case 4:
        return Swap();
      case 5:
        return Reconnect();
      default:
        return ChangeOperator();
    }
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }

  // Every list of fields that is not empty.
  void Collect(std::vector<Field>* fields) {
    if (!fields->empty()) lists_.push_back(fields);
    for (Field& field : *fields) Collect(&field.fields);
  }
  std::vector<Field>& AnyList() { return *lists_[Below(lists_.size())]; }
  Field& AnyField() {
    std::vector<Field>& list = AnyList();
    return list[Below(list.size())];
  }

  void ChangeValue(Field* field) {
    constexpr std::array<uint64_t, 10> kValues = {
        0, 1, 2, 3, 7, 16, uint64_t{1} << 31, uint64_t{1} << 62, ~uint64_t{0}, ~uint64_t{1}};
    if (field->wire_type == kVarint) {
      field->varint = Below(2) == 0 ? kValues[Below(kValues.size())] : field->varint + Below(5) - 2;
      return;
    }
    if (field->message != Message::kNone) return;
    const size_t size = field->bytes.size();
    const bool fixed = field->wire_type != kBytes;
    std::vector<uint8_t> bytes(field->bytes.begin(), field->bytes.end());
    bytes.resize(fixed ? size : size + 16);
    const size_t changed = LLVMFuzzerMutate(bytes.data(), size, bytes.size());
    bytes.resize(fixed ? size : changed);
    field->bytes.assign(bytes.begin(), bytes.end());
  }

  void Erase() {
    std::vector<Field>& list = AnyList();
    list.erase(list.begin() + static_cast<ptrdiff_t>(Below(list.size())));
  }

  // A field once more, or into another message of its kind.
  void Copy() {
    const Field field = AnyField();
    std::vector<std::vector<Field>*> fitting;
    std::ranges::copy_if(lists_, std::back_inserter(fitting), [&](const auto* list) {
      return !list->empty() && list->front().parent == field.parent;
    });
    std::vector<Field>& to = *fitting[Below(fitting.size())];
    to.insert(to.begin() + static_cast<ptrdiff_t>(Below(to.size() + 1)), field);
  }

  void Swap() {
    std::vector<Field>& list = AnyList();
    const size_t first = Below(list.size());
    const size_t second = Below(list.size());
    if (first != second) std::swap(list[first], list[second]);
  }

  // One name for another, so that a node reads what some other one makes.
  void Reconnect() {
    const Field& from = AnyField();
    Field& to = AnyField();
    const auto is_bytes = [](const Field& field) {
      return field.wire_type == kBytes && field.message == Message::kNone;
    };
    if (&from != &to && is_bytes(from) && is_bytes(to)) to.bytes = from.bytes;
  }

  void ChangeOperator() {
    for (int tries = 0; tries < 8; ++tries) {
      Field& field = AnyField();
      if (field.parent != Message::kNode || field.number != kNodeOpType) continue;
      field.bytes = kOperators[Below(std::size(kOperators))];
      return;
    }
  }

  std::minstd_rand random_;
  std::vector<std::vector<Field>*> lists_;
};

}  // namespace
}  // namespace octet::fuzz

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int seed) {
  using octet::fuzz::Message;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto model = octet::fuzz::ReadFields(bytes, Message::kModel, 0);
  if (!model || seed % 3 == 0) return LLVMFuzzerMutate(data, size, max_size);
  octet::fuzz::Mutator(&*model, seed).Mutate();
  const std::string changed = octet::fuzz::Write(*model);
  if (changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::ranges::copy(changed, data);
  return changed.size();
}
