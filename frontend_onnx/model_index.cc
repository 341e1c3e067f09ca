#include "frontend_onnx/model_index.h"

#include <algorithm>
#include <array>
#include <string>

#include "frontend_onnx/limits.h"

namespace octet::frontend_onnx {
namespace {

// The field numbers of onnx.proto that the index needs.
namespace model_field {
constexpr uint32_t kIrVersion = 1;
constexpr uint32_t kGraph = 7;
constexpr uint32_t kOpsetImport = 8;
}  // namespace model_field
namespace graph_field {
constexpr uint32_t kNode = 1;
constexpr uint32_t kInitializer = 5;
constexpr uint32_t kInput = 11;
constexpr uint32_t kOutput = 12;
constexpr uint32_t kSparseInitializer = 15;
}  // namespace graph_field
namespace tensor_field {
constexpr uint32_t kName = 8;
constexpr uint32_t kRawData = 9;
constexpr uint32_t kExternalData = 13;
// Without string_data, raw_data, doc_string and unknown fields: nothing reads them, and an object
// for each of a million empty strings would take 20 times the bytes of the file.
constexpr std::array<uint32_t, 10> kHeader = {1, 2, 3, 4, 5, 7, 8, 10, kExternalData, 14};
// Entries of one tensor. ONNX defines 4 keys: location, offset, length, checksum.
constexpr int kMaxExternalData = 16;
}  // namespace tensor_field

// The messages below a node that hold further messages or strings.
enum class Message : uint8_t { kLeaf, kNode, kAttribute, kGraph, kTensor, kSparseTensor, kEntry };

struct Child {
  Message parent;
  uint32_t field;
  Message child;
};
constexpr std::array<Child, 16> kChildren = {{
    {Message::kNode, 5, Message::kAttribute},
    {Message::kNode, 9, Message::kEntry},  // metadata_props
    {Message::kAttribute, 5, Message::kTensor},
    {Message::kAttribute, 6, Message::kGraph},
    {Message::kAttribute, 10, Message::kTensor},
    {Message::kAttribute, 11, Message::kGraph},
    {Message::kAttribute, 22, Message::kSparseTensor},
    {Message::kAttribute, 23, Message::kSparseTensor},
    {Message::kGraph, 1, Message::kNode},
    {Message::kGraph, 5, Message::kTensor},
    {Message::kGraph, 11, Message::kEntry},
    {Message::kGraph, 12, Message::kEntry},
    {Message::kGraph, 13, Message::kEntry},
    {Message::kGraph, 15, Message::kSparseTensor},
    {Message::kSparseTensor, 1, Message::kTensor},
    {Message::kSparseTensor, 2, Message::kTensor},
}};

Message ChildOf(Message parent, uint32_t field) {
  for (const Child& row : kChildren) {
    if (row.parent == parent && row.field == field) return row.child;
  }
  return Message::kLeaf;
}

Status TooMany(const char* what, size_t limit) {
  return ResourceLimit("more than " + std::to_string(limit) + " " + what);
}

// Counts the strings and messages inside `message`, of kind `kind`, into `count`.
Status CountEntries(ByteSource* source, Range message, Message kind, int depth, size_t* count) {
  if (depth > kMaxMessageDepth) {
    return ResourceLimit("messages are nested more than " + std::to_string(kMaxMessageDepth) +
                         " deep")
        .AtByte(message.begin);
  }
  WireReader reader(source, message);
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.type != WireType::kLengthDelimited) continue;
    if (++*count > kMaxNodeEntries) return TooMany("entries in nodes", kMaxNodeEntries);
    const Message child = ChildOf(kind, field.number);
    if (child == Message::kLeaf) continue;
    OCTET_RETURN_IF_ERROR(CountEntries(source, field.payload, child, depth + 1, count));
  }
  return {};
}

Status Append(std::vector<Range>* list, Range range, const char* what, size_t limit) {
  if (list->size() == limit) return TooMany(what, limit);
  list->push_back(range);
  return {};
}

Status IndexGraph(ByteSource* source, Range graph, ModelIndex* index) {
  size_t node_entries = 0;
  WireReader reader(source, graph);
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.type != WireType::kLengthDelimited) continue;
    switch (field.number) {
      case graph_field::kNode:
        OCTET_RETURN_IF_ERROR(Append(&index->nodes, field.payload, "nodes", kMaxNodes));
        OCTET_RETURN_IF_ERROR(
            CountEntries(source, field.payload, Message::kNode, 1, &node_entries));
        break;
      case graph_field::kInitializer:
        OCTET_RETURN_IF_ERROR(
            Append(&index->initializers, field.payload, "initializers", kMaxInitializers));
        break;
      case graph_field::kInput:
        OCTET_RETURN_IF_ERROR(Append(&index->inputs, field.payload, "graph inputs",
                                     // Old exporters list every initializer as an input, too.
                                     kMaxGraphInputs + kMaxInitializers));
        break;
      case graph_field::kOutput:
        OCTET_RETURN_IF_ERROR(
            Append(&index->outputs, field.payload, "graph outputs", kMaxGraphOutputs));
        break;
      case graph_field::kSparseInitializer:
        index->has_sparse_initializers = true;
        break;
      default:
        break;
    }
  }
  return {};
}

}  // namespace

Result<ModelIndex> IndexModel(ByteSource* source) {
  ModelIndex index;
  WireReader reader(source, {0, source->size()});
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.number == model_field::kIrVersion && field.type == WireType::kVarint) {
      index.ir_version = static_cast<int64_t>(field.varint);
    }
    if (field.type != WireType::kLengthDelimited) continue;
    if (field.number == model_field::kOpsetImport) {
      OCTET_RETURN_IF_ERROR(
          Append(&index.opset_imports, field.payload, "opset imports", kMaxOpsetImports));
    } else if (field.number == model_field::kGraph) {
      if (index.has_graph) return InvalidModel("two graphs").AtByte(field.whole.begin);
      index.has_graph = true;
      OCTET_RETURN_IF_ERROR(IndexGraph(source, field.payload, &index));
    }
  }
  return index;
}

Result<TensorParts> SplitTensor(ByteSource* source, Range tensor) {
  TensorParts parts;
  int external_data = 0;
  WireReader reader(source, tensor);
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.number == tensor_field::kRawData && field.type == WireType::kLengthDelimited) {
      if (parts.raw_data) return InvalidModel("a tensor has raw_data twice");
      parts.raw_data = field.payload;
    } else if (std::ranges::count(tensor_field::kHeader, field.number) != 0) {
      external_data += field.number == tensor_field::kExternalData ? 1 : 0;
      if (external_data > tensor_field::kMaxExternalData) {
        return InvalidModel("a tensor has more than " +
                            std::to_string(tensor_field::kMaxExternalData) +
                            " external_data entries");
      }
      OCTET_ASSIGN_OR_RETURN(const std::string bytes, ReadString(source, field.whole));
      parts.header += bytes;
    }
  }
  return parts;
}

Result<std::string> ReadTensorName(ByteSource* source, Range tensor) {
  Range name;
  WireReader reader(source, tensor);
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.number == tensor_field::kName && field.type == WireType::kLengthDelimited) {
      name = field.payload;
    }
  }
  return ReadString(source, name);
}

}  // namespace octet::frontend_onnx
