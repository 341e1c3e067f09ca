// Small encoders as IR text, with every kind of step that a BERT program has.
#ifndef OCTET_TESTS_RUNTIME_MODELS_H_
#define OCTET_TESTS_RUNTIME_MODELS_H_

#include <string>

#include "tests/runtime/run_text.h"

namespace octet::runtime {

// One layer of hidden size 32, and a classifier of 3 classes, from input_ids[b,s] and
// attention_mask[b,s] (i64): padding-free, with dense and quantized linears.
std::string PackedEncoder(int heads = 4);
// The same without padding removal: a generic mask, dense attention.
std::string DenseEncoder(int heads = 4);
// Inputs for both: sentences of these lengths in tokens, padded to the longest.
Tensors EncoderInputs(const std::vector<int64_t>& lengths, uint64_t seed);
// Checks that each sentence of `inputs`, run alone and without padding, gives the same bytes as in
// `batch`, the program's output for all sentences.
void CheckSentencesAlone(const std::shared_ptr<const Program>& program, const Tensors& inputs,
                         const std::vector<int64_t>& lengths, const Tensors& batch);

}  // namespace octet::runtime

#endif  // OCTET_TESTS_RUNTIME_MODELS_H_
