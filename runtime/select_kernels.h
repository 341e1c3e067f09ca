// Chooses the kernels for this CPU. The only place where octet reads the environment.
#ifndef OCTET_RUNTIME_SELECT_KERNELS_H_
#define OCTET_RUNTIME_SELECT_KERNELS_H_

#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "kernels/cpu_features.h"
#include "kernels/kernel_table.h"
#include "runtime/attention_precision.h"

namespace octet::runtime {

using kernels::Isa;

struct KernelSelection {
  Isa isa = Isa::kReference;  // the last row of kernels/isas.inc that is in use
  kernels::KernelTable table;
};

// Of each kernel family the best that this CPU and its operating system can run. `isa`, and the
// name in the environment variable OCTET_ISA when it is set, take away the features that the
// instruction set of that name does not keep.
// InvalidArgument when one of them asks for an instruction set that the CPU does not have, or when
// the variable's name is unknown; Unsupported when these kernels do not have an attention of
// precision `attention`.
// Thread-safe while nobody changes the environment.
Result<KernelSelection> SelectKernels(std::optional<Isa> isa = std::nullopt,
                                      AttentionPrecision attention = AttentionPrecision::kF32);

// The names of the instruction sets, in the order of their rows: "reference, avx2 ...".
std::string IsaNames();

// The instruction set of that name; the InvalidArgument of an unknown name lists the known ones.
Result<Isa> ParseIsaName(std::string_view name);

// SelectKernels' rule as a pure function: what is left of `detected`. `environment` is the
// variable's value, null or empty when it is not set.
Result<kernels::CpuFeatures> ResolveFeatures(kernels::CpuFeatures detected, std::optional<Isa> isa,
                                             const char* environment);

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_SELECT_KERNELS_H_
