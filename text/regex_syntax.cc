#include "text/regex_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "text/normalizer.h"
#include "text/regex_class.h"
#include "text/unicode.h"

namespace octet::text {
namespace {

// Groups deeper than this are refused.
constexpr int kMaxDepth = 32;
// Oniguruma's limit is 100,000.
constexpr uint32_t kMaxRepeats = 1000;

// What PCRE2 calls octet at, to count steps.
constexpr std::u32string_view kCallout = U"(?C)";

// The part of a pattern that was translated.
struct Translated {
  std::u32string text;
  uint64_t size = 0;            // with counted repeats written out
  bool can_be_empty = true;     // it may match an empty text
  bool can_be_repeated = true;  // it is not an anchor or a lookaround
};

struct Repeat {
  uint32_t least = 0;
  std::optional<uint32_t> most;  // unset: any number
  std::u32string text;           // as PCRE2 writes it
  bool repeated_again = false;   // {1,3}+ repeats the whole: it is not possessive in Oniguruma
};

bool IsRepeat(char32_t c) { return c == U'*' || c == U'+' || c == U'?' || c == U'{'; }

// Tokens of regular expressions that assert something between two characters.
std::u32string WordBoundary(bool is_boundary) {
  const std::u32string word =
      U"[" + std::u32string(kWordItems) + std::u32string(kMoreWordItems) + U"]";
  const std::u32string behind_word = U"(?<=" + word + U")(?" + (is_boundary ? U"!" : U"=") + word;
  const std::u32string behind_other = U"(?<!" + word + U")(?" + (is_boundary ? U"=" : U"!") + word;
  return U"(?:" + behind_word + U")|" + behind_other + U"))";
}

class Translator {
 public:
  explicit Translator(std::u32string_view pattern) : rest_(pattern) {}

  Result<std::u32string> Translate() {
    OCTET_ASSIGN_OR_RETURN(Translated all, Alternatives(0));
    if (!rest_.empty()) return Refuse(")");
    return std::move(all.text);
  }

