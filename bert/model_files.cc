#include "bert/model_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/file.h"

namespace octet::bert {
namespace {

namespace fs = std::filesystem;

// One kind of model that a folder may hold.
struct Format {
  std::string_view name;
  std::string_view extension;
};
constexpr Format kFormats[] = {
#define OCTET_MODEL_FORMAT(Name, name, extension, magic) {name, extension},
#include "bert/model_formats.def"
#undef OCTET_MODEL_FORMAT
};

bool HasModelExtension(const fs::path& path) {
  return std::ranges::any_of(
      kFormats, [&](const Format& format) { return path.extension() == format.extension; });
}

// "model.onnx" and "onnx/model.onnx" for each format.
std::vector<std::string> UsualNames() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) {
    const std::string name = "model" + std::string(format.extension);
    names.push_back(name);
    names.push_back(std::string(format.name) + "/" + name);
  }
  return names;
}

bool IsFile(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

Result<fs::path> FindModelInFolder(const fs::path& folder) {
  const std::vector<std::string> usual = UsualNames();
  for (const std::string& name : usual) {
    if (IsFile(folder / name)) return folder / name;
  }
  std::error_code error;
  std::vector<std::string> others;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (HasModelExtension(entry->path())) others.push_back(entry->path().filename().string());
  }
  if (error) return SystemError("cannot be listed", error).InFile(folder.string());
  if (others.size() == 1) return folder / others[0];
  if (others.empty()) {
    return NotFound(fmt::format("the folder has no {}", fmt::join(usual, " and no ")))
        .InFile(folder.string());
  }
  std::sort(others.begin(), others.end());
  std::string list;
  for (const std::string& name : others) list += (list.empty() ? "" : ", ") + Printable(name);
  return NotFound("the folder has several models, name one: " + list).InFile(folder.string());
}

std::string FindBeside(const fs::path& model, const char* name) {
  const fs::path folder = model.parent_path();
  if (IsFile(folder / name)) return (folder / name).string();
  std::error_code error;
  const fs::path absolute = fs::absolute(model, error).lexically_normal().parent_path();
  const bool is_format_folder = std::ranges::any_of(
      kFormats, [&](const Format& format) { return absolute.filename() == format.name; });
  if (!error && is_format_folder && IsFile(absolute.parent_path() / name)) {
    return (absolute.parent_path() / name).string();
  }
  return "";
}

}  // namespace

Result<ModelFiles> FindModelFiles(const std::string& path) {
  if (path.empty()) return InvalidArgument("the path of the model is empty");
  if (path.find('\0') != std::string::npos) {
    return InvalidArgument("the path of the model has a NUL character").InFile(path);
  }
  std::error_code error;
  const fs::file_type type = fs::status(path, error).type();
  if (type == fs::file_type::not_found) return NotFound("no such file or folder").InFile(path);
  if (type == fs::file_type::none) return SystemError("cannot be inspected", error).InFile(path);
  fs::path model = path;
  if (type == fs::file_type::directory) {
    OCTET_ASSIGN_OR_RETURN(model, FindModelInFolder(path));
  } else if (type != fs::file_type::regular) {
    return IoError("neither a regular file nor a folder").InFile(path);
  }
  ModelFiles files;
  files.model = model.string();
  files.config = FindBeside(model, "config.json");
  files.vocab = FindBeside(model, "vocab.txt");
  files.tokenizer_json = FindBeside(model, "tokenizer.json");
  files.tokenizer_config = FindBeside(model, "tokenizer_config.json");
  files.special_tokens = FindBeside(model, "special_tokens_map.json");
  files.added_tokens = FindBeside(model, "added_tokens.json");
  return files;
}

}  // namespace octet::bert
