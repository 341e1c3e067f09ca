#ifndef OCTET_BENCH_ATTENTION_BENCH_H_
#define OCTET_BENCH_ATTENTION_BENCH_H_

namespace octet::bench {

// Registers attention/ISA/... for every instruction set of this CPU.
void RegisterAttentionBenches();

}  // namespace octet::bench

#endif  // OCTET_BENCH_ATTENTION_BENCH_H_
