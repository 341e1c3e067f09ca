#include "ir/attribute.h"

#include <algorithm>

namespace octet::ir {

Attributes::Attributes(std::initializer_list<Entry> entries) : size_(entries.size()) {
  if (size_ == 0) return;
  auto sorted = std::make_shared<Entry[]>(size_);
  std::ranges::copy(entries, sorted.get());
  std::ranges::sort(sorted.get(), sorted.get() + size_, {}, &Entry::first);
  entries_ = std::move(sorted);
}

// An op has at most a handful of attributes.
const Attribute* Attributes::Find(std::string_view name) const {
  for (const Entry& entry : *this) {
    if (entry.first == name) return &entry.second;
  }
  return nullptr;
}

void Attributes::Set(std::string_view name, Attribute value) {
  const size_t before =
      static_cast<size_t>(std::ranges::lower_bound(*this, name, {}, &Entry::first) - begin());
  const size_t replaced = before < size_ && begin()[before].first == name ? 1 : 0;
  const size_t size = size_ + 1 - replaced;
  auto changed = std::make_shared<Entry[]>(size);
  std::copy_n(begin(), before, changed.get());
  changed[before] = {std::string(name), std::move(value)};
  std::copy(begin() + before + replaced, end(), changed.get() + before + 1);
  entries_ = std::move(changed);
  size_ = size;
}

}  // namespace octet::ir
