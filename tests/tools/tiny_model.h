// A classifier that runs fast: a tiny export, a vocabulary of letters, and sentence pairs.
#ifndef OCTET_TESTS_TOOLS_TINY_MODEL_H_
#define OCTET_TESTS_TOOLS_TINY_MODEL_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/bert/temp_folder.h"

namespace octet::testing {

inline constexpr std::string_view kTinyExports = "tests/data/tiny_exports/";
inline constexpr const char* kTinyExport = "bert_torchscript_opset14_sdpa";
inline constexpr std::string_view kMrpcHeader = "Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n";

// vocab.txt of a tokenizer that spells: the special tokens, "a" to "z", "##a" to "##z".
std::string LetterVocabulary();

// The folder of a model: model.onnx, vocab.txt and config.json, with data beside them.
class TinyModel {
 public:
  // `export_name` is a folder of tests/data/tiny_exports.
  explicit TinyModel(const std::string& export_name = kTinyExport);

  std::string model() const { return folder_.Path("model"); }
  // Any file of the folder.
  std::string Path(const std::string& name) const { return folder_.Path(name); }
  std::string Write(const std::string& name, std::string_view bytes) const {
    return folder_.Write(name, bytes);
  }
  // An MRPC file of `rows` pairs of words of a few letters, labels 0 and 1 in turn.
  std::string WriteData(int rows) const;
  // --model and --data for these files, followed by `more`.
  std::vector<std::string> Arguments(const std::string& data,
                                     const std::vector<std::string>& more = {}) const;

 private:
  bert::TempFolder folder_;
};

// The text of a file; fails the running test if it cannot be read.
std::string ReadText(const std::string& path);
// The lines of a text, without their ends.
std::vector<std::string> Lines(const std::string& text);
std::vector<std::string> SplitTabs(const std::string& line);

}  // namespace octet::testing

#endif  // OCTET_TESTS_TOOLS_TINY_MODEL_H_
