// The command line of bert_eval.
#ifndef OCTET_TOOLS_BERT_EVAL_OPTIONS_H_
#define OCTET_TOOLS_BERT_EVAL_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bert/glue.h"
#include "bert/precision.h"
#include "quant/qconfig.h"
#include "runtime/attention_precision.h"
#include "runtime/select_kernels.h"

namespace octet::tools {

// The arguments as typed.
struct EvalArguments {
  std::string model;
  std::string data;
  std::string task = "MRPC";
  std::string precision = "fp32,int8,debug";
  std::string qconfig;
  std::string isa;
  std::string attention = "f32";
  std::string shard;
  std::string predictions;
  std::string json;
  int threads = 0;
  int64_t batch_size = 8;
  int64_t max_length = 0;  // 0: not given
  int64_t limit = 0;
  bool quiet = false;
};

// The parsed arguments.
struct EvalOptions {
  const bert::GlueTask* task = nullptr;
  std::vector<bert::Precision> precisions;
  quant::QConfigDict qconfig;
  std::optional<runtime::Isa> isa;
  runtime::AttentionPrecision attention = runtime::AttentionPrecision::kF32;
  int64_t shard_index = 0;
  int64_t shard_count = 1;
};

void AddEvalOptions(CLI::App* app, EvalArguments* arguments);

// InvalidArgument for an invalid value, which is a usage error.
Result<EvalOptions> ResolveOptions(const EvalArguments& arguments);

}  // namespace octet::tools

#endif  // OCTET_TOOLS_BERT_EVAL_OPTIONS_H_
