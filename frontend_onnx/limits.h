// What the importer refuses to read. An ONNX file is not trusted: protobuf turns a file of 10 MB of
// empty entries into a gigabyte of objects. So the importer counts entries in the serialized bytes,
// before it allocates anything for them.
#ifndef OCTET_FRONTEND_ONNX_LIMITS_H_
#define OCTET_FRONTEND_ONNX_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace octet::frontend_onnx {

// The largest file protobuf can describe: its sizes are 31-bit.
inline constexpr uint64_t kMaxModelFileBytes = (uint64_t{1} << 31) - 1;
// Weights in total, embedded and external. BERT-large in float is 1.3 GB.
inline constexpr uint64_t kMaxWeightBytes = uint64_t{16} << 30;
// The largest value that the graph computes. Checked at import if the size is known by then.
inline constexpr int64_t kMaxValueBytes = int64_t{8} << 30;

// BERT-large has about 3000 nodes and 700 initializers.
inline constexpr size_t kMaxNodes = 100'000;
inline constexpr size_t kMaxInitializers = 100'000;
inline constexpr size_t kMaxGraphInputs = 1'000;
inline constexpr size_t kMaxGraphOutputs = 1'000;
inline constexpr size_t kMaxOpsetImports = 1'000;
// Strings and messages inside all nodes, inputs and outputs together (names, attributes, metadata,
// dimensions, the branches of an If): at up to about 250 bytes of protobuf object each, 250 MB at
// worst.
inline constexpr size_t kMaxEntries = 1'000'000;
// Messages inside messages below a node. A tensor in an attribute is 3 deep; only the branches of
// an If nest further.
inline constexpr int kMaxMessageDepth = 32;
// The longest name of a node, a tensor, an operator or an attribute. Exporters write up to a few
// hundred bytes.
inline constexpr uint64_t kMaxNameBytes = 4096;
// The longest name of a dimension. It is printed with every type that has the dimension.
inline constexpr uint64_t kMaxDimNameBytes = 256;

// The most IR ops of one graph. A node may become several ops, or one op for each input or output.
inline constexpr int64_t kMaxOps = 250'000;
// The most IR ops of all graphs that are built for one model (see kMaxUnifiedDims).
inline constexpr int64_t kMaxOpsBuilt = 1'000'000;
// See ir::GraphBudget::dim_size.
inline constexpr int64_t kMaxLargeDims = 250'000;
// The most bytes of constants that nodes need but do not hold, such as the indices of a Pad.
inline constexpr int64_t kMaxMadeBytes = int64_t{64} << 20;
// The largest graph input, graph output or opset import: a message that is parsed as a whole.
inline constexpr uint64_t kMaxSmallMessageBytes = uint64_t{1} << 20;

// How many dimensions a tensor may have, and how large each may be.
inline constexpr size_t kMaxRank = 8;
inline constexpr int64_t kMaxDim = (int64_t{1} << 31) - 1;

// How many dimensions may have different names but must be equal in the graph. The graph is built
// again for each.
inline constexpr int kMaxUnifiedDims = 32;

// Operators, and nodes of each, that an error message lists before it says how many more there are.
inline constexpr size_t kMaxListedOps = 20;
inline constexpr size_t kMaxListedNodes = 8;

// ONNX versions. IR 3 is the first with opset imports. Opset 7 is the first in which elementwise
// operators broadcast as today. ONNX 1.23 writes IR 14 and operator sets up to 28.
inline constexpr int64_t kMinIrVersion = 3;
inline constexpr int64_t kMaxIrVersion = 14;
inline constexpr int64_t kMinOpset = 7;
inline constexpr int64_t kMaxOpset = 28;

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_LIMITS_H_
