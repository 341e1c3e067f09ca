// Models with random weights in the dimensions of an architecture, for benchmarks without a file.
#ifndef OCTET_BERT_SYNTHETIC_H_
#define OCTET_BERT_SYNTHETIC_H_

#include <span>
#include <string_view>

#include "ir/graph.h"

namespace octet::bert {

struct Architecture {
  std::string_view name;
  int64_t layers;
  int64_t hidden;
  int64_t heads;
  int64_t intermediate;
  int64_t vocabulary;
  int64_t positions;
};

// "bert-tiny", "minilm-l6", "bert-base", "bert-large" ...
std::span<const Architecture> Architectures();
// InvalidArgument lists the names.
Result<Architecture> FindArchitecture(std::string_view name);

// A BERT sequence classifier with 2 labels at the import stage, made of the ops that an exporter
// writes. Inputs: input_ids, attention_mask and token_type_ids i64[b,s]; output: logits f32[b,2].
// Weights are N(0, 0.02) with fixed seeds, biases 0, gammas 1 and betas 0.
Result<ir::Module> MakeSyntheticModule(const Architecture& architecture);

}  // namespace octet::bert

#endif  // OCTET_BERT_SYNTHETIC_H_
