// What a signal handler sees of the thread that it interrupted.
#ifndef OCTET_TESTS_KERNELS_SAVED_REGISTERS_H_
#define OCTET_TESTS_KERNELS_SAVED_REGISTERS_H_

#include <cpuid.h>
#include <ucontext.h>

#include <cstdint>
#include <cstring>

namespace octet::testing {

// The registers that the operating system saved before the handler and restores after it. The
// signal frame has XSAVE's standard form: the FXSAVE area, the header, and the upper halves of the
// YMM registers at a fixed place (Intel SDM vol. 1, 13.4).
class SavedRegisters {
 public:
  explicit SavedRegisters(ucontext_t* context)
      : greg_(context->uc_mcontext.gregs),
        fpu_(context->uc_mcontext.fpregs),
        bytes_(reinterpret_cast<uint8_t*>(fpu_)) {
    // If all upper halves are zero, the CPU may only mark them as zero and not write them.
    uint64_t present;
    std::memcpy(&present, bytes_ + kHeader, sizeof present);
    if ((present & kYmmHigh) == 0) {
      std::memset(bytes_ + kYmmHighOffset, 0, 16 * 16);
      present |= kYmmHigh;
      std::memcpy(bytes_ + kHeader, &present, sizeof present);
    }
  }

  void ReadYmm(int i, uint8_t (&out)[32]) const {
    std::memcpy(out, &fpu_->_xmm[i], 16);
    std::memcpy(out + 16, bytes_ + kYmmHighOffset + 16 * i, 16);
  }
  void WriteYmm(int i, const uint8_t (&in)[32]) {
    std::memcpy(&fpu_->_xmm[i], in, 16);
    std::memcpy(bytes_ + kYmmHighOffset + 16 * i, in + 16, 16);
  }
  // General register i of the instruction encoding.
  uint64_t General(int i) const {
    constexpr int kOrder[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                REG_R12, REG_R13, REG_R14, REG_R15};
    return static_cast<uint64_t>(greg_[kOrder[i]]);
  }
  // The 64 bytes that the last ldtilecfg read; null if there are none.
  const uint8_t* TileConfig() const {
    constexpr int kComponent = 17;
    uint64_t present;
    std::memcpy(&present, bytes_ + kHeader, sizeof present);
    if ((present >> kComponent & 1) == 0) return nullptr;
    uint32_t size = 0;
    uint32_t offset = 0;
    uint32_t unused = 0;
    __cpuid_count(0xD, kComponent, size, offset, unused, unused);
    return size == 64 ? bytes_ + offset : nullptr;
  }
  const uint8_t* instruction() const { return reinterpret_cast<const uint8_t*>(greg_[REG_RIP]); }
  void Skip(int64_t bytes) { greg_[REG_RIP] += bytes; }

 private:
  static constexpr int kHeader = 512;
  static constexpr int kYmmHighOffset = 576;
  static constexpr uint64_t kYmmHigh = 4;

  greg_t* greg_;
  fpregset_t fpu_;
  uint8_t* bytes_;
};

}  // namespace octet::testing

#endif  // OCTET_TESTS_KERNELS_SAVED_REGISTERS_H_
