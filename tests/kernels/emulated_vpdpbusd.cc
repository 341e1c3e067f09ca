#include "tests/kernels/emulated_vpdpbusd.h"

#if defined(__x86_64__)

#include <ucontext.h>

#include <cstdint>
#include <cstring>

namespace octet::testing {
namespace {

volatile long emulated = 0;

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

// Executes VEX.256.66.0F38.W0 50 /r, vpdpbusd ymm, ymm, ymm/m256, at the instruction pointer.
// Returns false if another instruction is there. A memory operand has a base register, an optional
// index and an offset.
bool Emulate(SavedRegisters* registers) {
  const uint8_t* const begin = registers->instruction();
  const uint8_t* at = begin;
  if (at[0] != 0xC4 || (at[1] & 0x1F) != 2 || (at[2] & 0x87) != 0x05 || at[3] != 0x50) return false;
  // R, X, B and vvvv are stored inverted.
  const int high_reg = (at[1] & 0x80) != 0 ? 0 : 8;
  const int high_index = (at[1] & 0x40) != 0 ? 0 : 8;
  const int high_base = (at[1] & 0x20) != 0 ? 0 : 8;
  const int source = 15 - ((at[2] >> 3) & 15);
  const int mod = at[4] >> 6;
  const int target = ((at[4] >> 3) & 7) + high_reg;
  const int rm = at[4] & 7;
  at += 5;
  uint8_t b[32];
  if (mod == 3) {
    registers->ReadYmm(rm + high_base, b);
  } else {
    int base = rm;
    uint64_t address = 0;
    if (rm == 4) {
      const uint8_t sib = *at++;
      base = sib & 7;
      const int index = ((sib >> 3) & 7) + high_index;
      if (index != 4) address += registers->General(index) << (sib >> 6);
    }
    if (mod == 0 && base == 5) return false;
    address += registers->General(base + high_base);
    if (mod == 1) {
      address += static_cast<uint64_t>(static_cast<int8_t>(*at++));
    } else if (mod == 2) {
      int32_t offset;
      std::memcpy(&offset, at, sizeof offset);
      address += static_cast<uint64_t>(int64_t{offset});
      at += sizeof offset;
    }
    std::memcpy(b, reinterpret_cast<const void*>(address), sizeof b);
  }
  uint8_t a[32];
  uint8_t sums[32];
  registers->ReadYmm(source, a);
  registers->ReadYmm(target, sums);
  for (int lane = 0; lane < 32; lane += 4) {
    uint32_t sum;
    std::memcpy(&sum, sums + lane, sizeof sum);
    for (int i = lane; i < lane + 4; ++i) {
      sum += static_cast<uint32_t>(a[i] * static_cast<int8_t>(b[i]));
    }
    std::memcpy(sums + lane, &sum, sizeof sum);
  }
  registers->WriteYmm(target, sums);
  registers->Skip(at - begin);
  return true;
}

void Handle(int /*signal*/, siginfo_t* /*info*/, void* context) {
  SavedRegisters registers(static_cast<ucontext_t*>(context));
  if (Emulate(&registers)) {
    emulated = emulated + 1;
    return;
  }
  // The instruction is repeated, and now ends the process.
  signal(SIGILL, SIG_DFL);
}

}  // namespace

EmulatedVpdpbusd::EmulatedVpdpbusd() {
  emulated = 0;
  struct sigaction action = {};
  action.sa_sigaction = Handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGILL, &action, &old_);
}

EmulatedVpdpbusd::~EmulatedVpdpbusd() { sigaction(SIGILL, &old_, nullptr); }

long EmulatedVpdpbusd::count() const { return emulated; }

}  // namespace octet::testing

#endif  // defined(__x86_64__)
