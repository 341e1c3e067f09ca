// Reads a small regular file whole.
#ifndef OCTET_BERT_TEXT_READ_FILE_H_
#define OCTET_BERT_TEXT_READ_FILE_H_

#include <cstdint>
#include <string>

#include "ir/status.h"

namespace octet::bert {

// The bytes of a regular file (symbolic links are followed). Every error carries the path:
// NotFound if there is none; Io for a directory, a FIFO, a device or what cannot be read;
// ResourceLimit above max_bytes, found before reading.
Result<std::string> ReadFile(const std::string& path, uint64_t max_bytes);

}  // namespace octet::bert

#endif  // OCTET_BERT_TEXT_READ_FILE_H_
