#include "tests/kernels/vex_instruction.h"

#if defined(__x86_64__)

#include <cstring>

namespace octet::testing {

bool ReadVexInstruction(const SavedRegisters& registers, VexInstruction* instruction) {
  const uint8_t* const begin = registers.instruction();
  const uint8_t* at = begin;
  if (at[0] != 0xC4 || (at[1] & 0x1F) != 2 || (at[2] & 0x80) != 0) return false;
  // R, X, B and vvvv are stored inverted.
  const int high_reg = (at[1] & 0x80) != 0 ? 0 : 8;
  const int high_index = (at[1] & 0x40) != 0 ? 0 : 8;
  const int high_base = (at[1] & 0x20) != 0 ? 0 : 8;
  const int mod = at[4] >> 6;
  const int rm = at[4] & 7;
  *instruction = {.opcode = at[3],
                  .prefix = at[2] & 3,
                  .is_256 = (at[2] & 4) != 0,
                  .reg = ((at[4] >> 3) & 7) + high_reg,
                  .source = 15 - ((at[2] >> 3) & 15),
                  .rm = mod == 3 ? rm + high_base : -1,
                  .base = 0,
                  .index = 0,
                  .length = 5};
  if (mod == 3) return true;
  at += 5;
  const auto read_offset = [&] {
    int32_t offset;
    std::memcpy(&offset, at, sizeof offset);
    at += sizeof offset;
    return static_cast<uint64_t>(int64_t{offset});
  };
  if (mod == 0 && rm == 5) {  // relative to the next instruction
    instruction->base = read_offset();
    instruction->base += reinterpret_cast<uint64_t>(at);
    instruction->length = at - begin;
    return true;
  }
  int base = rm;
  if (rm == 4) {
    const uint8_t sib = *at++;
    base = sib & 7;
    const int index = ((sib >> 3) & 7) + high_index;
    if (index != 4) instruction->index = registers.General(index) << (sib >> 6);
    if (mod == 0 && base == 5) return false;  // without a base
  }
  instruction->base = registers.General(base + high_base);
  if (mod == 1) instruction->base += static_cast<uint64_t>(static_cast<int8_t>(*at++));
  if (mod == 2) instruction->base += read_offset();
  instruction->length = at - begin;
  return true;
}

}  // namespace octet::testing

#endif  // defined(__x86_64__)
