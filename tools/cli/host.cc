#include "tools/cli/host.h"

#include <fmt/core.h>
#include <openssl/evp.h>

#include <fstream>
#include <memory>
#include <vector>

#include "base/file.h"
#include "kernels/cpu_features.h"

namespace octet::cli {

std::string HostCpuName() {
  char name[kernels::kCpuNameBytes];
  kernels::CpuName(name);
  return name;
}

void ResetPeakRss() {
  // Writing 5 resets VmHWM to the current resident set (proc(5)).
  std::ofstream("/proc/self/clear_refs") << "5";
}

int64_t PeakRssBytes() {
  std::ifstream status("/proc/self/status");
  std::string key;
  while (status >> key) {
    int64_t kibibytes = 0;
    if (key == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
  }
  return 0;
}

Result<std::string> Sha256OfFile(const std::string& path) {
  OCTET_ASSIGN_OR_RETURN(File file, File::Open(path, File::Kind::kRegular));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (context == nullptr || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) {
    return Internal("SHA-256 is not available");
  }
  std::vector<char> buffer(size_t{1} << 20);
  for (size_t count = buffer.size(); count == buffer.size();) {
    OCTET_ASSIGN_OR_RETURN(count, file.Read(buffer));
    EVP_DigestUpdate(context.get(), buffer.data(), count);
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(context.get(), digest, &length);
  std::string hex;
  for (unsigned int i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

}  // namespace octet::cli
