#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 32
#include <fmt/format.h>
#include <pcre2.h>

#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "text/known_patterns.h"
#include "text/regex_syntax.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

// What the matching of one text may take, in KiB. It holds some hundred thousand places to go back
// to.
constexpr uint32_t kMaxHeap = 1 << 16;

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* pointer) const { free(pointer); }
};
using Code = std::unique_ptr<pcre2_code, Free<pcre2_code, pcre2_code_free>>;
using MatchData = std::unique_ptr<pcre2_match_data, Free<pcre2_match_data, pcre2_match_data_free>>;
using MatchContext =
    std::unique_ptr<pcre2_match_context, Free<pcre2_match_context, pcre2_match_context_free>>;
using CompileContext =
    std::unique_ptr<pcre2_compile_context, Free<pcre2_compile_context, pcre2_compile_context_free>>;

template <typename T>
T NotNull(T pointer) {
  if (!pointer) throw std::bad_alloc();
  return pointer;
}

PCRE2_SPTR CodeUnits(const std::u32string& text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

// Charges the budget for the characters between two callouts. A callout stands in front of every
// alternative and behind every repeat, so nothing that takes long lies between two of them.
struct StepCounter {
  SearchBudget* budget;
  size_t last = 0;

  static int Count(pcre2_callout_block* block, void* data) {
    auto* counter = static_cast<StepCounter*>(data);
    const size_t at = block->current_position;
    const size_t distance = at > counter->last ? at - counter->last : counter->last - at;
    counter->last = at;
    return counter->budget->Take(1 + distance) ? 0 : PCRE2_ERROR_MATCHLIMIT;
  }
};

Status TakesTooManySteps() {
  return ResourceLimit("a regular expression of the tokenizer takes too many steps for the text");
}

class Regex : public Pattern {
 public:
  explicit Regex(Code code) : code_(std::move(code)) {}

  Status Find(std::span<const NormalizedChar> text, SearchBudget* budget,
              std::vector<TextRange>* matches) const override {
    std::u32string chars;
    chars.reserve(text.size());
    for (const NormalizedChar& c : text) chars += OlderAlike(c.code_point);

    const MatchContext context(NotNull(pcre2_match_context_create(nullptr)));
    const MatchData data(NotNull(pcre2_match_data_create_from_pattern(code_.get(), nullptr)));
    StepCounter counter = {budget};
    pcre2_set_callout(context.get(), StepCounter::Count, &counter);
    pcre2_set_heap_limit(context.get(), kMaxHeap);
    pcre2_set_match_limit(context.get(), UINT32_MAX);

    std::optional<size_t> last_end;
    for (size_t at = 0; at <= chars.size();) {
      counter.last = at;
      const int result = pcre2_match(code_.get(), CodeUnits(chars), chars.size(), at,
                                     PCRE2_NO_UTF_CHECK, data.get(), context.get());
      if (result == PCRE2_ERROR_NOMATCH) break;
      OCTET_RETURN_IF_ERROR(StatusOf(result));
      const PCRE2_SIZE* range = pcre2_get_ovector_pointer(data.get());
      // As in the reference, an empty match right behind the last match does not count.
      if (range[0] == range[1] && last_end == range[1]) {
        ++at;
        continue;
      }
      matches->push_back({range[0], range[1]});
      at = range[1];
      last_end = at;
    }
    return Status();
  }

 private:
  static Status StatusOf(int result) {
    if (result >= 0) return Status();
    if (result == PCRE2_ERROR_NOMEMORY) throw std::bad_alloc();
    if (result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_HEAPLIMIT ||
        result == PCRE2_ERROR_DEPTHLIMIT) {
      return TakesTooManySteps();
    }
    return Internal(fmt::format("PCRE2 error {}", result));
  }

  Code code_;
};

}  // namespace

Result<std::shared_ptr<const Pattern>> RegexPattern(std::string_view pattern) {
  if (auto known = FindKnownPattern(pattern)) return known;
  OCTET_ASSIGN_OR_RETURN(const std::u32string translated, TranslateRegex(pattern));
  const CompileContext context(NotNull(pcre2_compile_context_create(nullptr)));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  int error = 0;
  PCRE2_SIZE place = 0;
  Code code(pcre2_compile(CodeUnits(translated), translated.size(),
                          PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &error, &place,
                          context.get()));
  if (!code) {
    PCRE2_UCHAR buffer[256];
    pcre2_get_error_message(error, buffer, std::size(buffer));
    std::string message;
    for (const PCRE2_UCHAR* c = buffer; *c != 0; ++c) message += static_cast<char>(*c);
    return Unsupported(fmt::format("regular expression '{}': {}", Printable(pattern), message));
  }
  return std::shared_ptr<const Pattern>(std::make_shared<Regex>(std::move(code)));
}

}  // namespace octet::text
