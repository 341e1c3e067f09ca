// Which passes run, and in which order: from the importer's graph to one that is ready to compile.
// The functions do not depend on the rounding and denormal modes of the calling thread.
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
  // For attentions whose precision the qconfig does not give.
  ir::AttentionPrecision attention = ir::AttentionPrecision::kF32;
  ir::PassManager::Options passes;  // for Optimize and for Schedule, separately
};

// What the passes of one or several pipelines did, in order, for `octet explain`.
struct PipelineReport {
  std::vector<ir::PassTiming> timings;
  std::vector<ir::Remark> remarks;
};

// import stage -> core stage. Ops that no pattern matches stay as they are.
Status Optimize(ir::Module* module, const ir::PassManager::Options& options = {},
                PipelineReport* report = nullptr);

// Takes a module of stage import or core to stage core (FP32) or quant, as the options say. To
// compile a module in several ways, optimize it once and lower a copy of it for each.
Status Lower(ir::Module* module, const PipelineOptions& options = {},
             PipelineReport* report = nullptr);

// Changes a module of stage core or quant to the form that is compiled. A linear may now stand for
// several of the model's linears, with a module path like "attention.self.{query,key,value}".
Status Schedule(ir::Module* module, const ir::PassManager::Options& options = {},
                PipelineReport* report = nullptr);

}  // namespace octet::bert

#endif  // OCTET_BERT_PIPELINES_H_
