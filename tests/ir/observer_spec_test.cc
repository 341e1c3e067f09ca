// The names of observers, and names that are refused.
#include "ir/observer_spec.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace octet::ir {
namespace {

std::vector<ObserverSpec> AllSpecs() {
  std::vector<ObserverSpec> specs;
  for (const ObserverRole role : {ObserverRole::kActivation, ObserverRole::kWeight}) {
    for (const Granularity granularity : {Granularity::kPerRow, Granularity::kPerTensor}) {
      for (const bool symmetric : {false, true}) {
        for (const bool reduce_range : {false, true}) {
          for (const Formula formula : {Formula::kOctet, Formula::kPyTorch}) {
            specs.push_back({role, granularity, symmetric, reduce_range, formula});
          }
        }
      }
    }
  }
  return specs;
}

TEST_CASE("observer specs are printed and parsed back, and have different names") {
  std::set<std::string> names;
  for (const ObserverSpec& spec : AllSpecs()) {
    CAPTURE(spec.ToString());
    const Result<ObserverSpec> parsed = ParseObserverSpec(spec.ToString());
    REQUIRE(parsed.ok());
    CHECK(*parsed == spec);
    names.insert(spec.ToString());
  }
  CHECK(names.size() == 32);
  CHECK(names.contains("per_token_affine_u8"));
  CHECK(names.contains("per_tensor_symmetric_s7_pytorch"));
}

TEST_CASE("unknown observers are refused") {
  for (const char* text : {"", "min_max", "per_channel_affine_u8", "per_token_affine_u8_onnx",
                           "per_token_affine_u8 "}) {
    CHECK(ParseObserverSpec(text).status().ToString() ==
          "InvalidArgument: '" + std::string(text) +
              "' is not an observer; the default is 'per_token_affine_u8' for activations and "
              "'per_channel_symmetric_s8' for weights");
  }
}

TEST_CASE("each role has its own qschemes") {
  ObserverSpec weight = {.role = ObserverRole::kWeight, .reduce_range = true};
  CHECK(SetScheme("per_tensor_symmetric", &weight).ok());
  CHECK(weight.ToString() == "per_tensor_symmetric_s7");
  CHECK(SetScheme("per_token_affine", &weight).ToString() ==
        "InvalidArgument: 'per_token_affine' is not a weight qscheme; there are "
        "per_channel_affine, per_channel_symmetric, per_tensor_affine, per_tensor_symmetric");
  ObserverSpec activation;
  CHECK(SetScheme("per_channel_affine", &activation).ToString() ==
        "InvalidArgument: 'per_channel_affine' is not an activation qscheme; there are "
        "per_token_affine, per_token_symmetric, per_tensor_affine, per_tensor_symmetric");
  CHECK(activation == ObserverSpec());
}

TEST_CASE("formulas are found by name") {
  for (const Formula formula : {Formula::kOctet, Formula::kPyTorch}) {
    CHECK(FindFormula(FormulaName(formula)) == formula);
  }
  CHECK(FindFormula("onnx") == std::nullopt);
}

TEST_CASE("PyTorch's symmetric activations are not defined") {
  int refused = 0;
  for (const ObserverSpec& spec : AllSpecs()) {
    const Status status = CheckObserverSpec(spec);
    if (status.ok()) continue;
    ++refused;
    CHECK(status.ToString() == "Unsupported: activations in " + spec.ToString() +
                                   "; PyTorch has no symmetric formula for them");
  }
  CHECK(refused == 4);
}

}  // namespace
}  // namespace octet::ir
