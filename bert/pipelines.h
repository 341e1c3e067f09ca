// Which passes run, in which order: from the importer's graph to one that is ready to compile. The
// functions do not depend on the rounding and denormal modes of the calling thread.
#ifndef OCTET_BERT_PIPELINES_H_
#define OCTET_BERT_PIPELINES_H_

#include <vector>

#include "bert/precision.h"
#include "ir/passes/pass.h"
#include "quant/qconfig.h"

namespace octet::bert {

struct PipelineOptions {
  Precision precision = Precision::kInt8;
  // Used unless the precision is kFp32; by default every linear is quantized.
  quant::QConfigDict qconfig = {{"", quant::DefaultQConfig()}};
  // Of the attentions for which the qconfig does not say it.
  ir::AttentionPrecision attention = ir::AttentionPrecision::kF32;
  ir::PassManager::Options passes;  // of Optimize and of Schedule, each by itself
};

// What pipelines did, one after the other, for `octet explain` and dumps.
struct PipelineReport {
  std::vector<ir::PassTiming> timings;
  std::vector<ir::Remark> remarks;
};

// import stage -> core stage. What no pattern recognizes stays as generic ops.
Status Optimize(ir::Module* module, const ir::PassManager::Options& options = {},
                PipelineReport* report = nullptr);

// From the module's stage, import or core, to core (FP32) or quant, as the options say. A module
// that is compiled in several ways is optimized once, and a copy of it lowered for each.
Status Lower(ir::Module* module, const PipelineOptions& options = {},
             PipelineReport* report = nullptr);

// core or quant stage -> the same, as it is compiled: a linear may now stand for several of the
// model's, with a module path like "attention.self.{query,key,value}".
Status Schedule(ir::Module* module, const ir::PassManager::Options& options = {},
                PipelineReport* report = nullptr);

}  // namespace octet::bert

#endif  // OCTET_BERT_PIPELINES_H_
