#include "tests/kernels/emulated_instructions.h"

#if defined(__x86_64__)

#include <cstdint>
#include <cstring>

#include "tests/kernels/emulated_tiles.h"
#include "tests/kernels/vex_instruction.h"

namespace octet::testing {
namespace {

volatile long emulated = 0;
EmulatedTiles tiles;

// vpdpbusd ymm, ymm, ymm/m256. Returns false for another instruction.
bool EmulateVpdpbusd(const VexInstruction& instruction, SavedRegisters* registers) {
  if (instruction.opcode != 0x50 || instruction.prefix != 1 || !instruction.is_256) return false;
  uint8_t a[32];
  uint8_t b[32];
  uint8_t sums[32];
  registers->ReadYmm(instruction.source, a);
  registers->ReadYmm(instruction.reg, sums);
  if (instruction.rm >= 0) {
    registers->ReadYmm(instruction.rm, b);
  } else {
    const uint64_t address = instruction.base + instruction.index;
    std::memcpy(b, reinterpret_cast<const void*>(address), sizeof b);
  }
  for (int lane = 0; lane < 32; lane += 4) {
    uint32_t sum;
    std::memcpy(&sum, sums + lane, sizeof sum);
    for (int i = lane; i < lane + 4; ++i) {
      sum += static_cast<uint32_t>(a[i] * static_cast<int8_t>(b[i]));
    }
    std::memcpy(sums + lane, &sum, sizeof sum);
  }
  registers->WriteYmm(instruction.reg, sums);
  return true;
}

void Handle(int /*signal*/, siginfo_t* /*info*/, void* context) {
  SavedRegisters registers(static_cast<ucontext_t*>(context));
  VexInstruction instruction;
  if (const uint8_t* config = registers.TileConfig()) tiles.Configure(config);
  if (ReadVexInstruction(registers, &instruction) &&
      (EmulateVpdpbusd(instruction, &registers) || tiles.Execute(instruction))) {
    registers.Skip(instruction.length);
    emulated = emulated + 1;
    return;
  }
  // The instruction is repeated, and now ends the process.
  signal(SIGILL, SIG_DFL);
}

}  // namespace

EmulatedInstructions::EmulatedInstructions() {
  emulated = 0;
  struct sigaction action = {};
  action.sa_sigaction = Handle;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGILL, &action, &old_);
}

EmulatedInstructions::~EmulatedInstructions() { sigaction(SIGILL, &old_, nullptr); }

long EmulatedInstructions::count() const { return emulated; }

}  // namespace octet::testing

#endif  // defined(__x86_64__)
