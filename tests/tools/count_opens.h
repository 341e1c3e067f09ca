// Counts how often a file is opened, by any process.
#ifndef OCTET_TESTS_TOOLS_COUNT_OPENS_H_
#define OCTET_TESTS_TOOLS_COUNT_OPENS_H_

#include <functional>
#include <string>

namespace octet::testing {

// Counts while `body` runs. Fails the running test if the system cannot watch the file.
int CountOpens(const std::string& path, const std::function<void()>& body);

}  // namespace octet::testing

#endif  // OCTET_TESTS_TOOLS_COUNT_OPENS_H_
