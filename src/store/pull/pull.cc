#include "store/pull/pull.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "os/atomic_file.h"
#include "store/cache.h"
#include "store/sha256.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// Below this rate a transfer counts as stalled.
constexpr long kStallBytesPerSecond = 256;

// One transfer, as curl's callbacks see it.
struct Transfer {
  const KnownModel& model;
  const PullOptions& options;
  const std::string& url;
  AtomicFile file;
  Sha256 sum = {};
  uint64_t received = 0;
  std::optional<Error> error = {};  // what made a callback stop the transfer
};

size_t OnBytes(char* bytes, size_t one, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const size_t size = one * count;
  transfer.received += size;
  if (transfer.received > transfer.model.bytes) {
    transfer.error = Error{ErrorCode::kLimit, transfer.url + ": is larger than the " +
                                                  std::to_string(transfer.model.bytes) +
                                                  " bytes of " + std::string(transfer.model.name)};
    return 0;
  }
  const Bytes block(reinterpret_cast<const uint8_t*>(bytes), size);
  if (Status written = transfer.file.Append(block); !written.ok()) {
    transfer.error = written.error();
    return 0;
  }
  transfer.sum.Update(block);
  return size;
}

// Called with every block, and about once a second when nothing comes.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (transfer.options.cancel != nullptr && transfer.options.cancel->load()) {
    transfer.error = Error{ErrorCode::kCancelled, transfer.url + ": cancelled"};
    return 1;
  }
  if (transfer.options.progress) {
    transfer.options.progress(transfer.received, transfer.model.bytes);
  }
  return 0;
}

bool IsLoopback(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    const auto& ipv4 = reinterpret_cast<const sockaddr_in&>(address.addr);
    return (ntohl(ipv4.sin_addr.s_addr) >> 24) == 127;
  }
  if (address.family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address.addr);
    return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr);
  }
  return false;
}

// For plain HTTP: no connection leaves this machine, whatever names resolve to and wherever a
// redirection points.
curl_socket_t OpenLoopbackSocket(void* user, curlsocktype, curl_sockaddr* address) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  if (!IsLoopback(*address)) {
    transfer.error = Error{ErrorCode::kInvalidArgument,
                           transfer.url + ": plain HTTP is for this machine only; use https://"};
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurl>;

CurlHandle NewCurl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return CurlHandle(ready ? curl_easy_init() : nullptr);
}

void SetUp(CURL* curl, Transfer& transfer, bool plain_http, char* message) {
  const char* protocols = plain_http ? "http" : "https";
  curl_easy_setopt(curl, CURLOPT_URL, transfer.url.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 8L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "deepfilter");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
                   static_cast<long>(transfer.options.connect_timeout_s));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
                   static_cast<long>(transfer.options.stall_timeout_s));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, OnBytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  if (plain_http) {
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OpenLoopbackSocket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  }
}

// The error with the ways to the model that do without this server.
Error WithOtherWays(Error error, const Transfer& transfer, const fs::path& target) {
  const std::string official = ModelUrl(transfer.model);
  error.message += transfer.url == official
                       ? "; get the file by other means (a browser, another machine, a mirror that "
                         "DEEPFILTER_MODEL_URL names)"
                       : "; set DEEPFILTER_MODEL_URL otherwise, or get " + official +
                             " by other means (a browser, another machine)";
  error.message += " and put it at " + target.string();
  return error;
}

Error TransferError(CURL* curl, CURLcode code, const Transfer& transfer, const char* message) {
  if (transfer.error) return *transfer.error;
  long proxy_status = 0;
  curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300) {
    return {ErrorCode::kIo,
            transfer.url + ": the proxy answered HTTP " + std::to_string(proxy_status)};
  }
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorCode::kIo,
              transfer.url + ": redirects to an address that is refused (" + message + ")"};
    case CURLE_HTTP_RETURNED_ERROR: {
      long status = 0;
      curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
      const ErrorCode kind = status == 404 ? ErrorCode::kNotFound : ErrorCode::kIo;
      return {kind, transfer.url + ": the server answered HTTP " + std::to_string(status)};
    }
    case CURLE_PARTIAL_FILE:
      return {ErrorCode::kIo, transfer.url + ": the connection was cut after " +
                                  std::to_string(transfer.received) + " of " +
                                  std::to_string(transfer.model.bytes) + " bytes"};
    default:
      return {ErrorCode::kIo,
              transfer.url + ": " + (*message != '\0' ? message : curl_easy_strerror(code))};
  }
}

Status CheckArchive(Transfer& transfer) {
  const KnownModel& model = transfer.model;
  if (transfer.received != model.bytes) {
    return Error{ErrorCode::kCorrupt, transfer.url + ": has " + std::to_string(transfer.received) +
                                          " bytes, but " + std::string(model.archive) + " has " +
                                          std::to_string(model.bytes)};
  }
  if (const std::string sum = transfer.sum.Finish(); sum != model.sha256) {
    return Error{ErrorCode::kCorrupt, transfer.url + ": has the sha256 " + sum + ", but " +
                                          std::string(model.archive) + " has " +
                                          std::string(model.sha256)};
  }
  return {};
}

std::string BaseUrl(const PullOptions& options) {
  if (!options.base_url.empty()) return options.base_url;
  const char* override = std::getenv("DEEPFILTER_MODEL_URL");
  return override != nullptr && *override != '\0' ? override : std::string(kOfficialModelUrl);
}

Status Download(const KnownModel& model, const PullOptions& options, const fs::path& target) {
  const std::string url = ModelUrl(model, BaseUrl(options));
  const bool plain_http = url.starts_with("http://");
  if (!plain_http && !url.starts_with("https://")) {
    return Error{ErrorCode::kInvalidArgument, url + ": the address must begin with https://"};
  }
  const CurlHandle curl = NewCurl();
  if (!curl) return Error{ErrorCode::kIo, url + ": libcurl cannot start"};

  // A damaged file in the cache is replaced. Durable: a later run trusts what the cache holds.
  DFN_TRY(AtomicFile file, AtomicFile::Create(target, {.replace = true, .durable = true}));
  Transfer transfer{.model = model, .options = options, .url = url, .file = std::move(file)};
  char message[CURL_ERROR_SIZE] = "";
  SetUp(curl.get(), transfer, plain_http, message);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    Error error = TransferError(curl.get(), code, transfer, message);
    // The others say themselves what to do: a disk, an address, a user's wish.
    const bool by_server = !transfer.error || error.code == ErrorCode::kLimit;
    return by_server ? WithOtherWays(std::move(error), transfer, target) : error;
  }
  if (Status checked = CheckArchive(transfer); !checked.ok()) {
    return WithOtherWays(std::move(checked).error(), transfer, target);
  }
  return transfer.file.Commit();
}

}  // namespace

Result<fs::path> PullModel(const KnownModel& model, const PullOptions& options) {
  fs::path folder = options.folder;
  if (folder.empty()) {
    DFN_TRY(folder, CacheFolder());
  }
  fs::path target = CachedModelPath(folder, model);
  DFN_TRY(const CacheState state, CheckCachedModel(folder, model));
  if (state == CacheState::kVerified) return target;

  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error{ErrorCode::kIo, folder.string() + ": cannot be created: " + failure.message()};
  }
  DFN_CHECK(Download(model, options, target));
  return target;
}

}  // namespace dfn
