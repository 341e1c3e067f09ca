#include "frontend_onnx/foreign_file.h"

#include <array>

namespace octet::frontend_onnx {
namespace {

struct Signature {
  std::string_view prefix;
  std::string_view description;
};

using std::string_view_literals::operator""sv;

constexpr std::array kSignatures = {
    Signature{"version https://git-lfs"sv,
              "a git-lfs pointer; fetch the real file with `git lfs pull`"sv},
    Signature{"PK\x03\x04"sv, "a zip archive (a PyTorch checkpoint, perhaps)"sv},
    Signature{"\x1f\x8b"sv, "a gzip file"sv},
    Signature{"GGUF"sv, "a GGUF model"sv},
    Signature{"ORTM"sv, "an ONNX Runtime .ort model"sv},
    Signature{"\x89HDF"sv, "an HDF5 file"sv},
    Signature{"\x93NUMPY"sv, "a NumPy array"sv},
    Signature{"\x80\x02"sv, "a Python pickle"sv},
    Signature{"\x80\x04"sv, "a Python pickle"sv},
    Signature{"%PDF"sv, "a PDF document"sv},
};

// safetensors: the length of a JSON header as 8 little-endian bytes, then the header.
bool IsSafetensors(std::string_view text) {
  return text.size() > 8 && text[8] == '{' && text.substr(4, 4) == "\0\0\0\0"sv;
}

}  // namespace

std::string_view DescribeForeignFile(std::span<const std::byte> first_bytes) {
  const std::string_view text(reinterpret_cast<const char*>(first_bytes.data()),
                              first_bytes.size());
  for (const Signature& signature : kSignatures) {
    if (text.starts_with(signature.prefix)) return signature.description;
  }
  if (IsSafetensors(text)) return "a safetensors file";
  const size_t start = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (start == std::string_view::npos) return "";
  if (text[start] == '<') return "an HTML or XML page";
  if (text[start] == '{' || text[start] == '[') return "a JSON file";
  return "";
}

}  // namespace octet::frontend_onnx
