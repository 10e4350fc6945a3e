#include "store/pull/pull.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "store/archive_writer.h"
#include "store/cache.h"

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
  ArchiveWriter archive;
  std::optional<Error> error = {};  // what made a callback stop the transfer
};

size_t OnBytes(char* bytes, size_t one, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const size_t size = one * count;
  const Bytes block(reinterpret_cast<const uint8_t*>(bytes), size);
  if (Status written = transfer.archive.Append(block); !written.ok()) {
    transfer.error = written.error();
    return 0;
  }
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
    transfer.options.progress(transfer.archive.received(), transfer.model.bytes);
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
                                  std::to_string(transfer.archive.received()) + " of " +
                                  std::to_string(transfer.model.bytes) + " bytes"};
    default:
      return {ErrorCode::kIo,
              transfer.url + ": " + (*message != '\0' ? message : curl_easy_strerror(code))};
  }
}

Status Download(const KnownModel& model, const PullOptions& options, const fs::path& folder) {
  const fs::path target = CachedModelPath(folder, model);
  const std::string url =
      ModelUrl(model, options.base_url.empty() ? ModelBaseUrl() : options.base_url);
  const bool plain_http = url.starts_with("http://");
  if (!plain_http && !url.starts_with("https://")) {
    return Error{ErrorCode::kInvalidArgument, url + ": the address must begin with https://"};
  }
  const CurlHandle curl = NewCurl();
  if (!curl) return Error{ErrorCode::kIo, url + ": libcurl cannot start"};

  DFN_TRY(ArchiveWriter archive, ArchiveWriter::Create(folder, model, url));
  Transfer transfer{.model = model, .options = options, .url = url, .archive = std::move(archive)};
  char message[CURL_ERROR_SIZE] = "";
  SetUp(curl.get(), transfer, plain_http, message);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    Error error = TransferError(curl.get(), code, transfer, message);
    // The others say themselves what to do: a disk, an address, a user's wish.
    const bool by_server = !transfer.error || error.code == ErrorCode::kLimit;
    return by_server ? WithOtherWays(std::move(error), transfer, target) : error;
  }
  Status kept = transfer.archive.Commit();
  if (kept.ok() || kept.error().code != ErrorCode::kCorrupt) return kept;
  return WithOtherWays(std::move(kept).error(), transfer, target);
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

  DFN_CHECK(Download(model, options, folder));
  return target;
}

}  // namespace dfn
