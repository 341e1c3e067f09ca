#include "bench/contest.h"

#include <algorithm>
#include <cmath>

#include "bench/calibration.h"

namespace octet::bench {
namespace {

double Median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

Rate RateOf(const std::vector<double>& rates) {
  return {*std::max_element(rates.begin(), rates.end()), Median(rates)};
}

// Multiply-adds per second in a window that is long enough for the clock. Counts calls in
// *iteration.
double TimeWindow(const Product& product, double macs, int64_t* iteration) {
  constexpr double kWindowSeconds = 0.01;
  const double start = ThreadSeconds();
  for (int64_t calls = 1;; ++calls) {
    product.run((*iteration)++);
    const double seconds = ThreadSeconds() - start;
    if (seconds >= kWindowSeconds) return macs * static_cast<double>(calls) / seconds;
  }
}

}  // namespace

ContestRunner::ContestRunner(std::string name, std::vector<std::string> contestants,
                             kernels::PeakFn peak, int rounds)
    : peak_(peak), rounds_(rounds) {
  contest_.name = std::move(name);
  contest_.contestants = std::move(contestants);
  contest_.scores.resize(contest_.contestants.size());
}

void ContestRunner::Add(const Entry& entry) {
  contest_.shapes.push_back(entry.shape);
  const size_t count = entry.products.size();
  std::vector<std::vector<double>> rates(count);
  std::vector<std::vector<double>> ratios(count);
  std::vector<int64_t> iterations(count, 0);
  for (const Product& product : entry.products) product.run(0);
  for (int round = 0; round < rounds_; ++round) {
    for (size_t i = 0; i < count; ++i) {
      peaks_.push_back(MeasurePeakOnce(peak_));
      rates[i].push_back(TimeWindow(entry.products[i], entry.shape.macs(), &iterations[i]));
      ratios[i].push_back(rates[0].back() / rates[i].back());
    }
  }
  const double best = RateOf(rates[0]).best;
  for (size_t i = 0; i < count; ++i) {
    const Rate rate = RateOf(rates[i]);
    contest_.scores[i].push_back({rate, best / rate.best, Median(ratios[i])});
  }
}

Contest ContestRunner::Finish() && {
  contest_.peak = RateOf(peaks_);
  return std::move(contest_);
}

double GeometricMean(const std::vector<Score>& scores,
                     const std::function<double(const Score&)>& value) {
  double sum = 0;
  for (const Score& score : scores) sum += std::log(value(score));
  return std::exp(sum / static_cast<double>(scores.size()));
}

}  // namespace octet::bench
