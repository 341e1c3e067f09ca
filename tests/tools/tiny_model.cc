#include "tests/tools/tiny_model.h"

#include <doctest/doctest.h>

#include <random>
#include <sstream>

namespace octet::testing {
namespace {

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

}  // namespace

std::string LetterVocabulary() {
  std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n";
  for (const char* prefix : {"", "##"}) {
    for (char letter = 'a'; letter <= 'z'; ++letter) {
      vocabulary += prefix + std::string(1, letter) + "\n";
    }
  }
  return vocabulary;
}

TinyModel::TinyModel(const std::string& export_name) {
  const std::string model = std::string(kTinyExports) + export_name + "/model.onnx";
  folder_.Write("model/model.onnx", ReadText(model));
  folder_.Write("model/vocab.txt", LetterVocabulary());
  folder_.Write("model/config.json", R"({"vocab_size": 200, "max_position_embeddings": 64})");
}

std::string TinyModel::WriteData(int rows) const {
  std::mt19937 random(1);  // the texts do not matter
  const auto sentence = [&] {
    std::string text;
    for (auto words = 1 + random() % 3; words > 0; --words) {
      for (auto letters = 1 + random() % 4; letters > 0; --letters) {
        text += static_cast<char>('a' + random() % 26);
      }
      text += ' ';
    }
    return text;
  };
  std::string data(kMrpcHeader);
  for (int row = 0; row < rows; ++row) {
    data += std::to_string(row % 2) + "\t1\t2\t";
    data += sentence() + "\t";
    data += sentence() + "\n";
  }
  return folder_.Write("data.tsv", data);
}

std::vector<std::string> TinyModel::Arguments(const std::string& data,
                                              const std::vector<std::string>& more) const {
  std::vector<std::string> arguments = {"--model", model(), "--data", data};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> Lines(const std::string& text) { return Split(text, '\n'); }
std::vector<std::string> SplitTabs(const std::string& line) { return Split(line, '\t'); }

}  // namespace octet::testing
