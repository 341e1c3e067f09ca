// Every row of kernels.inc has its test: otherwise this does not link (kernel_rows.h).
#include "tests/kernels/kernel_rows.h"

#include <doctest/doctest.h>

#include <string_view>
#include <vector>

#include "kernels/testing/isa_tables.h"

namespace octet::kernels {

#define OCTET_KERNEL(type, field, contract, test) void OCTET_KERNEL_CLAIM(field, test)();
#include "kernels/kernels.inc"
#undef OCTET_KERNEL

namespace {

TEST_CASE("every row of kernels.inc has a test that claims it") {
#define OCTET_KERNEL(type, field, contract, test) OCTET_KERNEL_CLAIM(field, test)();
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
}

TEST_CASE("every kernel except the peaks and bfloat16 attention has a reference") {
  std::vector<std::string_view> without;
#define OCTET_KERNEL(type, field, contract, test) \
  if (IsaTables().front().own.field == nullptr) without.emplace_back(#field);
#include "kernels/kernels.inc"
#undef OCTET_KERNEL
  CHECK(without == std::vector<std::string_view>{"peak_u8s8", "peak_f32", "attention_bf16"});
}

}  // namespace
}  // namespace octet::kernels
