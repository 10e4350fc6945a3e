#include "store/pull/pull.h"

#include <optional>
#include <utility>

#include "base/path_text.h"
#include "store/archive_writer.h"
#include "store/cache.h"
#include "store/pull/fetch.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

// The error with the ways to the model that do without this server.
Error WithOtherWays(Error error, const KnownModel& model, const std::string& url,
                    const fs::path& target) {
  const std::string official = ModelUrl(model);
  error.message += url == official
                       ? "; get the file by other means (a browser, another machine, a mirror that "
                         "DEEPFILTER_MODEL_URL names)"
                       : "; set DEEPFILTER_MODEL_URL otherwise, or get " + official +
                             " by other means (a browser, another machine)";
  error.message += " and put it at " + PathText(target);
  return error;
}

// Fetches into `archive`. `by_server` tells whether the server, or the way to it, is to blame; the
// other errors say themselves what to do: a disk, an address, a user's wish.
Status FetchArchive(const FetchRequest& request, const KnownModel& model,
                    const PullOptions& options, ArchiveWriter& archive, bool* by_server) {
  std::optional<Error> ours;
  const auto take = [&](Bytes block) {
    Status written = archive.Append(block);
    if (!written.ok()) ours = written.error();
    return written.ok();
  };
  const auto tick = [&] {
    if (options.cancel != nullptr && options.cancel->load()) {
      ours = Error{ErrorCode::kCancelled, request.url + ": cancelled"};
      return false;
    }
    if (options.progress) options.progress(archive.received(), model.bytes);
    return true;
  };
  Status fetched = Fetch(request, take, tick);
  if (ours) {
    *by_server = ours->code == ErrorCode::kLimit;
    return *std::move(ours);
  }
  *by_server = !fetched.ok() && fetched.error().code != ErrorCode::kInvalidArgument;
  return fetched;
}

Status Download(const KnownModel& model, const PullOptions& options, const fs::path& folder) {
  const fs::path target = CachedModelPath(folder, model);
  const FetchRequest request = {
      .url = ModelUrl(model, options.base_url.empty() ? ModelBaseUrl() : options.base_url),
      .bytes = model.bytes,
      .connect_timeout_s = options.connect_timeout_s,
      .stall_timeout_s = options.stall_timeout_s};
  if (!IsPlainHttp(request.url) && !request.url.starts_with("https://")) {
    return Error{ErrorCode::kInvalidArgument,
                 request.url + ": the address must begin with https://"};
  }
  DFN_TRY(ArchiveWriter archive, ArchiveWriter::Create(folder, model, request.url));
  bool by_server = false;
  if (Status fetched = FetchArchive(request, model, options, archive, &by_server); !fetched.ok()) {
    Error error = std::move(fetched).error();
    return by_server ? WithOtherWays(std::move(error), model, request.url, target) : error;
  }
  Status kept = archive.Commit();
  if (kept.ok() || kept.error().code != ErrorCode::kCorrupt) return kept;
  return WithOtherWays(std::move(kept).error(), model, request.url, target);
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