 private:
  bool Take(std::u32string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  static Status Refuse(std::string_view what) {
    return Unsupported(fmt::format("'{}' in a regular expression", Printable(what)));
  }

  Result<Translated> Alternatives(int depth) {
    if (depth > kMaxDepth) {
      return ResourceLimit(
          fmt::format("regular expression with groups more than {} deep", kMaxDepth));
    }
    Translated all = {.text = {}, .size = 1, .can_be_empty = false};
    do {
      if (!all.text.empty()) all.text += U'|';
      OCTET_ASSIGN_OR_RETURN(const Translated sequence, Sequence(depth));
      all.text += kCallout;
      all.text += sequence.text;
      all.size += sequence.size + 1;
      all.can_be_empty |= sequence.can_be_empty;
      OCTET_RETURN_IF_ERROR(CheckSize(all.size));
    } while (Take(U"|"));
    return all;
  }

  static Status CheckSize(uint64_t size) {
    if (size <= kMaxRegexSize) return Status();
    return ResourceLimit(
        fmt::format("regular expression of more than {} characters", kMaxRegexSize));
  }

  Result<Translated> Sequence(int depth) {
    Translated all;
    last_letter_ = 0;
    while (!rest_.empty() && rest_.front() != U'|' && rest_.front() != U')') {
      OCTET_ASSIGN_OR_RETURN(Translated item, Item(depth));
      OCTET_RETURN_IF_ERROR(Repeated(&item));
      all.text += item.text;
      all.size += item.size;
      all.can_be_empty &= item.can_be_empty;
      OCTET_RETURN_IF_ERROR(CheckSize(all.size));
    }
    return all;
  }

  Result<Translated> Item(int depth) {
    if (rest_.front() == U'(') return Group(depth);
    if (rest_.front() == U'[') {
      last_letter_ = 0;
      RegexClass char_class(ignore_case_);
      OCTET_RETURN_IF_ERROR(char_class.Parse(&rest_));
      return Translated{char_class.text(), 1, false, true};
    }
    if (Take(U"^")) return Translated{U"(?m:^)", 1, true, false};
    if (Take(U"$")) return Translated{U"(?m:$)", 1, true, false};
    if (Take(U".")) return Translated{U".", 1, false, true};
    if (rest_.front() == U'\\') return Escape();
    const char32_t c = rest_.front();
    if (IsRepeat(c)) return Refuse(Utf8({&c, 1}));
    rest_.remove_prefix(1);
    return Literal(c);
  }

  Result<Translated> Escape() {
    if (Take(U"\\A")) return Translated{U"\\A", 1, true, false};
    if (Take(U"\\z")) return Translated{U"\\z", 1, true, false};
    if (rest_.starts_with(U"\\b") || rest_.starts_with(U"\\B")) {
      const bool is_boundary = rest_[1] == U'b';
      rest_.remove_prefix(2);
      return Translated{WordBoundary(is_boundary), 16, true, false};
    }
    OCTET_ASSIGN_OR_RETURN(const ClassItem item, ParseEscape(&rest_));
    if (item.is_char) return Literal(item.first);
    last_letter_ = 0;
    if (ignore_case_ && !item.ignores_case) return Refuse("\\p in (?i)");
    return Translated{item.alone, 1, false, true};
  }

  Result<Translated> Literal(char32_t c) {
    OCTET_RETURN_IF_ERROR(CheckRange(c, c, ignore_case_));
    if (ignore_case_) {
      OCTET_RETURN_IF_ERROR(CheckFolding(c));
    }
    return Translated{EscapedChar(c), 1, false, true};
  }

  // Some pairs of letters are one character in another case, such as ss and U+00DF.
  Status CheckFolding(char32_t c) {
    const char32_t lower = ToLower(c).code_points[0];
    const char32_t before = std::exchange(last_letter_, lower);
    const bool folds = (before == U's' && (lower == U's' || lower == U't')) ||
                       (before == U'f' && (lower == U'f' || lower == U'i' || lower == U'l'));
    return folds ? Refuse(Utf8(std::u32string{before, lower}) + " in (?i)") : Status();
  }

  Result<Translated> Group(int depth) {
    struct Row {
      std::u32string_view start;
      std::u32string_view text;
      bool is_lookaround;
      bool ignores_case;
    };
    static constexpr Row kGroups[] = {
        {U"(?:", U"(?:", false, false},  {U"(?i:", U"(?i:", false, true},
        {U"(?>", U"(?>", false, false},  {U"(?=", U"(?=", true, false},
        {U"(?!", U"(?!", true, false},   {U"(?<=", U"(?<=", true, false},
        {U"(?<!", U"(?<!", true, false},
    };
    Row row = {U"(", U"(?:", false, false};
    const auto* found = std::ranges::find_if(
        kGroups, [&](const Row& each) { return rest_.starts_with(each.start); });
    if (found != std::end(kGroups)) {
      row = *found;
    } else if (rest_.starts_with(U"(?")) {
      return Refuse("(?" + Utf8(rest_.substr(2, 1)));
    }
    rest_.remove_prefix(row.start.size());
    const bool outer_case = ignore_case_;
    ignore_case_ |= row.ignores_case;
    OCTET_ASSIGN_OR_RETURN(Translated inner, Alternatives(depth + 1));
    ignore_case_ = outer_case;
    last_letter_ = 0;
    if (!Take(U")")) return InvalidModel("regular expression with a group that does not end");
    inner.text = std::u32string(row.text) + inner.text + U")";
    ++inner.size;
    if (row.is_lookaround) {
      inner.text += kCallout;
      inner.can_be_empty = true;
      inner.can_be_repeated = false;
    }
    return inner;
  }

  // Puts the repeat that follows an item, if there is one, behind it.
  Status Repeated(Translated* item) {
    OCTET_ASSIGN_OR_RETURN(const std::optional<Repeat> repeat, ParseRepeat());
    if (!repeat) return Status();
    last_letter_ = 0;
    if (!item->can_be_repeated) return Refuse("a repeated anchor or lookaround");
    const bool is_endless = !repeat->most || repeat->repeated_again;
    if (is_endless && (item->can_be_empty || (repeat->repeated_again && repeat->least == 0))) {
      return Refuse("an endless repeat of what may be empty");
    }
    item->text += repeat->text;
    item->text += kCallout;
    if (repeat->repeated_again) item->text = U"(?:" + item->text + U")+" + std::u32string(kCallout);
    item->size = item->size * std::max<uint64_t>(1, repeat->most.value_or(repeat->least)) + 1;
    item->can_be_empty |= repeat->least == 0;
    if (!rest_.empty() && IsRepeat(rest_.front())) {
      return Refuse("a repeat of a repeat");
    }
    return Status();
  }

  Result<std::optional<Repeat>> ParseRepeat() {
    std::optional<Repeat> none;
    if (rest_.empty() || !IsRepeat(rest_.front())) return none;
    const char32_t sign = rest_.front();
    if (sign == U'{') return ParseInterval();
    rest_.remove_prefix(1);
    Repeat repeat = {.least = sign == U'+' ? 1u : 0u, .most = std::nullopt, .text = {sign}};
    if (sign == U'?') repeat.most = 1;
    for (const char32_t kind : {U'?', U'+'}) {
      if (rest_.empty() || rest_.front() != kind) continue;
      repeat.text += kind;
      rest_.remove_prefix(1);
      break;
    }
    return std::optional(repeat);
  }

  // {n}, {n,}, {n,m} or {,m}.
  Result<std::optional<Repeat>> ParseInterval() {
    const std::string written = Utf8(rest_.substr(0, rest_.find(U'}') + 1));
    rest_.remove_prefix(1);
    const std::optional<uint32_t> least = TakeNumber();
    const bool is_range = Take(U",");
    std::optional<uint32_t> most = is_range ? TakeNumber() : least;
    if (!Take(U"}") || (!least && !most)) return Refuse(written.empty() ? "{" : written);
    const uint32_t from = least.value_or(0);
    if (std::max(from, most.value_or(0)) > kMaxRepeats || (most && *most < from)) {
      return Refuse(written);
    }
    Repeat repeat = {.least = from, .most = most, .text = {}};
    const std::string to = most ? std::to_string(*most) : "";
    repeat.text =
        Utf32(is_range ? fmt::format("{{{},{}}}", from, to) : fmt::format("{{{}}}", from));
    if (Take(U"?")) {
      if (!is_range) return Refuse(written + "?");
      repeat.text += U'?';
    } else if (Take(U"+")) {
      repeat.repeated_again = true;
    }
    return std::optional(repeat);
  }

  std::optional<uint32_t> TakeNumber() {
    std::optional<uint32_t> number;
    while (!rest_.empty() && rest_.front() >= U'0' && rest_.front() <= U'9') {
      const uint32_t digit = rest_.front() - U'0';
      number = std::min<uint32_t>(number.value_or(0) * 10 + digit, kMaxRepeats + 1);
      rest_.remove_prefix(1);
    }
    return number;
  }

  std::u32string_view rest_;
  bool ignore_case_ = false;
  char32_t last_letter_ = 0;  // the letter before, in lower case, where case is ignored
};

}  // namespace

Result<std::u32string> TranslateRegex(std::string_view pattern) {
  const std::u32string chars = Utf32(pattern);
  if (chars.size() > kMaxRegexSize) {
    return ResourceLimit(
        fmt::format("regular expression of more than {} characters", kMaxRegexSize));
  }
  return Translator(chars).Translate();
}

}  // namespace octet::text
