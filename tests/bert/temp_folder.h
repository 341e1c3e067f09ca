// A folder of small files that lives as long as a test needs it.
#ifndef OCTET_TESTS_BERT_TEMP_FOLDER_H_
#define OCTET_TESTS_BERT_TEMP_FOLDER_H_

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace octet::bert {

class TempFolder {
 public:
  TempFolder() {
    static int count = 0;
    root_ = std::filesystem::temp_directory_path() /
            ("octet_test_" + std::to_string(getpid()) + "_" + std::to_string(count++));
    std::filesystem::create_directories(root_);
  }
  ~TempFolder() { std::filesystem::remove_all(root_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  // Writes a file, and the folders it is in; returns its path.
  std::string Write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

  std::string Path(const std::string& name = "") const {
    return name.empty() ? root_.string() : (root_ / name).string();
  }

 private:
  std::filesystem::path root_;
};

}  // namespace octet::bert

#endif  // OCTET_TESTS_BERT_TEMP_FOLDER_H_
