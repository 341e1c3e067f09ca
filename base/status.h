// octet::Status and octet::Result, plus what only octet's own code needs: short constructors,
// macros that pass errors on, and text that is safe to print.
#ifndef OCTET_BASE_STATUS_H_
#define OCTET_BASE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>

#include "octet/status.h"

namespace octet {

inline Status InvalidArgument(std::string m) {
  return {StatusCode::kInvalidArgument, std::move(m)};
}
inline Status NotFound(std::string m) { return {StatusCode::kNotFound, std::move(m)}; }
inline Status IoError(std::string m) { return {StatusCode::kIo, std::move(m)}; }
inline Status CorruptFile(std::string m) { return {StatusCode::kCorruptFile, std::move(m)}; }
inline Status InvalidModel(std::string m) { return {StatusCode::kInvalidModel, std::move(m)}; }
inline Status Unsupported(std::string m) { return {StatusCode::kUnsupported, std::move(m)}; }
inline Status ResourceLimit(std::string m) { return {StatusCode::kResourceLimit, std::move(m)}; }
inline Status OutOfMemory(std::string m) { return {StatusCode::kOutOfMemory, std::move(m)}; }
inline Status Busy(std::string m) { return {StatusCode::kBusy, std::move(m)}; }
inline Status Internal(std::string m) { return {StatusCode::kInternal, std::move(m)}; }

// Makes text from a file safe to print: control characters and invalid UTF-8 become \xHH, quotes
// stay, and text longer than 200 bytes is cut and ends with "...".
std::string Printable(std::string_view text);

}  // namespace octet

// Returns from the enclosing function if `expr`, a Status, is an error.
#define OCTET_RETURN_IF_ERROR(expr)                                    \
  do {                                                                 \
    if (::octet::Status octet_status_ = (expr); !octet_status_.ok()) { \
      return octet_status_;                                            \
    }                                                                  \
  } while (false)

#define OCTET_CONCAT_INNER_(a, b) a##b
#define OCTET_CONCAT_(a, b) OCTET_CONCAT_INNER_(a, b)

// OCTET_ASSIGN_OR_RETURN(auto x, F()): sets x to the value of F()'s Result, or returns its error.
#define OCTET_ASSIGN_OR_RETURN(declaration, expr) \
  OCTET_ASSIGN_OR_RETURN_(OCTET_CONCAT_(octet_result_, __LINE__), declaration, expr)
#define OCTET_ASSIGN_OR_RETURN_(result, declaration, expr) \
  auto result = (expr);                                    \
  if (!result.ok()) return result.status();                \
  declaration = *std::move(result)

#endif  // OCTET_BASE_STATUS_H_
