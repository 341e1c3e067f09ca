// Small encoders as IR text, with every kind of step a BERT program has.
#ifndef OCTET_TESTS_RUNTIME_MODELS_H_
#define OCTET_TESTS_RUNTIME_MODELS_H_

#include <string>

#include "tests/runtime/run_text.h"

namespace octet::runtime {

// One layer of hidden size 32 with 4 heads, and a classifier of 3 classes, from input_ids[b,s] and
// attention_mask[b,s] (i64): padding-free, with dense and quantized linears.
std::string PackedEncoder();
// The same without padding removal: a generic mask, dense attention.
std::string DenseEncoder();
// Inputs for both: `lengths` tokens a sentence, padded to the longest.
Tensors EncoderInputs(const std::vector<int64_t>& lengths, uint64_t seed);

}  // namespace octet::runtime

#endif  // OCTET_TESTS_RUNTIME_MODELS_H_
