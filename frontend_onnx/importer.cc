#include "frontend_onnx/importer.h"

#include "base/out_of_memory.h"
#include "frontend_onnx/byte_source.h"
#include "frontend_onnx/foreign_file.h"
#include "frontend_onnx/graph_importer.h"
#include "frontend_onnx/model_index.h"
#include "ir/verifier.h"

namespace octet::frontend_onnx {
namespace {

// The error for a file that is not a model, with what the file seems to be.
Status NoModel(ByteSource* source, Status status) {
  if (status.code() != StatusCode::kInvalidModel) return status;
  if (source->size() == 0) return InvalidModel("the file is empty");
  const auto first_bytes = source->Peek(0);
  if (!first_bytes.ok()) return status;
  const std::string_view description = DescribeForeignFile(*first_bytes);
  if (!description.empty()) {
    return InvalidModel("not an ONNX model; it looks like " + std::string(description));
  }
  return {status.code(),
          status.message() + " (" + std::to_string(source->size()) + " bytes in all)",
          status.place()};
}

Result<ir::Module> Import(ByteSource* source, ExternalData* external,
                          const ImportOptions& options) {
  Result<ModelIndex> index = IndexModel(source);
  if (!index.ok()) return NoModel(source, index.status());
  if (!index->has_graph) {
    return NoModel(source, InvalidModel("not an ONNX model: it has no graph"));
  }
  OCTET_ASSIGN_OR_RETURN(ir::Module module,
                         ImportGraph(*index, source, external, options.max_weight_bytes));
  OCTET_RETURN_IF_ERROR(ir::Verify(module));
  return module;
}

// The message when the standard library or protobuf cannot allocate memory.
constexpr const char* kNoMemory = "no memory for the model";

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

Result<ir::Module> ImportFile(const std::string& path, const ImportOptions& options) {
  Result<ir::Module> module = CatchBadAlloc(kNoMemory, [&]() -> Result<ir::Module> {
    OCTET_ASSIGN_OR_RETURN(const auto source, OpenSource(path, options.max_file_bytes));
    const bool beside = options.external_data_dir.empty();
    ExternalData external(beside ? FolderOf(path) : options.external_data_dir,
                          beside ? path : std::string());
    return Import(source.get(), &external, options);
  });
  if (!module.ok()) return module.status().InFile(path);
  return module;
}

Result<ir::Module> ImportBytes(std::span<const std::byte> bytes, const ImportOptions& options) {
  return CatchBadAlloc(kNoMemory, [&]() -> Result<ir::Module> {
    if (bytes.size() > options.max_file_bytes) {
      return ResourceLimit("the model has " + std::to_string(bytes.size()) +
                           " bytes; the limit is " + std::to_string(options.max_file_bytes));
    }
    const auto source = SourceFromMemory(bytes);
    std::optional<std::string> folder;
    if (!options.external_data_dir.empty()) folder = options.external_data_dir;
    ExternalData external(folder);
    return Import(source.get(), &external, options);
  });
}

}  // namespace octet::frontend_onnx
