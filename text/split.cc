#include "text/split.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace octet::text {
namespace {

using Piece = Pieces::Piece;

struct BehaviorName {
  std::string_view name;
  SplitBehavior behavior;
};
constexpr BehaviorName kBehaviors[] = {
    {"Removed", SplitBehavior::kRemoved},
    {"Isolated", SplitBehavior::kIsolated},
    {"MergedWithPrevious", SplitBehavior::kMergedWithPrevious},
    {"MergedWithNext", SplitBehavior::kMergedWithNext},
    {"Contiguous", SplitBehavior::kContiguous},
};

size_t NumChars(const Pieces& text) {
  size_t size = 0;
  for (const Piece piece : text.pieces) size += piece.size();
  return size;
}

// A part of a piece: a delimiter, or what lies between two.
struct Part {
  TextRange range;
  bool is_delimiter;
};

// All parts of a piece of `size` characters, in order.
void FindParts(const std::vector<TextRange>& matches, size_t size, bool invert,
               std::vector<Part>* parts) {
  parts->clear();
  size_t done = 0;
  for (const TextRange& match : matches) {
    if (done < match.begin) parts->push_back({{done, match.begin}, invert});
    parts->push_back({match, !invert});
    done = match.end;
  }
  if (done < size) parts->push_back({{done, size}, invert});
}

// Whether two parts that touch belong to one piece. The delimiter that is merged is the one beside
// a part that is none, or beside the text's end.
bool AreMerged(SplitBehavior behavior, const Part& part, const Part& next) {
  switch (behavior) {
    case SplitBehavior::kMergedWithPrevious:
      return !part.is_delimiter && next.is_delimiter;
    case SplitBehavior::kMergedWithNext:
      return part.is_delimiter && !next.is_delimiter;
    case SplitBehavior::kContiguous:
      return part.is_delimiter == next.is_delimiter;
    case SplitBehavior::kRemoved:
    case SplitBehavior::kIsolated:
      return false;
  }
  return false;
}

class SplitStep : public PreTokenizerStep {
 public:
  SplitStep(std::shared_ptr<const Pattern> pattern, SplitBehavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert) {}

  Status Apply(Pieces& text) const override {
    SearchBudget budget(NumChars(text));
    std::vector<Piece> pieces;
    std::vector<TextRange> matches;
    std::vector<Part> parts;
    for (const Piece piece : text.pieces) {
      matches.clear();
      OCTET_RETURN_IF_ERROR(pattern_->Find(piece, &budget, &matches));
      FindParts(matches, piece.size(), invert_, &parts);
      Cut(piece, parts, &pieces);
    }
    text.pieces = std::move(pieces);
    return Status();
  }

 private:
  void Cut(Piece piece, const std::vector<Part>& parts, std::vector<Piece>* pieces) const {
    for (size_t i = 0; i < parts.size();) {
      size_t last = i;
      while (last + 1 < parts.size() && AreMerged(behavior_, parts[last], parts[last + 1])) ++last;
      const size_t begin = parts[i].range.begin;
      const size_t end = parts[last].range.end;
      const bool is_removed = behavior_ == SplitBehavior::kRemoved && parts[i].is_delimiter;
      if (begin < end && !is_removed) pieces->push_back(piece.subspan(begin, end - begin));
      i = last + 1;
    }
  }

  std::shared_ptr<const Pattern> pattern_;
  SplitBehavior behavior_;
  bool invert_;
};

class LengthStep : public PreTokenizerStep {
 public:
  explicit LengthStep(size_t length) : length_(length) {}

  Status Apply(Pieces& text) const override {
    std::vector<Piece> pieces;
    for (Piece piece : text.pieces) {
      for (; piece.size() > length_; piece = piece.subspan(length_)) {
        pieces.push_back(piece.first(length_));
      }
      pieces.push_back(piece);
    }
    text.pieces = std::move(pieces);
    return Status();
  }

 private:
  size_t length_;
};

class RulesStep : public PreTokenizerStep {
 public:
  explicit RulesStep(const WordRules& rules) : rules_(rules) {}

  Status Apply(Pieces& text) const override {
    std::vector<Piece> pieces;
    for (const Piece piece : text.pieces) {
      ForEachWord(rules_, piece, [&](Piece word) { pieces.push_back(word); });
    }
    text.pieces = std::move(pieces);
    return Status();
  }

 private:
  WordRules rules_;
};

}  // namespace

std::optional<SplitBehavior> ParseSplitBehavior(std::string_view name) {
  const auto* found = std::ranges::find(kBehaviors, name, &BehaviorName::name);
  if (found == std::end(kBehaviors)) return std::nullopt;
  return found->behavior;
}

std::shared_ptr<const PreTokenizerStep> Split(std::shared_ptr<const Pattern> pattern,
                                              SplitBehavior behavior, bool invert) {
  return std::make_shared<SplitStep>(std::move(pattern), behavior, invert);
}

std::shared_ptr<const PreTokenizerStep> SplitByLength(size_t length) {
  return std::make_shared<LengthStep>(length);
}

std::shared_ptr<const PreTokenizerStep> SplitByRules(const WordRules& rules) {
  return std::make_shared<RulesStep>(rules);
}

}  // namespace octet::text
