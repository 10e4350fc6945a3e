// HelperThreads where the system has no threads: nobody helps, and the caller does all the work.
#include "base/helper_threads.h"

namespace dfn {

Result<std::unique_ptr<HelperThreads>> HelperThreads::Start(size_t, Step step, void* context) {
  return std::unique_ptr<HelperThreads>(new HelperThreads(step, context));
}

HelperThreads::~HelperThreads() = default;
void HelperThreads::Open() noexcept {}
void HelperThreads::Close() noexcept {}

}  // namespace dfn
