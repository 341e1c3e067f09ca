#include "tests/runtime/naive.h"

#include <algorithm>
#include <cmath>

namespace octet::runtime::naive {

Numbers FromTensor(const ir::Tensor& tensor) {
  const float* data = tensor.as<float>();
  return {data, data + tensor.num_elements()};
}

Numbers Linear(const Numbers& x, const Numbers& w, const Numbers& bias, int64_t k, int64_t n) {
  const int64_t rows = static_cast<int64_t>(x.size()) / k;
  Numbers y;
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      double sum = bias.empty() ? 0 : bias[static_cast<size_t>(j)];
      for (int64_t p = 0; p < k; ++p) {
        sum += x[static_cast<size_t>(i * k + p)] * w[static_cast<size_t>(p * n + j)];
      }
      y.push_back(sum);
    }
  }
  return y;
}

Numbers Map(const Numbers& x, const std::function<double(double)>& fn) {
  Numbers y(x.size());
  std::transform(x.begin(), x.end(), y.begin(), fn);
  return y;
}

double Gelu(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }

Numbers Softmax(const Numbers& x, int64_t cols, int64_t inner) {
  Numbers y(x.size());
  const int64_t rows = static_cast<int64_t>(x.size()) / cols;
  for (int64_t row = 0; row < rows; ++row) {
    const auto at = [&](int64_t i) {
      return static_cast<size_t>(row / inner * cols * inner + i * inner + row % inner);
    };
    double sum = 0;
    for (int64_t i = 0; i < cols; ++i) sum += y[at(i)] = std::exp(x[at(i)]);
    for (int64_t i = 0; i < cols; ++i) y[at(i)] /= sum;
  }
  return y;
}

Numbers LayerNorm(const Numbers& x, const Numbers& gamma, const Numbers& beta, double epsilon) {
  const size_t cols = gamma.size();
  Numbers y(x.size());
  for (size_t row = 0; row < x.size(); row += cols) {
    double mean = 0;
    double variance = 0;
    for (size_t j = 0; j < cols; ++j) mean += x[row + j] / static_cast<double>(cols);
    for (size_t j = 0; j < cols; ++j) {
      variance += (x[row + j] - mean) * (x[row + j] - mean) / static_cast<double>(cols);
    }
    for (size_t j = 0; j < cols; ++j) {
      y[row + j] = (x[row + j] - mean) / std::sqrt(variance + epsilon) * gamma[j];
      if (!beta.empty()) y[row + j] += beta[j];
    }
  }
  return y;
}

Numbers Attention(const Numbers& q, const Numbers& k, const Numbers& v, const AttentionShape& shape,
                  double scale,
                  const std::function<double(int64_t, int64_t, int64_t, int64_t)>& mask) {
  const int64_t hidden = shape.heads * shape.head_dim;
  Numbers out(q.size(), 0.0);
  Numbers scores(static_cast<size_t>(shape.keys));
  for (int64_t b = 0; b < shape.batch; ++b) {
    for (int64_t h = 0; h < shape.heads; ++h) {
      const auto at = [&](int64_t rows, int64_t row, int64_t d) {
        return static_cast<size_t>((b * rows + row) * hidden + h * shape.head_dim + d);
      };
      for (int64_t i = 0; i < shape.queries; ++i) {
        for (int64_t j = 0; j < shape.keys; ++j) {
          double sum = 0;
          for (int64_t d = 0; d < shape.head_dim; ++d) {
            sum += q[at(shape.queries, i, d)] * k[at(shape.keys, j, d)];
          }
          scores[static_cast<size_t>(j)] = sum * scale + mask(b, h, i, j);
        }
        scores = Softmax(scores, shape.keys, 1);
        for (int64_t j = 0; j < shape.keys; ++j) {
          for (int64_t d = 0; d < shape.head_dim; ++d) {
            out[at(shape.queries, i, d)] +=
                scores[static_cast<size_t>(j)] * v[at(shape.keys, j, d)];
          }
        }
      }
    }
  }
  return out;
}

}  // namespace octet::runtime::naive
