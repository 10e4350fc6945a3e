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
  // Called now and then on PullModel's own thread with the bytes received so far and in all; may be
  // empty.
  std::function<void(uint64_t received, uint64_t total)> progress;
  // Read during the transfer: true ends it within a second. A signal handler may set it. May be
  // null.
  const std::atomic<bool>* cancel = nullptr;
  int connect_timeout_s = 20;
  int stall_timeout_s = 30;  // with hardly any bytes received, before giving up
};

// Downloads a model's archive into the cache and returns its path. A verified archive that is in
// the cache already is kept, without any network access; a damaged one is replaced.
//
// The bytes go to a temporary file in the same folder, which gets the archive's name only when size
// and sha256 are right and the file is on the disk. So the cache never holds an incomplete or wrong
// file under a model's name, and an error leaves no file behind. Where the server or the way to it
// fails, the sentence also tells how to get the archive by hand and where to put it. Errors:
// kInvalidArgument
// (address), kNotFound (404; no cache folder), kIo (network, disk), kLimit (more bytes than the
// archive has), kCorrupt (fewer bytes in all, wrong sha256), kCancelled.
Result<std::filesystem::path> PullModel(const KnownModel& model, const PullOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_PULL_PULL_H_
