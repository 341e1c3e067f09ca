// Writes the JSON output of the programs, with two spaces for each level.
#ifndef OCTET_TOOLS_CLI_JSON_WRITER_H_
#define OCTET_TOOLS_CLI_JSON_WRITER_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace octet::cli {

// Writes one object, in the order of the calls. Numbers and strings are written by nlohmann::json.
// Lists and objects are not: nlohmann::json's destructor allocates memory for these, and ends the
// process if there is none.
class JsonWriter {
 public:
  JsonWriter() { Open('{'); }

  // Adds a member to the open object. nullptr becomes null, and so do numbers that are not finite.
  template <typename T>
  void Member(std::string_view key, const T& value) {
    Key(key);
    Append(value);
  }
  // Adds an element to the open list.
  template <typename T>
  void Element(const T& value) {
    Next();
    Append(value);
  }
  // Adds a member that is a list of numbers or strings.
  template <typename List>
  void ListMember(std::string_view key, const List& values) {
    OpenList(key);
    for (const auto& value : values) Element(value);
    CloseList();
  }

  // OpenObject and OpenList add a member, OpenElement adds an object to the open list. Close*
  // closes what was opened last.
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

  // Closes the outermost object, and returns the text with a line feed at its end.
  std::string Finish() {
    Close('}');
    return std::move(text_) + "\n";
  }

 private:
  void Open(char bracket);
  void Close(char bracket);
  // Starts the line of the next member or element.
  void Next();
  void Key(std::string_view key);

  // Replaces invalid UTF-8, which a path may contain.
  template <typename T>
  void Append(const T& value) {
    const nlohmann::json scalar = value;
    text_ += scalar.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

  std::string text_;
  size_t level_ = 0;
  bool is_empty_ = true;  // nothing was written after the last opening bracket
};

}  // namespace octet::cli

#endif  // OCTET_TOOLS_CLI_JSON_WRITER_H_
