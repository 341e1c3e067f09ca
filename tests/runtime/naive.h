// The core ops in double precision, written like their definitions. Tests compare steps with them.
#ifndef OCTET_TESTS_RUNTIME_NAIVE_H_
#define OCTET_TESTS_RUNTIME_NAIVE_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "ir/tensor.h"

namespace octet::runtime::naive {

using Numbers = std::vector<double>;

Numbers FromTensor(const ir::Tensor& tensor);

// x[rows, k] w[k, n] + bias[n], or without a bias if it is empty.
Numbers Linear(const Numbers& x, const Numbers& w, const Numbers& bias, int64_t k, int64_t n);
Numbers Map(const Numbers& x, const std::function<double(double)>& fn);
double Gelu(double x);
// Over the middle axis of x[outer, cols, inner].
Numbers Softmax(const Numbers& x, int64_t cols, int64_t inner);
Numbers LayerNorm(const Numbers& x, const Numbers& gamma, const Numbers& beta, double epsilon);

struct AttentionShape {
  int64_t batch;
  int64_t queries;
  int64_t keys;
  int64_t heads;
  int64_t head_dim;
};
// mask(sentence, head, query, key) is added to the scaled scores.
Numbers Attention(const Numbers& q, const Numbers& k, const Numbers& v, const AttentionShape& shape,
                  double scale,
                  const std::function<double(int64_t, int64_t, int64_t, int64_t)>& mask);

}  // namespace octet::runtime::naive

#endif  // OCTET_TESTS_RUNTIME_NAIVE_H_
