#include "text/normal_forms.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "text/unicode.h"

namespace octet::text {
namespace {

// A character of a normal form, and how many characters of the text it takes the place of: 0 for
// all but the first of those that one character became.
struct FormChar {
  char32_t code_point;
  uint32_t taken;
  uint8_t combining_class;
};
using Form = std::vector<FormChar>;

// Decomposes and puts every run of marks into canonical order, which is stable by combining class.
template <typename Decomposition>
Form DecomposedForm(const NormalizedText& text, Decomposition&& decomposition) {
  Form out;
  out.reserve(text.size());
  size_t run = 0;  // where the current run of marks starts
  const auto end_run = [&] {
    if (out.size() - run < 2) return;
    std::stable_sort(
        out.begin() + static_cast<std::ptrdiff_t>(run), out.end(),
        [](const FormChar& a, const FormChar& b) { return a.combining_class < b.combining_class; });
  };
  for (const NormalizedChar& c : text) {
    uint32_t taken = 1;
    for (const auto parts = decomposition(c.code_point); const char32_t part : parts) {
      const auto combining_class = static_cast<uint8_t>(CombiningClass(part));
      if (combining_class == 0) end_run();
      out.push_back({part, taken, combining_class});
      if (combining_class == 0) run = out.size();
      taken = 0;
    }
  }
  end_run();
  return out;
}

// Composes a decomposed form in place.
void ComposeForm(Form* form) {
  size_t size = 0;                // characters that are done
  std::optional<size_t> starter;  // the last starter, which may still grow
  uint8_t last_class = 0;         // of the mark behind it that did not become a part of it
  for (const FormChar& c : Form(*form)) {
    const bool is_blocked = starter && *starter + 1 < size && last_class >= c.combining_class;
    if (starter && !is_blocked) {
      FormChar& base = (*form)[*starter];
      if (const std::optional<char32_t> whole = ComposePair(base.code_point, c.code_point)) {
        base.code_point = *whole;
        base.taken += c.taken;
        continue;
      }
    }
    if (c.combining_class == 0) starter = size;
    last_class = c.combining_class;
    (*form)[size++] = c;
  }
  form->resize(size);
}

// Puts a form in the place of a text. As in the reference, the characters of the form take those of
// the text in order, so a mark that moved gets the origin of its new place. Drops the characters
// for which `keep` is false.
template <typename Keep>
void PutForm(const Form& form, NormalizedText& text, Keep&& keep) {
  NormalizedText out;
  out.reserve(form.size());
  size_t next = 0;  // the first character of the text that is not taken
  for (const FormChar& c : form) {
    // Sorting does not move a character before the first of its own origin, so `next` is not 0 here
    // if nothing is taken.
    const size_t from = c.taken > 0 ? next : next - 1;
    if (keep(c.code_point)) out.push_back({c.code_point, text[from].origin});
    next += c.taken;
  }
  text = std::move(out);
}

bool IsBelow(const NormalizedText& text, char32_t limit) {
  return std::ranges::all_of(text, [&](const NormalizedChar& c) { return c.code_point < limit; });
}

// Normal forms keep the characters below U+00A0, and NFC those below U+0300.
constexpr char32_t kFirstDecomposed = 0xA0;
constexpr char32_t kFirstCombining = 0x300;

enum class Kind : uint8_t { kCanonical, kCompatibility };

template <Kind kind, bool composes>
class FormStep : public NormalizerStep {
 public:
  Status Apply(TextInSteps& text) const override {
    constexpr bool is_nfc = composes && kind == Kind::kCanonical;
    if (text.is_ascii || IsBelow(text.chars, is_nfc ? kFirstCombining : kFirstDecomposed)) {
      return Status();
    }
    Form form = DecomposedForm(text.chars, [](char32_t c) {
      if constexpr (kind == Kind::kCanonical) {
        return Decompose(c);
      } else {
        return DecomposeCompatibility(c);
      }
    });
    if (composes) ComposeForm(&form);
    PutForm(form, text.chars, [](char32_t) { return true; });
    return Status();
  }
};

class StripAccentsStep : public NormalizerStep {
 public:
  Status Apply(TextInSteps& text) const override {
    if (text.is_ascii) return Status();
    PutForm(DecomposedForm(text.chars, Decompose), text.chars,
            [](char32_t c) { return !IsNonspacingMark(c); });
    return Status();
  }
};

}  // namespace

std::shared_ptr<const NormalizerStep> Nfd() {
  return std::make_shared<FormStep<Kind::kCanonical, false>>();
}

std::shared_ptr<const NormalizerStep> Nfkd() {
  return std::make_shared<FormStep<Kind::kCompatibility, false>>();
}

std::shared_ptr<const NormalizerStep> Nfc() {
  return std::make_shared<FormStep<Kind::kCanonical, true>>();
}

std::shared_ptr<const NormalizerStep> Nfkc() {
  return std::make_shared<FormStep<Kind::kCompatibility, true>>();
}

std::shared_ptr<const NormalizerStep> StripAccents() {
  return std::make_shared<StripAccentsStep>();
}

}  // namespace octet::text
