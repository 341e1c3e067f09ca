#include "bert/metrics.h"

#include <doctest/doctest.h>

namespace octet::bert {
namespace {

TEST_CASE("each pair of label and prediction is counted in its cell") {
  ConfusionCounts counts;
  counts.Add(1, 1);
  counts.Add(0, 1);
  counts.Add(0, 1);
  for (int i = 0; i < 3; ++i) counts.Add(0, 0);
  for (int i = 0; i < 4; ++i) counts.Add(1, 0);
  CHECK(counts == ConfusionCounts{1, 2, 3, 4});
  CHECK(counts.Total() == 10);
  CHECK(counts.Accuracy() == doctest::Approx(0.4));
  CHECK(counts.F1() == doctest::Approx(2.0 / 8.0));
}

TEST_CASE("the published score of answering 1 to all of MRPC dev") {
  const ConfusionCounts counts{279, 129, 0, 0};
  CHECK(counts.Accuracy() == doctest::Approx(0.6838).epsilon(1e-4));
  CHECK(counts.F1() == doctest::Approx(0.8122).epsilon(1e-4));
}

TEST_CASE("undefined metrics are 0, not NaN") {
  CHECK(ConfusionCounts().Accuracy() == 0);
  CHECK(ConfusionCounts().F1() == 0);
  CHECK(ConfusionCounts{0, 0, 5, 0}.F1() == 0);
  CHECK(ConfusionCounts{0, 0, 5, 0}.Accuracy() == 1);
}

}  // namespace
}  // namespace octet::bert
