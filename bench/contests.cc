#include "bench/contests.h"

#include <algorithm>
#include <cmath>

#include "bench/calibration.h"
#include "bench/octet_gemm.h"
#include "bench/peers.h"
#include "kernels/testing/isa_tables.h"

namespace octet::bench {
namespace {

constexpr int64_t kBertBaseWidth = 768;

// The sum of two products of a byte and a weight of at most this size fits int16.
constexpr int kMaddubsWeightLimit = 64;

// Outputs are about 1. Right products differ by far less than this: they may add up to 3072 terms
// in another order, and oneDNN's bias is divided by a scale and multiplied again. A product with a
// wrong epilogue differs by more.
constexpr float kTolerance = 1e-2f;

Status CheckAgreement(const std::string& contest, const std::vector<std::string>& names,
                      const Entry& entry) {
  for (const Product& product : entry.products) product.run(0);
  const AlignedVector<float>& expected = *entry.products[0].c;
  for (size_t i = 1; i < entry.products.size(); ++i) {
    const AlignedVector<float>& actual = *entry.products[i].c;
    for (size_t j = 0; j < expected.size(); ++j) {
      if (!(std::fabs(expected[j] - actual[j]) <= kTolerance)) {
        return Internal(contest + ", " + entry.shape.text() + ": " + names[i] + " computes " +
                        std::to_string(actual[j]) + " where " + names[0] + " computes " +
                        std::to_string(expected[j]));
      }
    }
  }
  return {};
}

struct Settings {
  int64_t m;
  int rounds;
};

// make(shape) returns the Result<Entry> of one shape.
template <class Make>
Status RunContest(const std::string& name, const std::vector<std::string>& names, bool same_result,
                  kernels::PeakFn peak, const Settings& settings, const Make& make,
                  std::vector<Contest>* contests) {
  ContestRunner runner(name, names, peak, settings.rounds);
  for (const GemmShape& shape : LayerShapes(settings.m, kBertBaseWidth)) {
    OCTET_ASSIGN_OR_RETURN(const Entry entry, make(shape));
    if (same_result) OCTET_RETURN_IF_ERROR(CheckAgreement(name, names, entry));
    runner.Add(entry);
  }
  contests->push_back(std::move(runner).Finish());
  return {};
}

// Without AVX-512 VNNI, oneDNN multiplies with vpmaddubsw, which saturates on weights of 8 bits and
// then gives wrong products. So the weights are limited to those for which it is exact.
Status RunU8S8(const kernels::IsaTable& isa, Epilogue epilogue, const Settings& settings,
               std::vector<Contest>* contests) {
  const bool exact = kernels::CpuHasIsa(kernels::Isa::kAvx512Vnni);
  const int weight_limit = exact ? 127 : kMaddubsWeightLimit;
  std::vector<std::string> names = {"octet"};
  for (const Peer& peer : Peers()) {
    if (peer.gemm_u8s8 != nullptr) names.push_back(peer.name);
  }
  const auto make = [&](const GemmShape& shape) -> Result<Entry> {
    const auto inputs =
        std::make_shared<const GemmU8S8Inputs>(MakeGemmU8S8Inputs(shape, weight_limit));
    std::vector<Product> products = {OctetGemmU8S8(isa.table, *inputs, epilogue)};
    for (const Peer& peer : Peers()) {
      if (peer.gemm_u8s8 == nullptr) continue;
      OCTET_ASSIGN_OR_RETURN(products.emplace_back(), peer.gemm_u8s8(*inputs, epilogue));
    }
    return Entry{shape, products, inputs};
  };
  return RunContest("u8s8, " + std::string(isa.name) + ", " +
                        (exact ? "" : "|b| <= " + std::to_string(kMaddubsWeightLimit) + ", ") +
                        EpilogueName(epilogue),
                    names, true, isa.table.peak_u8s8, settings, make, contests);
}

// Compares octet on weights for which vpmaddubsw is exact and on weights of 8 bits.
Status RunAvx2(const kernels::IsaTable& isa, const Settings& settings,
               std::vector<Contest>* contests) {
  struct Inputs {
    GemmU8S8Inputs reduced, full;
  };
  const auto make = [&](const GemmShape& shape) -> Result<Entry> {
    const auto inputs = std::make_shared<const Inputs>(
        Inputs{MakeGemmU8S8Inputs(shape, kMaddubsWeightLimit), MakeGemmU8S8Inputs(shape)});
    return Entry{shape,
                 {OctetGemmU8S8(isa.table, inputs->reduced, Epilogue::kBias),
                  OctetGemmU8S8(isa.table, inputs->full, Epilogue::kBias)},
                 inputs};
  };
  return RunContest("u8s8, " + std::string(isa.name) + ", bias, against vpmaddubsw's peak",
                    {"|b| <= 64", "|b| <= 127"}, false, isa.table.peak_u8s8, settings, make,
                    contests);
}

Status RunF32(const kernels::IsaTable& isa, const Settings& settings,
              std::vector<Contest>* contests) {
  std::vector<std::string> names = {"octet"};
  for (const Peer& peer : Peers()) {
    if (peer.gemm_f32 != nullptr) names.push_back(peer.name);
  }
  const auto make = [&](const GemmShape& shape) -> Result<Entry> {
    const auto inputs = std::make_shared<const GemmF32Inputs>(MakeGemmF32Inputs(shape));
    std::vector<Product> products = {OctetGemmF32(isa.table, *inputs)};
    for (const Peer& peer : Peers()) {
      if (peer.gemm_f32 == nullptr) continue;
      OCTET_ASSIGN_OR_RETURN(products.emplace_back(), peer.gemm_f32(*inputs));
    }
    return Entry{shape, products, inputs};
  };
  return RunContest("f32, " + std::string(isa.name) + ", bare", names, true, isa.table.peak_f32,
                    settings, make, contests);
}

}  // namespace

Result<std::vector<Contest>> RunContests(int64_t m, int rounds) {
  const Settings settings = {m, rounds};
  const kernels::IsaTableList& isas = kernels::IsaTables();
  const auto* const avx2 = std::find_if(isas.begin(), isas.end(), [](const kernels::IsaTable& isa) {
    return isa.isa == kernels::Isa::kAvx2;
  });
  if (avx2 == isas.end()) return Unsupported("this CPU does not have AVX2");
  std::vector<Contest> contests;
  for (const Epilogue epilogue : kEpilogues) {
    OCTET_RETURN_IF_ERROR(RunU8S8(isas.back(), epilogue, settings, &contests));
  }
  OCTET_RETURN_IF_ERROR(RunAvx2(*avx2, settings, &contests));
  OCTET_RETURN_IF_ERROR(RunF32(isas.back(), settings, &contests));
  return contests;
}

}  // namespace octet::bench
