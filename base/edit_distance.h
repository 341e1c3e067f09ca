// How far two spellings are apart, for messages that suggest what was meant.
#ifndef OCTET_BASE_EDIT_DISTANCE_H_
#define OCTET_BASE_EDIT_DISTANCE_H_

#include <cstddef>
#include <string_view>

namespace octet {

// The Levenshtein distance: the least number of bytes to insert, erase or replace to turn `a` into
// `b`. Takes time in proportion to the product of the sizes.
size_t EditDistance(std::string_view a, std::string_view b);

}  // namespace octet

#endif  // OCTET_BASE_EDIT_DISTANCE_H_
