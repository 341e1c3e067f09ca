// The template that puts special tokens around one text or a pair.
#ifndef OCTET_TEXT_POST_PROCESSOR_H_
#define OCTET_TEXT_POST_PROCESSOR_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace octet::text {

struct TemplatePiece {
  enum class Kind : uint8_t { kSpecial, kFirst, kSecond };
  Kind kind = Kind::kSpecial;
  int32_t type_id = 0;
  // For kSpecial only.
  std::string token = {};
  int32_t id = -1;  // -1 while it is unknown
};
using Template = std::vector<TemplatePiece>;

// Offsets leave out the white space at the ends of a token (offset_trimming.h).
struct OffsetTrimming {
  bool add_prefix_space = true;  // a single space that starts a text is kept
  // Whether the first token of each text is the first that this post-processor sees. It is not if
  // another one has put a special token in front of it.
  std::array<bool, 2> sees_first = {true, true};
};

struct PostProcessor {
  Template single;                             // has kFirst once and no kSecond
  Template pair;                               // has each once; empty if pairs cannot be encoded
  std::vector<OffsetTrimming> trimmings = {};  // one after the other
};

// [CLS] A [SEP], and [CLS] A [SEP] B [SEP] with type 1 for B [SEP].
PostProcessor BertTemplate(const std::string& cls, const std::string& sep);
// <s> A </s>, and <s> A </s> </s> B </s>, all of type 0.
PostProcessor RobertaTemplate(const std::string& cls, const std::string& sep);
// A, and A B with type 1 for B: without any post-processor.
PostProcessor PlainTemplate();

}  // namespace octet::text

#endif  // OCTET_TEXT_POST_PROCESSOR_H_
