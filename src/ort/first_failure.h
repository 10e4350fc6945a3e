// The first of the failures that calls which cannot return one meet.
#ifndef DEEPFILTER_ORT_FIRST_FAILURE_H_
#define DEEPFILTER_ORT_FIRST_FAILURE_H_

#include <mutex>
#include <utility>

#include "base/result.h"

namespace dfn::ort {

// Any thread may call any member at any time.
class FirstFailure {
 public:
  // Whether `status` is OK; keeps it if it is the first that is not. Locks only on failure.
  bool Succeeded(Status status) noexcept {
    if (status.ok()) return true;
    const std::lock_guard lock(mutex_);
    if (failure_.ok()) failure_ = std::move(status);
    return false;
  }

  Status status() const {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  mutable std::mutex mutex_;
  Status failure_;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_FIRST_FAILURE_H_
