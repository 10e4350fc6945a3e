// Fetches a known model into the cache.
#ifndef DEEPFILTER_STORE_PULL_PULL_H_
#define DEEPFILTER_STORE_PULL_PULL_H_

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "store/known_models.h"

namespace dfn {

struct PullOptions {
  // Address of the folder that holds the archives. Empty: $DEEPFILTER_MODEL_URL if set, else the
  // official repository. HTTPS; plain HTTP only to this machine (127.0.0.1, [::1], localhost).
  std::string base_url;
  // Empty: CacheFolder(). Created when it does not exist.
  std::filesystem::path folder;
  // Called now and then from PullModel's own thread with the bytes that have come and the bytes
  // that will; may be empty.
  std::function<void(uint64_t received, uint64_t total)> progress;
  // Read during the transfer: true ends it within a second. May be null. A signal handler may set
  // it.
  const std::atomic<bool>* cancel = nullptr;
  int connect_timeout_s = 20;
  int stall_timeout_s = 30;  // seconds with hardly any byte before giving up
};

// Brings a model's archive into the cache and returns its path. An archive that is there already
// and right is left as it is, without a word to the network; a damaged one is replaced.
//
// The transfer goes to a temporary file in the same folder, is summed while it is written, and
// takes the archive's name only when size and sha256 are right and the file is on the disk: the
// cache never holds a half or a wrong file under a model's name, and nothing else stays behind on
// error. Errors: kInvalidArgument (address), kNotFound (404; no cache folder), kIo (network, disk),
// kLimit (more bytes than the archive has), kCorrupt (fewer bytes in all, wrong sha256),
// kCancelled.
Result<std::filesystem::path> PullModel(const KnownModel& model, const PullOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_PULL_PULL_H_
