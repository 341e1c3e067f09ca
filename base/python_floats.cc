#include "base/python_floats.h"

#include <limits>

namespace octet {
namespace {

struct Word {
  std::string_view text;
  double value;
};

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Word kWords[] = {{"NaN", std::numeric_limits<double>::quiet_NaN()},
                           {"Infinity", kInfinity},
                           {"-Infinity", -kInfinity}};

const Word* WordAt(std::string_view text) {
  for (const Word& word : kWords) {
    if (text.starts_with(word.text)) return &word;
  }
  return nullptr;
}

}  // namespace

PythonFloats::PythonFloats(std::string_view text, size_t max_words) : original_(text) {
  // Most texts contain neither word.
  if (text.find("NaN") == text.npos && text.find("Infinity") == text.npos) return;
  copy_ = text;
  ReplaceWords(max_words);
  has_words_ = !words_.empty();
}

void PythonFloats::ReplaceWords(size_t max_words) {
  size_t num_literals = 0;
  bool in_string = false;
  for (size_t i = 0; i < copy_.size() && words_.size() <= max_words; ++i) {
    const char c = copy_[i];
    if (in_string) {
      if (c == '\\') ++i;  // the character behind it does not end the string
      in_string = c != '"';
      num_literals += in_string ? 0 : 1;
      continue;
    }
    in_string = c == '"';
    if (c != 'N' && c != 'I' && c != '-') continue;
    const Word* word = WordAt(std::string_view(copy_).substr(i));
    if (word == nullptr) continue;
    words_.emplace_back(num_literals++, word->value);
    copy_[i] = '"';
    i += word->text.size() - 1;
    copy_[i] = '"';
  }
}

std::optional<double> PythonFloats::Take(size_t index) {
  if (next_ == words_.size() || words_[next_].first != index) return std::nullopt;
  return words_[next_++].second;
}

}  // namespace octet
