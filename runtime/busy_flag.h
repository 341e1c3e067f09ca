// Turns away a second thread from what one caller at a time may use.
#ifndef OCTET_RUNTIME_BUSY_FLAG_H_
#define OCTET_RUNTIME_BUSY_FLAG_H_

#include <atomic>
#include <string>

#include "base/status.h"

namespace octet::runtime {

// Marks its owner as in use for one scope; owns() is false when it already was.
class BusyFlag {
 public:
  explicit BusyFlag(std::atomic<bool>* busy) : busy_(busy), owns_(!busy->exchange(true)) {}
  ~BusyFlag() {
    if (owns_) busy_->store(false);
  }
  BusyFlag(const BusyFlag&) = delete;
  BusyFlag& operator=(const BusyFlag&) = delete;
  bool owns() const { return owns_; }

 private:
  std::atomic<bool>* busy_;
  bool owns_;
};

// The error of the caller who comes second; `what` as in "session".
inline Status BusyError(const std::string& what) {
  return Busy("another thread is running the " + what + "; use one for each");
}

}  // namespace octet::runtime

#endif  // OCTET_RUNTIME_BUSY_FLAG_H_
