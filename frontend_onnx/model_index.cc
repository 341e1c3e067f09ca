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

// The messages of nodes, inputs and outputs that hold further messages or strings.
enum class Message : uint8_t {
  kLeaf,
  kNode,
  kAttribute,
  kGraph,
  kTensor,
  kSparseTensor,
  kEntry,  // StringStringEntryProto
  kValueInfo,
  kType,
  kTensorType,   // of a tensor or a sparse tensor
  kElementType,  // of a sequence or an optional
  kMapType,
  kShape,
  kDim,
};

struct Child {
  Message parent;
  uint32_t field;
  Message child;
};
constexpr std::array<Child, 26> kChildren = {{
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
    {Message::kGraph, 11, Message::kValueInfo},
    {Message::kGraph, 12, Message::kValueInfo},
    {Message::kGraph, 13, Message::kValueInfo},
    {Message::kGraph, 15, Message::kSparseTensor},
    {Message::kSparseTensor, 1, Message::kTensor},
    {Message::kSparseTensor, 2, Message::kTensor},
    {Message::kValueInfo, 2, Message::kType},
    {Message::kType, 1, Message::kTensorType},
    {Message::kType, 4, Message::kElementType},
    {Message::kType, 5, Message::kMapType},
    {Message::kType, 8, Message::kTensorType},
    {Message::kType, 9, Message::kElementType},
    {Message::kElementType, 1, Message::kType},
    {Message::kMapType, 2, Message::kType},
    {Message::kTensorType, 2, Message::kShape},
    {Message::kShape, 1, Message::kDim},
}};

// The strings that are names.
struct Name {
  Message message;
  uint32_t field;
  uint64_t max_bytes;
  const char* what;
};
constexpr std::array<Name, 9> kNames = {{
    {Message::kNode, 1, kMaxNameBytes, "the name of an input"},
    {Message::kNode, 2, kMaxNameBytes, "the name of an output"},
    {Message::kNode, 3, kMaxNameBytes, "the name of a node"},
    {Message::kNode, 4, kMaxNameBytes, "the name of an operator"},
    {Message::kNode, 7, kMaxNameBytes, "the name of an operator set"},
    {Message::kAttribute, 1, kMaxNameBytes, "the name of an attribute"},
    {Message::kTensor, 8, kMaxNameBytes, "the name of a tensor"},
    {Message::kValueInfo, 1, kMaxNameBytes, "the name of an input or output"},
    {Message::kDim, 2, kMaxDimNameBytes, "the name of a dimension"},
}};

Message ChildOf(Message parent, uint32_t field) {
  for (const Child& row : kChildren) {
    if (row.parent == parent && row.field == field) return row.child;
  }
  return Message::kLeaf;
}

Status CheckLength(const char* what, Range text, uint64_t max_bytes) {
  if (text.size <= max_bytes) return {};
  return ResourceLimit(std::string(what) + " has " + std::to_string(text.size) +
                       " bytes; the limit is " + std::to_string(max_bytes))
      .AtByte(text.begin);
}

Status CheckName(Message message, const WireField& field) {
  for (const Name& name : kNames) {
    if (name.message != message || name.field != field.number) continue;
    return CheckLength(name.what, field.payload, name.max_bytes);
  }
  return {};
}

Status TooMany(const char* what, size_t limit) {
  return ResourceLimit("more than " + std::to_string(limit) + " " + what);
}

// Counts the strings and messages inside `message`, of kind `kind`, into `count`, and checks names.
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
    if (++*count > kMaxEntries) return TooMany("entries in nodes, inputs and outputs", kMaxEntries);
    OCTET_RETURN_IF_ERROR(CheckName(kind, field));
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
  size_t entries = 0;
  WireReader reader(source, graph);
  while (!reader.AtEnd()) {
    OCTET_ASSIGN_OR_RETURN(const WireField field, reader.Next());
    if (field.type != WireType::kLengthDelimited) continue;
    switch (field.number) {
      case graph_field::kNode:
        OCTET_RETURN_IF_ERROR(Append(&index->nodes, field.payload, "nodes", kMaxNodes));
        OCTET_RETURN_IF_ERROR(CountEntries(source, field.payload, Message::kNode, 1, &entries));
        break;
      case graph_field::kInitializer:
        OCTET_RETURN_IF_ERROR(
            Append(&index->initializers, field.payload, "initializers", kMaxInitializers));
        break;
      case graph_field::kInput:
        OCTET_RETURN_IF_ERROR(Append(&index->inputs, field.payload, "graph inputs",
                                     // Old exporters list every initializer as an input, too.
                                     kMaxGraphInputs + kMaxInitializers));
        OCTET_RETURN_IF_ERROR(
            CountEntries(source, field.payload, Message::kValueInfo, 1, &entries));
        break;
      case graph_field::kOutput:
        OCTET_RETURN_IF_ERROR(
            Append(&index->outputs, field.payload, "graph outputs", kMaxGraphOutputs));
        OCTET_RETURN_IF_ERROR(
            CountEntries(source, field.payload, Message::kValueInfo, 1, &entries));
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
      if (field.number == tensor_field::kExternalData &&
          field.payload.size > kMaxSmallMessageBytes) {
        return ResourceLimit("an external_data entry has " + std::to_string(field.payload.size) +
                             " bytes; the limit is " + std::to_string(kMaxSmallMessageBytes))
            .AtByte(field.payload.begin);
      }
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
  OCTET_RETURN_IF_ERROR(CheckLength("the name of an initializer", name, kMaxNameBytes));
  return ReadString(source, name);
}

}  // namespace octet::frontend_onnx
