// Makes IR from the graph of a model, given the index of the model.
#ifndef OCTET_FRONTEND_ONNX_GRAPH_IMPORTER_H_
#define OCTET_FRONTEND_ONNX_GRAPH_IMPORTER_H_

#include "frontend_onnx/external_data.h"
#include "frontend_onnx/model_index.h"
#include "ir/graph.h"

namespace octet::frontend_onnx {

// Errors: as ImportFile's, without the file name.
Result<ir::Module> ImportGraph(const ModelIndex& index, ByteSource* source, ExternalData* external,
                               uint64_t max_weight_bytes);

}  // namespace octet::frontend_onnx

#endif  // OCTET_FRONTEND_ONNX_GRAPH_IMPORTER_H_
