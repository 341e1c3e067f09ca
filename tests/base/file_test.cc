#include "base/file.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/bert/temp_folder.h"

namespace octet {
namespace {

std::string ReadText(const std::string& path) {
  const auto text = ReadFile(path, 1 << 20);
  REQUIRE_MESSAGE(text.ok(), text.status().ToString());
  return *text;
}

TEST_CASE("a regular file is read whole, up to a limit") {
  const bert::TempFolder folder;
  const std::string bytes("a\0\n\xff", 4);
  const std::string path = folder.Write("f", bytes);
  const auto read = ReadFile(path, 4);
  REQUIRE_MESSAGE(read.ok(), read.status().ToString());
  CHECK(*read == bytes);
  CHECK(ReadFile(path, 3).status().ToString() == "ResourceLimit: " + path + ": 4 bytes, limit 3");
  CHECK(ReadFile(folder.Write("empty", ""), 0)->empty());
}

TEST_CASE("an error names the file that cannot be opened") {
  const bert::TempFolder folder;
  const auto error = [](const std::string& path) { return ReadFile(path, 1).status().ToString(); };
  CHECK(error(folder.Path("f")) == "NotFound: " + folder.Path("f") + ": no such file");
  folder.Write("f", "");
  CHECK(error(folder.Path("f/g")) == "NotFound: " + folder.Path("f/g") + ": no such file");
  CHECK(error(folder.Path()) == "Io: " + folder.Path() + ": is a directory");
  CHECK(error("/dev/zero") == "Io: /dev/zero: is not a regular file");
  const std::string fifo = folder.Path("fifo");
  REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  CHECK(error(fifo) == "Io: " + fifo + ": is not a regular file");
}

TEST_CASE("a file is read in pieces, and a device as a stream") {
  const bert::TempFolder folder;
  auto file = File::Open(folder.Write("f", "abcde"), File::Kind::kRegular);
  REQUIRE(file.ok());
  CHECK(file->size() == 5);
  char buffer[3] = {};
  CHECK(*file->Read(buffer) == 3);
  CHECK(*file->Read(buffer) == 2);
  CHECK(std::string_view(buffer, 2) == "de");
  CHECK(*file->Read(buffer) == 0);
  auto zero = File::Open("/dev/zero", File::Kind::kStream);
  REQUIRE(zero.ok());
  CHECK(*zero->Read(buffer) == 3);
  CHECK(File::Open(folder.Path(), File::Kind::kStream).status().code() == StatusCode::kIo);
}

TEST_CASE("a written file replaces the old one, with the permissions of a new file") {
  const bert::TempFolder folder;
  const std::string path = folder.Write("f", "a longer old text");
  const mode_t mask = umask(027);
  CHECK(WriteFile(path, "new").ok());
  umask(mask);
  CHECK(ReadText(path) == "new");
  struct stat info = {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0640);
  CHECK(WriteFile(folder.Path("another"), "").ok());
  CHECK(ReadText(folder.Path("another")).empty());
  CHECK(WriteFile("/dev/null", "gone").ok());
  CHECK(std::filesystem::is_character_file("/dev/null"));

  const Status status = WriteFile(folder.Path("nowhere/f"), "text");
  CHECK(status.code() == StatusCode::kIo);
  CHECK(status.place().file == folder.Path("nowhere/f"));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.Path())) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  CHECK(files == 2);
}

}  // namespace
}  // namespace octet
