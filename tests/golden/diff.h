// The difference of two texts for a reader: all lines, with "- " before lines only in `expected`
// and "+ " before lines only in `actual`.
#ifndef OCTET_TESTS_GOLDEN_DIFF_H_
#define OCTET_TESTS_GOLDEN_DIFF_H_

#include <string>
#include <string_view>

namespace octet::golden {

std::string DiffLines(std::string_view expected, std::string_view actual);

}  // namespace octet::golden

#endif  // OCTET_TESTS_GOLDEN_DIFF_H_
