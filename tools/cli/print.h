// Formatted text to stdout or stderr.
#ifndef OCTET_TOOLS_CLI_PRINT_H_
#define OCTET_TOOLS_CLI_PRINT_H_

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace octet::cli {

// Like fmt::print, which throws when the stream cannot be written (a full disk, a closed pipe).
// This leaves the error in the stream, where FinishOutput finds it.
template <typename... Args>
void Print(std::FILE* stream, fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stream);
}

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_PRINT_H_
