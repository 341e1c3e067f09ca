#include "tools/cli/json_writer.h"

namespace octet::cli {

void JsonWriter::Open(char bracket) {
  text_ += bracket;
  ++level_;
  is_empty_ = true;
}

void JsonWriter::Close(char bracket) {
  --level_;
  if (!is_empty_) {
    text_ += '\n';
    text_.append(2 * level_, ' ');
  }
  text_ += bracket;
  is_empty_ = false;
}

void JsonWriter::Next() {
  text_ += is_empty_ ? "\n" : ",\n";
  text_.append(2 * level_, ' ');
  is_empty_ = false;
}

void JsonWriter::Key(std::string_view key) {
  Next();
  Append(key);
  text_ += ": ";
}

}  // namespace octet::cli
