// One file, fetched over HTTPS. Two sources do it, by libcurl or by the program curl: CMake's option
// DEEPFILTER_PULL chooses.
#ifndef DEEPFILTER_STORE_PULL_FETCH_H_
#define DEEPFILTER_STORE_PULL_FETCH_H_

#include <cstdint>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace dfn {

struct FetchRequest {
  std::string url;  // https://, or http:// to this machine
  uint64_t bytes;   // the file's size, for messages
  int connect_timeout_s;
  int stall_timeout_s;  // with hardly any bytes received, before giving up
};

inline bool IsPlainHttp(const std::string& url) { return url.starts_with("http://"); }

// Below this rate a transfer counts as stalled.
inline constexpr long kStallBytesPerSecond = 256;
inline constexpr long kMostRedirections = 8;

inline Error PlainHttpElsewhere(const std::string& url) {
  return {ErrorCode::kInvalidArgument, url + ": plain HTTP is for this machine only; use https://"};
}

// Hands the file's bytes to `take` as they come, and calls `tick` with every block and about once a
// second when nothing comes; false from either ends the transfer with any error. Errors:
// kInvalidArgument (plain HTTP that leads away from this machine), kNotFound (404), kUnsupported (there
// is nothing that can fetch), kIo.
Status Fetch(const FetchRequest& request, const std::function<bool(Bytes)>& take,
             const std::function<bool()>& tick);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_PULL_FETCH_H_
