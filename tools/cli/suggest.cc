#include "tools/cli/suggest.h"

#include "base/edit_distance.h"

namespace octet::cli {

std::string NearestWord(std::string_view word, std::span<const std::string> known) {
  std::string nearest;
  size_t least = (word.size() + 2) / 3;
  for (const std::string& candidate : known) {
    const size_t distance = EditDistance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

}  // namespace octet::cli
