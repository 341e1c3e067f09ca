#include "base/status.h"

#include <array>
#include <cstdio>

namespace octet {
namespace {

constexpr std::array<std::string_view, 12> kNames = {
    "Ok",          "InvalidArgument", "NotFound",    "Io",        "CorruptFile", "InvalidModel",
    "Unsupported", "ResourceLimit",   "OutOfMemory", "Cancelled", "Busy",        "Internal",
};
static_assert(kNames.size() == static_cast<size_t>(StatusCode::kInternal) + 1);

// Longer names are cut, so that a hostile file cannot flood a terminal.
constexpr size_t kMaxPrintedBytes = 200;

// Length of the valid UTF-8 sequence at the start of `text`, or 0.
size_t Utf8SequenceLength(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  size_t length = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Reject overlong forms, surrogates and values above U+10FFFF.
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;
  if (lead == 0xED && byte(1) > 0x9F) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

}  // namespace

std::string_view StatusCodeName(StatusCode code) {
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames[index] : "Unknown";
}

Status Status::InFile(std::string file) && {
  if (place_.file.empty()) place_.file = std::move(file);
  return std::move(*this);
}
Status Status::AtNode(std::string node) && {
  if (place_.node.empty()) place_.node = std::move(node);
  return std::move(*this);
}
Status Status::AtModule(std::string module_path) && {
  if (place_.module_path.empty()) place_.module_path = std::move(module_path);
  return std::move(*this);
}
Status Status::AtTensor(std::string tensor) && {
  if (place_.tensor.empty()) place_.tensor = std::move(tensor);
  return std::move(*this);
}
Status Status::AtLine(int64_t line) && {
  if (place_.line == 0) place_.line = line;
  return std::move(*this);
}
Status Status::AtByte(uint64_t byte) && {
  if (!place_.byte) place_.byte = byte;
  return std::move(*this);
}

std::string Status::ToString() const {
  std::string text(StatusCodeName(code_));
  if (ok()) return text;
  if (!place_.file.empty()) {
    text += ": " + Printable(place_.file);
    if (place_.line != 0) text += ":" + std::to_string(place_.line);
  } else if (place_.line != 0) {
    text += ": line " + std::to_string(place_.line);
  }
  if (place_.byte) text += ": byte " + std::to_string(*place_.byte);
  if (!place_.node.empty()) text += ": node '" + Printable(place_.node) + "'";
  if (!place_.module_path.empty()) text += ": module '" + Printable(place_.module_path) + "'";
  if (!place_.tensor.empty()) text += ": tensor '" + Printable(place_.tensor) + "'";
  return text + ": " + message_;
}

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (out.size() >= kMaxPrintedBytes) return out + "...";
    const size_t length = Utf8SequenceLength(text);
    const auto lead = static_cast<unsigned char>(text[0]);
    if (length == 0 || lead < 0x20 || lead == 0x7F) {
      char escaped[5];
      std::snprintf(escaped, sizeof(escaped), "\\x%02X", static_cast<unsigned>(lead));
      out += escaped;
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace octet
