// The fields of one instruction.
#ifndef OCTET_TESTS_KERNELS_VEX_INSTRUCTION_H_
#define OCTET_TESTS_KERNELS_VEX_INSTRUCTION_H_

#include <cstdint>

#include "tests/kernels/saved_registers.h"

namespace octet::testing {

// An instruction of the form VEX.{128,256}.0F38.W0 opcode /r (Intel SDM vol. 2, 2.3).
struct VexInstruction {
  uint8_t opcode;
  int prefix;      // 0: none, 1: 66, 2: F3, 3: F2
  bool is_256;     // VEX.L
  int reg;         // ModRM.reg
  int source;      // VEX.vvvv
  int rm;          // ModRM.rm if it is a register, otherwise -1
  uint64_t base;   // of a memory operand: its address without the index
  uint64_t index;  // and the scaled index, which tile instructions take for the distance of rows
  int64_t length;  // bytes
};

// Reads the instruction at the instruction pointer; returns false if it has another form.
bool ReadVexInstruction(const SavedRegisters& registers, VexInstruction* instruction);

}  // namespace octet::testing

#endif  // OCTET_TESTS_KERNELS_VEX_INSTRUCTION_H_
