#include "bert/open_model.h"

#include <algorithm>
#include <iterator>

#include "base/file.h"
#include "runtime/float_environment.h"

namespace octet::bert {
namespace {

constexpr ModelFormat kFormats[] = {
#define OCTET_MODEL_FORMAT(Name, name, extension, magic) \
  {name, extension, magic, &Load##Name##Module, &Load##Name##Text},
#include "bert/model_formats.def"
#undef OCTET_MODEL_FORMAT
};
static_assert(std::rbegin(kFormats)->magic.empty());

// The first bytes of a file, as many as a magic may have. Fewer if the file is shorter, none if it
// cannot be read: then the format's loader reports the error.
std::string ReadHead(const std::string& path) {
  constexpr size_t kHeadBytes = 16;
  std::string head(kHeadBytes, '\0');
  Result<File> file = File::Open(path, File::Kind::kRegular);
  const Result<size_t> count = file.ok() ? file->Read(head) : file.status();
  head.resize(count.ok() ? *count : 0);
  return head;
}

const ModelFormat& FormatOf(const ModelFiles& files) {
  return FindModelFormat(kFormats, ReadHead(files.model));
}

}  // namespace

const ModelFormat& FindModelFormat(std::span<const ModelFormat> formats, std::string_view head) {
  return *std::ranges::find_if(
      formats, [&](const ModelFormat& format) { return head.starts_with(format.magic); });
}

Result<LoadedModel> OpenModel(const std::string& path, const ModelLimits& limits) {
  const runtime::ScopedFloatEnvironment float_environment;
  OCTET_ASSIGN_OR_RETURN(ModelFiles files, FindModelFiles(path));
  const ModelFormat& format = FormatOf(files);
  OCTET_ASSIGN_OR_RETURN(ir::Module module, format.load_module(files, limits));
  Result<TextParts> text = format.load_text(files);
  // The files may be right, so the model must not be opened without them.
  if (text.status().code() == StatusCode::kOutOfMemory) return text.status();
  return LoadedModel{std::move(files), std::move(module), std::move(text)};
}

Result<ir::Module> OpenModule(const std::string& path) {
  const runtime::ScopedFloatEnvironment float_environment;
  OCTET_ASSIGN_OR_RETURN(const ModelFiles files, FindModelFiles(path));
  return FormatOf(files).load_module(files, {});
}

}  // namespace octet::bert
