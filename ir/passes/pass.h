// Passes over a module, and the manager that runs them by name. It times each pass and verifies the
// module after it. A pass can be disabled, so that a wrong rewrite can be found by bisection.
#ifndef OCTET_IR_PASSES_PASS_H_
#define OCTET_IR_PASSES_PASS_H_

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ir/rewriter.h"

namespace octet::ir {

// Why a promising pattern did not apply. `octet explain` shows it.
struct Remark {
  std::string pass;
  Location location;
  std::string text;
};

// What a pass gets besides the rewriter.
class PassContext {
 public:
  // Records that the pattern rooted at `op` does not apply, and why.
  void Explain(const Op& op, std::string text);
  const std::vector<Remark>& remarks() const { return remarks_; }
  // Forgets all remarks but the first `count`.
  void KeepRemarks(size_t count) { remarks_.resize(count); }

 private:
  friend class PassManager;
  std::string pass_;
  std::vector<Remark> remarks_;
};

using PassFunction = std::function<Status(Rewriter& rewriter, PassContext& context)>;

struct PassTiming {
  std::string name;
  std::string summary;  // what the pass does
  double seconds;
  int64_t changes;
};

class PassManager {
 public:
  struct Options {
    std::set<std::string, std::less<>> disabled;
    int stop_after = -1;  // run only this many passes; -1: all
    bool verify = true;
    // Called after each pass, for dumps.
    std::function<void(std::string_view pass, const Module& module)> after_pass;
  };

  PassManager() = default;
  explicit PassManager(Options options) : options_(std::move(options)) {}

  void Add(std::string name, PassFunction pass, std::string summary = {});
  // Adds a pass of passes.def by name; InvalidArgument when there is none.
  Status Add(std::string_view name);

  // Runs the passes in order. An error names the pass, unless it is InvalidArgument: then the
  // caller's request was wrong (a qconfig for a module that does not exist), not the pass or the
  // model.
  Status Run(Module* module);

  const std::vector<PassTiming>& timings() const { return timings_; }
  const PassContext& context() const { return context_; }

 private:
  struct Entry {
    std::string name;
    std::string summary;
    PassFunction run;
  };
  Options options_;
  std::vector<Entry> passes_;
  std::vector<PassTiming> timings_;
  PassContext context_;
};

// A pattern looks at one op. It either rewrites the graph around the op and returns true, or
// changes nothing and returns false.
using Pattern = std::function<Result<bool>(Op* root, Rewriter& rewriter, PassContext& context)>;

// Applies `pattern` to every op of a kind in `roots` until nothing changes. Internal when it does
// not converge. The insertion point is at the root and new ops take its location. Only the remarks
// of the last walk are kept: they say what stood in the way in the end.
Status ApplyPattern(std::span<const OpKind> roots, const Pattern& pattern, Rewriter& rewriter,
                    PassContext& context);
Status ApplyPattern(std::initializer_list<OpKind> roots, const Pattern& pattern, Rewriter& rewriter,
                    PassContext& context);

// The passes of passes.def.
#define OCTET_PASS(Function, name, summary) \
  Status Function(Rewriter& rewriter, PassContext& context);
#include "ir/passes/passes.def"
#undef OCTET_PASS

struct PassInfo {
  std::string_view name;
  std::string_view summary;
  Status (*run)(Rewriter&, PassContext&);
};
const std::vector<PassInfo>& AllPasses();

}  // namespace octet::ir

#endif  // OCTET_IR_PASSES_PASS_H_
