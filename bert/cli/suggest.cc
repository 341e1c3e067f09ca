#include "bert/cli/suggest.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace octet::bert {
namespace {

size_t EditDistance(std::string_view a, std::string_view b) {
  // distances[j]: from the part of `a` read so far to the first j characters of `b`.
  std::vector<size_t> distances(b.size() + 1);
  std::iota(distances.begin(), distances.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = distances[0];
    distances[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = distances[j + 1];
      distances[j + 1] = std::min({replaced, diagonal + 1, distances[j] + 1});
    }
  }
  return distances.back();
}

}  // namespace

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

}  // namespace octet::bert
