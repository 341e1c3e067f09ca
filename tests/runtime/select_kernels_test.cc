#include "runtime/select_kernels.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>

#include "kernels/install.h"

namespace octet::runtime {
namespace {

// Sets OCTET_ISA for one scope.
class ScopedIsaVariable {
 public:
  explicit ScopedIsaVariable(const char* value) {
    if (const char* old = std::getenv("OCTET_ISA")) old_ = old;
    setenv("OCTET_ISA", value, 1);
  }
  ~ScopedIsaVariable() {
    if (old_.empty()) {
      unsetenv("OCTET_ISA");
    } else {
      setenv("OCTET_ISA", old_.c_str(), 1);
    }
  }

 private:
  std::string old_;
};

using kernels::kAvx2Features;
using kernels::kAvx512Features;
using kernels::kAvx512VnniFeatures;
using kernels::kAvxVnniFeatures;

TEST_CASE("by default all features are used, and a name removes some") {
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, {}, nullptr) == kAvx512VnniFeatures);
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, {}, "") == kAvx512VnniFeatures);
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, Isa::kAvx2, nullptr) == kAvx2Features);
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, {}, "avx512") == kAvx512Features);
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, Isa::kAvx512, "reference") == 0);
  CHECK(*ResolveFeatures(kAvx512VnniFeatures, Isa::kAvx2, "avx512") == kAvx2Features);
  // With two names, the features that both keep are left.
  const kernels::CpuFeatures all = kAvxVnniFeatures | kAvx512VnniFeatures;
  CHECK(*ResolveFeatures(all, Isa::kAvxVnni, "avx512_vnni") == kAvx2Features);
}

TEST_CASE("an error for a missing ISA names it and those that the CPU has") {
  const auto by_argument = ResolveFeatures(kAvx2Features, Isa::kAvx512, nullptr);
  REQUIRE_FALSE(by_argument.ok());
  CHECK(by_argument.status().code() == StatusCode::kInvalidArgument);
  CHECK(by_argument.status().message() ==
        "the caller asks for avx512, but this CPU has only reference, avx2");
  const auto by_variable = ResolveFeatures(kAvxVnniFeatures, {}, "avx512_vnni");
  REQUIRE_FALSE(by_variable.ok());
  CHECK(by_variable.status().message() ==
        "OCTET_ISA asks for avx512_vnni, but this CPU has only reference, avx2, avx_vnni");
}

TEST_CASE("an unknown name lists the known ones") {
  const auto isa = ParseIsaName("sse9");
  REQUIRE_FALSE(isa.ok());
  CHECK(isa.status().code() == StatusCode::kInvalidArgument);
  CHECK(isa.status().message() ==
        "there is no instruction set 'sse9'; known are reference, avx2, avx512, avx512_bf16, "
        "avx_vnni, avx512_vnni, amx_int8");
  CHECK_FALSE(ResolveFeatures(kAvx2Features, {}, "AVX2").ok());
  CHECK(*ParseIsaName("avx2") == Isa::kAvx2);
}

TEST_CASE("the environment variable takes effect") {
  kernels::KernelTable reference;
  kernels::InstallReference(&reference);
  {
    const ScopedIsaVariable variable("reference");
    const auto selection = SelectKernels();
    REQUIRE(selection.ok());
    CHECK(selection->isa == Isa::kReference);
    CHECK(selection->table.gemm_u8s8 == reference.gemm_u8s8);
    CHECK((selection->table.softmax_f32 == reference.softmax_f32));
  }
  const ScopedIsaVariable variable("");
  const auto selection = SelectKernels();
  REQUIRE(selection.ok());
  CHECK(selection->isa == kernels::DetectIsa());
  if (kernels::CpuHasIsa(Isa::kAvx2)) {
    CHECK(selection->table.gemm_u8s8 != reference.gemm_u8s8);
    CHECK(selection->table.gemm_f32 != reference.gemm_f32);
    CHECK(std::string(SelectKernels(Isa::kAvx2)->table.gemm_u8s8->name).find("avx2") !=
          std::string::npos);
  } else {
    MESSAGE("skipped: this CPU does not have AVX2");
  }
  CHECK((selection->table.attention_bf16 != nullptr) == kernels::CpuHasIsa(Isa::kAvx512Bf16));
  if (kernels::CpuHasIsa(Isa::kAvx512)) {
    CHECK((SelectKernels(Isa::kAvx512)->table.attention_bf16 == nullptr));
  }
}

TEST_CASE("every instruction set has every kernel that a step uses") {
  for (int i = 0; i < kernels::kIsaCount; ++i) {
    const auto isa = static_cast<Isa>(i);
    if (!kernels::CpuHasIsa(isa)) continue;
    CAPTURE(kernels::IsaName(isa));
    const ScopedIsaVariable variable("");
    const auto selection = SelectKernels(isa);
    REQUIRE(selection.ok());
    CHECK(selection->isa == isa);
    kernels::KernelTable reference;
    kernels::InstallReference(&reference);
    // A kernel that the reference does not have is optional.
#define OCTET_KERNEL(type, field, contract, test) \
  CHECK_MESSAGE((selection->table.field != nullptr || reference.field == nullptr), #field);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
  }
}

}  // namespace
}  // namespace octet::runtime
