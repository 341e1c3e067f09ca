// Times products that do the same work in turns, A B A B ..., so that a slow moment of the machine
// affects all of them. Measures the peak of the core in between.
#ifndef OCTET_BENCH_CONTEST_H_
#define OCTET_BENCH_CONTEST_H_

#include <functional>
#include <string>
#include <vector>

#include "bench/product.h"
#include "bench/shapes.h"
#include "kernels/kernel_table.h"

namespace octet::bench {

// Multiply-adds per second.
struct Rate {
  double best = 0;
  double median = 0;
};

// The rate of one product on one shape, and how many times as fast the first contestant was.
struct Score {
  Rate rate;
  double best_ratio = 0;    // of the best rates
  double median_ratio = 0;  // the median over the rounds
};

// The results of a contest: scores[contestant][shape].
struct Contest {
  std::string name;
  std::vector<std::string> contestants;
  std::vector<GemmShape> shapes;
  Rate peak;
  std::vector<std::vector<Score>> scores;
};

// The products of one shape, one for each contestant. `inputs` keeps their inputs alive.
struct Entry {
  GemmShape shape;
  std::vector<Product> products;
  std::shared_ptr<const void> inputs;
};

// Adds shape after shape to a contest. Each product is called once before it is timed.
class ContestRunner {
 public:
  ContestRunner(std::string name, std::vector<std::string> contestants, kernels::PeakFn peak,
                int rounds);

  void Add(const Entry& entry);
  Contest Finish() &&;

 private:
  Contest contest_;
  kernels::PeakFn peak_;
  int rounds_;
  std::vector<double> peaks_;
};

// The geometric mean of value(score) over the scores of a contestant, which has one for each shape.
double GeometricMean(const std::vector<Score>& scores,
                     const std::function<double(const Score&)>& value);

}  // namespace octet::bench

#endif  // OCTET_BENCH_CONTEST_H_
