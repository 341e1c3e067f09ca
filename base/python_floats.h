// NaN, Infinity and -Infinity: words that Python's json module writes for floats, and that JSON
// does not have.
#ifndef OCTET_BASE_PYTHON_FLOATS_H_
#define OCTET_BASE_PYTHON_FLOATS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet {

// A JSON text in which each of these words outside strings is replaced by a string literal of the
// same length. A strict parser can then read it, and its byte positions stay right.
class PythonFloats {
 public:
  // `text` must outlive this. Only the first max_words + 1 words are replaced, because the parser
  // of the text stops there.
  PythonFloats(std::string_view text, size_t max_words);

  std::string_view text() const { return has_words_ ? std::string_view(copy_) : original_; }

  // The float that string literal number `index` (from 0, keys included) stands for; nullopt for an
  // ordinary string. Call with ascending indices.
  std::optional<double> Take(size_t index);

 private:
  void ReplaceWords(size_t max_words);

  std::string_view original_;
  bool has_words_ = false;
  std::string copy_;
  std::vector<std::pair<size_t, double>> words_;  // number of the literal, value
  size_t next_ = 0;
};

}  // namespace octet

#endif  // OCTET_BASE_PYTHON_FLOATS_H_
