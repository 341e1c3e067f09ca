// Choices that a fuzz target takes from its input.
#ifndef OCTET_TESTS_FUZZ_BYTE_READER_H_
#define OCTET_TESTS_FUZZ_BYTE_READER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace octet::fuzz {

// Reads from the front. Behind the end everything is 0. Code that reads twice in one expression
// must not leave the order to the compiler: an input would mean something else in each build.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool done() const { return bytes_.empty(); }

  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  // In [0, bound), for a bound from 1 to 256.
  int64_t Below(int64_t bound) { return Byte() % bound; }
  // From `least` to `most`, which are at most 255 apart.
  int64_t Between(int64_t least, int64_t most) { return least + Below(most - least + 1); }
  bool Coin() { return Below(2) != 0; }
  template <typename T, size_t kCount>
  T Pick(const T (&choices)[kCount]) {
    return choices[Below(kCount)];
  }
  template <typename T>
  const T& Pick(std::span<const T> choices) {
    return choices[static_cast<size_t>(Below(static_cast<int64_t>(choices.size())))];
  }
  std::string_view Rest() const { return bytes_; }

 private:
  std::string_view bytes_;
};

}  // namespace octet::fuzz

#endif  // OCTET_TESTS_FUZZ_BYTE_READER_H_
