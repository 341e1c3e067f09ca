// check_gemm_loops must refuse this: a loop that loads and stores its accumulator. It never runs.
namespace octet {

void SpillingLoop(long count) {
  __asm__ volatile(
      "1:\n\t"
      "vmovdqu64 -64(%%rsp), %%zmm0\n\t"
      "vpdpbusd %%zmm1, %%zmm2, %%zmm0\n\t"
      "vmovdqu64 %%zmm0, -64(%%rsp)\n\t"
      "decq %[count]\n\t"
      "jnz 1b\n\t"
      : [count] "+r"(count)
      :
      : "xmm0", "memory", "cc");
}

}  // namespace octet
