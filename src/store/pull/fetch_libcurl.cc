#include <curl/curl.h>

#include <memory>
#include <string>

#include "os/process/loopback_socket.h"
#include "store/pull/fetch.h"

namespace dfn {
namespace {

// One transfer, as curl's callbacks see it.
struct Transfer {
  const FetchRequest& request;
  const std::function<bool(Bytes)>& take;
  const std::function<bool()>& tick;
  uint64_t received = 0;
  bool leads_away = false;  // plain HTTP to another machine
};

size_t OnBytes(char* bytes, size_t one, size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const size_t size = one * count;
  transfer.received += size;
  return transfer.take({reinterpret_cast<const uint8_t*>(bytes), size}) ? size : 0;
}

// Called with every block, and about once a second when nothing comes.
int OnProgress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Transfer*>(user)->tick() ? 0 : 1;
}

// For plain HTTP: no connection leaves this machine, whatever names resolve to and wherever a
// redirection points.
curl_socket_t OpenLoopbackSocket(void* user, curlsocktype, curl_sockaddr* address) {
  if (!IsLoopbackAddress(&address->addr)) {
    static_cast<Transfer*>(user)->leads_away = true;
    return CURL_SOCKET_BAD;
  }
  return static_cast<curl_socket_t>(
      NewSocket(address->family, address->socktype, address->protocol));
}

struct FreeCurl {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using CurlHandle = std::unique_ptr<CURL, FreeCurl>;

CurlHandle NewCurl() {
  static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return CurlHandle(ready ? curl_easy_init() : nullptr);
}

void SetUp(CURL* curl, Transfer& transfer, char* message) {
  const FetchRequest& request = transfer.request;
  const bool plain_http = IsPlainHttp(request.url);
  const char* protocols = plain_http ? "http" : "https";
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirections);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "deepfilter");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(request.connect_timeout_s));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.stall_timeout_s));
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

Error TransferError(CURL* curl, CURLcode code, const Transfer& transfer, const char* message) {
  const std::string& url = transfer.request.url;
  if (transfer.leads_away) return PlainHttpElsewhere(url);
  long proxy_status = 0;
  curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
  if (proxy_status >= 300) {
    return {ErrorCode::kIo, url + ": the proxy answered HTTP " + std::to_string(proxy_status)};
  }
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
      return {ErrorCode::kIo, url + ": redirects to an address that is refused (" + message + ")"};
    case CURLE_HTTP_RETURNED_ERROR: {
      long status = 0;
      curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
      const ErrorCode kind = status == 404 ? ErrorCode::kNotFound : ErrorCode::kIo;
      return {kind, url + ": the server answered HTTP " + std::to_string(status)};
    }
    case CURLE_PARTIAL_FILE:
      return {ErrorCode::kIo, url + ": the connection was cut after " +
                                  std::to_string(transfer.received) + " of " +
                                  std::to_string(transfer.request.bytes) + " bytes"};
    default:
      return {ErrorCode::kIo, url + ": " + (*message != '\0' ? message : curl_easy_strerror(code))};
  }
}

}  // namespace

Status Fetch(const FetchRequest& request, const std::function<bool(Bytes)>& take,
             const std::function<bool()>& tick) {
  const CurlHandle curl = NewCurl();
  if (!curl) return Error{ErrorCode::kIo, request.url + ": libcurl cannot start"};
  Transfer transfer{.request = request, .take = take, .tick = tick};
  char message[CURL_ERROR_SIZE] = "";
  SetUp(curl.get(), transfer, message);
  if (const CURLcode code = curl_easy_perform(curl.get()); code != CURLE_OK) {
    return TransferError(curl.get(), code, transfer, message);
  }
  return {};
}

}  // namespace dfn
