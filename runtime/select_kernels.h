// Chooses the kernels for this CPU. The only place where octet reads the environment.
#ifndef OCTET_RUNTIME_SELECT_KERNELS_H_
#define OCTET_RUNTIME_SELECT_KERNELS_H_

#include <optional>
#include <string>
#include <string_view>

#include "ir/status.h"
#include "kernels/cpu_features.h"
#include "kernels/kernel_table.h"
#include "runtime/attention_precision.h"

namespace octet::runtime {

using kernels::Isa;

struct KernelSelection {
  Isa isa = Isa::kReference;
  kernels::KernelTable table;
};

// The kernels of the highest level that the CPU and its operating system offer, lowered to
// `at_most` and to the level that the environment variable OCTET_ISA names, when given.
// What must be asked for (attention_bf16) comes with the highest level, where the CPU has it.
// InvalidArgument when either asks for more than the CPU has, or when the variable names no level;
// Unsupported when these kernels have no attention of precision `attention`.
// Thread-safe while nobody changes the environment.
Result<KernelSelection> SelectKernels(std::optional<Isa> at_most = std::nullopt,
                                      AttentionPrecision attention = AttentionPrecision::kF32);

// The names of the levels, lowest first: "reference, avx2 ...".
std::string IsaNames();

// The level of that name; InvalidArgument lists the names there are.
Result<Isa> ParseIsaName(std::string_view name);

// SelectKernels' rule as a pure function: `environment` is the variable's value, null or empty when
// it is not set.
Result<Isa> ResolveIsa(Isa detected, std::optional<Isa> at_most, const char* environment);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_SELECT_KERNELS_H_
