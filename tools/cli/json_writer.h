// JSON as the programs write it: two spaces a level, in the order of the calls.
#ifndef OCTET_TOOLS_CLI_JSON_WRITER_H_
#define OCTET_TOOLS_CLI_JSON_WRITER_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace octet::cli {

// Writes one object. nlohmann::json spells the values; lists and objects are never held in one,
// since its destructor needs memory, which may be what has run out.
class JsonWriter {
 public:
  JsonWriter() { Open('{'); }

  // A member of the open object. nullptr is null; numbers that are not finite are null, too.
  template <typename T>
  void Member(std::string_view key, const T& value) {
    Key(key);
    Append(value);
  }
  // An element of the open list.
  template <typename T>
  void Element(const T& value) {
    Next();
    Append(value);
  }
  // A list of numbers or texts.
  template <typename List>
  void ListMember(std::string_view key, const List& values) {
    OpenList(key);
    for (const auto& value : values) Element(value);
    CloseList();
  }

  // Members that hold others, and objects in a list; Close* ends the one that was opened last.
  void OpenObject(std::string_view key) {
    Key(key);
    Open('{');
  }
  void OpenElement() {
    Next();
    Open('{');
  }
  void OpenList(std::string_view key) {
    Key(key);
    Open('[');
  }
  void CloseObject() { Close('}'); }
  void CloseList() { Close(']'); }

  // The text with a line feed behind it, once everything but the outermost object is closed.
  std::string Finish() {
    Close('}');
    return std::move(text_) + "\n";
  }

 private:
  void Open(char bracket);
  void Close(char bracket);
  // A comma where it is due, and a new line.
  void Next();
  void Key(std::string_view key);

  // Text that is not UTF-8 (a path) is made so.
  template <typename T>
  void Append(const T& value) {
    const nlohmann::json scalar = value;
    text_ += scalar.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::string text_;
  size_t level_ = 0;
  bool is_empty_ = true;  // nothing stands behind the last opening bracket
};

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_JSON_WRITER_H_
