#include "text/post_processor.h"

namespace octet::text {
namespace {

using Kind = TemplatePiece::Kind;

}  // namespace

PostProcessor BertTemplate(const std::string& cls, const std::string& sep) {
  const TemplatePiece start = {Kind::kSpecial, 0, cls};
  const TemplatePiece end = {Kind::kSpecial, 0, sep};
  return {.single = {start, {Kind::kFirst, 0}, end},
          .pair = {start, {Kind::kFirst, 0}, end, {Kind::kSecond, 1}, {Kind::kSpecial, 1, sep}}};
}

PostProcessor RobertaTemplate(const std::string& cls, const std::string& sep) {
  const TemplatePiece start = {Kind::kSpecial, 0, cls};
  const TemplatePiece end = {Kind::kSpecial, 0, sep};
  return {.single = {start, {Kind::kFirst, 0}, end},
          .pair = {start, {Kind::kFirst, 0}, end, end, {Kind::kSecond, 0}, end}};
}

PostProcessor PlainTemplate() {
  return {.single = {{Kind::kFirst, 0}}, .pair = {{Kind::kFirst, 0}, {Kind::kSecond, 1}}};
}

}  // namespace octet::text
