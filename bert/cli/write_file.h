// Writes a file so that a reader sees the old contents or the new ones, never a part.
#ifndef OCTET_BERT_CLI_WRITE_FILE_H_
#define OCTET_BERT_CLI_WRITE_FILE_H_

#include <string>
#include <string_view>

#include "ir/status.h"

namespace octet::bert {

// Writes `contents` to a temporary file beside `path` and renames it. A path that exists and is no
// regular file, such as /dev/stdout, is written in place. Io with the path and the system's reason;
// the old file is then intact.
Status WriteFile(const std::string& path, std::string_view contents);

}  // namespace octet::bert

#endif  // OCTET_BERT_CLI_WRITE_FILE_H_
