#include "base/base64.h"

#include <doctest/doctest.h>

#include <string>

namespace octet {
namespace {

TEST_CASE("bytes come back, with or without padding") {
  CHECK(*DecodeBase64("") == "");
  CHECK(*DecodeBase64("Zg==") == "f");
  CHECK(*DecodeBase64("Zm8=") == "fo");
  CHECK(*DecodeBase64("Zm9v") == "foo");
  CHECK(*DecodeBase64("Zm9vYmFy") == "foobar");
  CHECK(*DecodeBase64("Zg") == "f");
  CHECK(*DecodeBase64("Zm8") == "fo");
  CHECK(*DecodeBase64("AP+/") == std::string("\0\xFF\xBF", 3));
}

TEST_CASE("other text is refused") {
  for (const char* text : {"Zm9v YmF", "Zm9v\n ", "Zm-v", "Z=9v", "====", "Zg=", "Z===", "\xFF!"}) {
    CAPTURE(text);
    CHECK(DecodeBase64(text).status().message() == "base64 with another character");
  }
  CHECK(DecodeBase64("=").status().code() == StatusCode::kCorruptFile);
  CHECK(DecodeBase64("Zm9vY").status().message() == "base64 that ends inside a byte");
  CHECK(DecodeBase64("Zh==").status().message() == "base64 with bits behind the last byte");
  CHECK(DecodeBase64("Zm9=").status().code() == StatusCode::kCorruptFile);
}

}  // namespace
}  // namespace octet
