// The shapes of BERT's layers: the widths of MiniLM, BERT-base and BERT-large, and from one token
// to a batch of 8 sentences of 128 tokens.
#ifndef OCTET_BENCH_SHAPES_H_
#define OCTET_BENCH_SHAPES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace octet::bench {

inline constexpr int64_t kTokens[] = {1, 8, 16, 32, 64, 128, 256, 512, 1024};
inline constexpr int64_t kWidths[] = {384, 768, 1024};
// Tokens of a sentence: the length of a row of attention scores.
inline constexpr int64_t kSentences[] = {16, 32, 64, 128, 256, 512};
// Floats of an attention head: MiniLM's and BERT's.
inline constexpr int64_t kHeads[] = {32, 64};

// c[m, n] = a[m, k] b[k, n].
struct GemmShape {
  int64_t m, k, n;

  double macs() const { return static_cast<double>(m * k * n); }
  std::string text() const {
    return "m:" + std::to_string(m) + "/k:" + std::to_string(k) + "/n:" + std::to_string(n);
  }
};

// The four linears of a layer: attention output, fused query, key and value, and the two of the
// feed-forward part.
inline std::vector<GemmShape> LayerShapes(int64_t m, int64_t width) {
  return {{m, width, width}, {m, width, 3 * width}, {m, width, 4 * width}, {m, 4 * width, width}};
}

struct RowsShape {
  int64_t rows, cols;

  int64_t size() const { return rows * cols; }
  std::string text() const {
    return "rows:" + std::to_string(rows) + "/cols:" + std::to_string(cols);
  }
};

// One token, and 16, of which input and output fit in 1 MB of L2 cache even in the widest rows.
inline std::vector<RowsShape> TokenRows() {
  std::vector<RowsShape> shapes;
  for (const int64_t rows : {1, 16}) {
    for (const int64_t width : kWidths) {
      shapes.push_back({rows, width});
      shapes.push_back({rows, 4 * width});
    }
  }
  return shapes;
}

}  // namespace octet::bench

#endif  // OCTET_BENCH_SHAPES_H_
