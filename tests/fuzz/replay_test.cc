// Replays the committed inputs of every fuzz target: the seeds, and what fuzzing has found.
#include <doctest/doctest.h>

#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "tests/fuzz/target.h"

namespace octet::fuzz {
namespace {

// A CPU of this process for longer than this is a hang.
constexpr double kMaxSeconds = 5;
constexpr uint64_t kMaxInputBytes = uint64_t{1} << 20;

double ProcessSeconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

std::vector<std::string> InputsOf(const Target& target) {
  std::vector<std::string> paths;
  for (const char* folder : {"tests/fuzz/corpus/", "tests/fuzz/findings/"}) {
    const std::string of_target = folder + std::string(target.name);
    if (!std::filesystem::exists(of_target)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(of_target)) {
      paths.push_back(entry.path().string());
    }
  }
  return paths;
}

TEST_CASE("every committed input keeps the promises") {
  for (const Target& target : Targets()) {
    const std::vector<std::string> paths = InputsOf(target);
    CHECK_MESSAGE(!paths.empty(), target.name << " has no inputs");
    for (const std::string& path : paths) {
      INFO(path);
      const Result<std::string> bytes = ReadFile(path, kMaxInputBytes);
      REQUIRE_MESSAGE(bytes.ok(), bytes.status().ToString());
      const double begin = ProcessSeconds();
      const Status status = CheckInput(target, *bytes);
      CHECK_MESSAGE(status.ok(), status.ToString());
      CHECK(ProcessSeconds() - begin < kMaxSeconds);
    }
  }
}

TEST_CASE("bytes that nobody chose are refused or understood") {
  for (const Target& target : Targets()) {
    INFO(target.name);
    for (const std::string& bytes :
         {std::string(), std::string(1, '\0'), std::string(300, '\xff'), std::string(300, '{')}) {
      const Status status = CheckInput(target, bytes);
      CHECK_MESSAGE(status.ok(), status.ToString());
    }
  }
}

}  // namespace
}  // namespace octet::fuzz
