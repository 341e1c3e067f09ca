#include "tests/fuzz/target.h"

#include <string>

#include "tests/fuzz/memory_meter.h"

namespace octet::fuzz {
namespace {

constexpr int64_t kFreeBytes = int64_t{64} << 20;
constexpr int64_t kBytesPerByte = 100;

}  // namespace

std::span<const Target> Targets() {
  static constexpr Target kTargets[] = {
#define OCTET_FUZZ_TARGET(Name, name) {name, Fuzz##Name},
#include "tests/fuzz/targets.def"
#undef OCTET_FUZZ_TARGET
  };
  return kTargets;
}

Status CheckInput(const Target& target, std::string_view bytes) {
  MemoryMeter meter;
  OCTET_RETURN_IF_ERROR(target.run(bytes));
  const int64_t allowed = kFreeBytes + kBytesPerByte * static_cast<int64_t>(bytes.size());
  if (meter.peak() <= allowed) return {};
  return Internal(std::to_string(bytes.size()) + " bytes took " + std::to_string(meter.peak()) +
                  " bytes of memory, more than " + std::to_string(allowed));
}

Status CheckRefusal(const Status& status) {
  if (status.ok()) return Internal("an error without an error");
  if (status.message().empty()) return Internal("an error without a message");
  if (status.code() == StatusCode::kInternal) return Internal("refused: " + status.ToString());
  return {};
}

}  // namespace octet::fuzz
