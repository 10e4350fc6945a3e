// With the program curl, which Windows 10 and newer, macOS and most Linux systems have. It brings the
// system's certificates, proxies and fixes; a program that is linked statically has none of these.
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include "os/process/program.h"
#include "store/pull/fetch.h"

namespace dfn {
namespace {

// Exit statuses of curl.
constexpr int kUnsupportedProtocol = 1;
constexpr int kPartialFile = 18;
constexpr int kHttpReturnedError = 22;
constexpr int kTooManyRedirects = 47;

// Whether a plain address names this machine by a name or number that no name server is asked for.
bool NamesThisMachine(std::string_view url) {
  url.remove_prefix(std::string_view("http://").size());
  std::string_view host = url.substr(0, url.find_first_of("/?#"));
  // What stands before '@' is no host.
  if (host.find('@') != std::string_view::npos) return false;
  if (host.starts_with("[::1]")) return host.size() == 5 || host[5] == ':';
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1";
}

std::vector<std::string> Arguments(const FetchRequest& request) {
  std::vector<std::string> arguments = {
      "-q",  // before all others: no options out of a user's file
      "--silent",
      "--show-error",
      "--fail",
      "--globoff",
      "--user-agent",
      "deepfilter",
      "--connect-timeout",
      std::to_string(request.connect_timeout_s),
      "--speed-limit",
      std::to_string(kStallBytesPerSecond),
      "--speed-time",
      std::to_string(request.stall_timeout_s),
      "--location",
  };
  if (IsPlainHttp(request.url)) {
    // Nobody sees where a redirection leads before curl goes there.
    for (const char* word : {"--proto", "=http", "--noproxy", "*", "--max-redirs", "0"}) {
      arguments.emplace_back(word);
    }
  } else {
    for (const char* word : {"--proto", "=https", "--proto-redir", "=https", "--max-redirs"}) {
      arguments.emplace_back(word);
    }
    arguments.push_back(std::to_string(kMostRedirections));
  }
  arguments.emplace_back("--url");
  arguments.push_back(request.url);
  return arguments;
}

// The last line of what curl said, without "curl: (22) " before it.
std::string LastLine(std::string_view complaint) {
  while (!complaint.empty() && std::isspace(static_cast<unsigned char>(complaint.back())) != 0) {
    complaint.remove_suffix(1);
  }
  if (const size_t at = complaint.rfind('\n'); at != std::string_view::npos) {
    complaint.remove_prefix(at + 1);
  }
  if (complaint.starts_with("curl: (")) {
    if (const size_t at = complaint.find(") "); at != std::string_view::npos) {
      complaint.remove_prefix(at + 2);
    }
  }
  return std::string(complaint);
}

// The three digits of an HTTP status in a sentence of curl's; empty if there are none.
std::string HttpStatus(std::string_view sentence) {
  for (size_t at = 0; at < sentence.size(); ++at) {
    size_t end = at;
    while (end < sentence.size() && sentence[end] >= '0' && sentence[end] <= '9') ++end;
    if (end - at == 3) return std::string(sentence.substr(at, 3));
    if (end > at) at = end;
  }
  return {};
}

Error TransferError(const ProgramEnd& end, const FetchRequest& request, uint64_t received) {
  const std::string sentence = LastLine(end.complaint);
  const std::string status = HttpStatus(sentence);
  // "CONNECT tunnel failed, response 403", "Received HTTP code 403 from proxy after CONNECT"
  if (sentence.find("CONNECT") != std::string::npos && !status.empty()) {
    return {ErrorCode::kIo, request.url + ": the proxy answered HTTP " + status};
  }
  switch (end.status) {
    case kUnsupportedProtocol:
      return {ErrorCode::kIo,
              request.url + ": redirects to an address that is refused (" + sentence + ")"};
    case kTooManyRedirects:
      if (!IsPlainHttp(request.url)) break;
      return {ErrorCode::kIo,
              request.url + ": redirects, which plain HTTP to this machine may not"};
    case kHttpReturnedError:
      if (status.empty()) break;
      // curl's sentence does not tell which of the two.
      return {
          status == "404" ? ErrorCode::kNotFound : ErrorCode::kIo,
          request.url +
              (IsPlainHttp(request.url) ? ": the server answered HTTP "
                                        : ": the server, or a proxy before it, answered HTTP ") +
              status};
    case kPartialFile:
      return {ErrorCode::kIo, request.url + ": the connection was cut after " +
                                  std::to_string(received) + " of " +
                                  std::to_string(request.bytes) + " bytes"};
    default:
      break;
  }
  return {
      ErrorCode::kIo,
      request.url + ": " +
          (sentence.empty() ? "curl ended with status " + std::to_string(end.status) : sentence)};
}

}  // namespace

Status Fetch(const FetchRequest& request, const std::function<bool(Bytes)>& take,
             const std::function<bool()>& tick) {
  if (IsPlainHttp(request.url) && !NamesThisMachine(request.url)) {
    return PlainHttpElsewhere(request.url);
  }
  uint64_t received = 0;
  bool stopped = false;
  const auto take_block = [&](Bytes block) {
    received += block.size();
    stopped = !take(block);
    return !stopped;
  };
  const auto keep_going = [&] {
    stopped = !tick();
    return !stopped;
  };
  const Result<ProgramEnd> end = RunProgram("curl", Arguments(request), take_block, keep_going);
  if (!end.ok()) {
    const bool absent = end.error().code == ErrorCode::kNotFound;
    return Error{ErrorCode::kUnsupported, request.url + ": cannot be downloaded, as " +
                                              end.error().message +
                                              (absent ? " (install it and pull again)" : "")};
  }
  if (stopped) return Error{ErrorCode::kIo, request.url + ": stopped"};
  if (end->status != 0) return TransferError(*end, request, received);
  return {};
}

}  // namespace dfn
