#include "runtime/select_kernels.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <string_view>

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

TEST_CASE("the highest level is the default, and can be lowered") {
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, {}, nullptr) == Isa::kAvx512Vnni);
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, {}, "") == Isa::kAvx512Vnni);
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, Isa::kAvx2, nullptr) == Isa::kAvx2);
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, {}, "avx512") == Isa::kAvx512);
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, Isa::kAvx512, "reference") == Isa::kReference);
  CHECK(*ResolveIsa(Isa::kAvx512Vnni, Isa::kAvx2, "avx512") == Isa::kAvx2);
}

TEST_CASE("asking for more than the CPU has names both") {
  const auto by_argument = ResolveIsa(Isa::kAvx2, Isa::kAvx512, nullptr);
  REQUIRE_FALSE(by_argument.ok());
  CHECK(by_argument.status().code() == StatusCode::kInvalidArgument);
  CHECK(by_argument.status().message() == "the caller asks for avx512, but this CPU has only avx2");
  const auto by_variable = ResolveIsa(Isa::kAvx2, {}, "avx512_vnni");
  REQUIRE_FALSE(by_variable.ok());
  CHECK(by_variable.status().message() ==
        "OCTET_ISA asks for avx512_vnni, but this CPU has only avx2");
}

TEST_CASE("an unknown name lists the known ones") {
  const auto isa = ParseIsaName("sse9");
  REQUIRE_FALSE(isa.ok());
  CHECK(isa.status().code() == StatusCode::kInvalidArgument);
  CHECK(isa.status().message() ==
        "there is no instruction set 'sse9'; known are reference, avx2, avx512, avx512_vnni");
  CHECK_FALSE(ResolveIsa(Isa::kAvx2, {}, "AVX2").ok());
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
  if (selection->isa >= Isa::kAvx2) {
    CHECK(selection->table.gemm_u8s8 != reference.gemm_u8s8);
    CHECK(selection->table.gemm_f32 != reference.gemm_f32);
    CHECK(std::string(SelectKernels(Isa::kAvx2)->table.gemm_u8s8->name).find("avx2") !=
          std::string::npos);
  } else {
    MESSAGE("skipped: this CPU has no AVX2");
  }
  CHECK((selection->table.attention_bf16 != nullptr) ==
        kernels::HasAvx512Bf16(kernels::ReadCpuid()));
  if (selection->isa > Isa::kAvx512) {
    CHECK((SelectKernels(Isa::kAvx512)->table.attention_bf16 == nullptr));
  }
}

TEST_CASE("every level has every kernel that a step uses") {
  for (int i = 0; i <= static_cast<int>(kernels::DetectIsa()); ++i) {
    const ScopedIsaVariable variable("");
    const auto selection = SelectKernels(static_cast<Isa>(i));
    REQUIRE(selection.ok());
    CHECK(selection->isa == static_cast<Isa>(i));
#define OCTET_KERNEL(type, field)                                                \
  if (std::string_view(#field).find("peak") == std::string::npos &&              \
      std::string_view(#field).find("bf16") == std::string::npos) {              \
    CHECK_MESSAGE((selection->table.field != nullptr), #field, " of level ", i); \
  }
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
  }
}

}  // namespace
}  // namespace octet::runtime
