#include "store/archive_writer.h"

#include <system_error>
#include <utility>
#include <vector>

#include "base/path_text.h"
#include "os/read_file.h"
#include "store/cache.h"

namespace dfn {
namespace {

namespace fs = std::filesystem;

Error WrongSize(const std::string& from, uint64_t bytes, const KnownModel& model) {
  return {ErrorCode::kCorrupt, from + ": has " + std::to_string(bytes) + " bytes, but " +
                                   std::string(model.archive) + " has " +
                                   std::to_string(model.bytes)};
}

}  // namespace

Result<ArchiveWriter> ArchiveWriter::Create(const fs::path& folder, const KnownModel& model,
                                            std::string from) {
  std::error_code failure;
  fs::create_directories(folder, failure);
  if (failure) {
    return Error{ErrorCode::kIo, PathText(folder) + ": cannot be created: " + failure.message()};
  }
  RemoveStaleTemporaries(folder);
  // A damaged file in the cache is replaced. Durable: a later run trusts what the cache holds.
  DFN_TRY(AtomicFile file,
          AtomicFile::Create(CachedModelPath(folder, model), {.replace = true, .durable = true}));
  return ArchiveWriter(std::move(file), model, std::move(from));
}

Status ArchiveWriter::Append(Bytes bytes) {
  received_ += bytes.size();
  if (received_ > model_->bytes) {
    return Error{ErrorCode::kLimit, from_ + ": is larger than the " +
                                        std::to_string(model_->bytes) + " bytes of " +
                                        std::string(model_->name)};
  }
  DFN_CHECK(file_.Append(bytes));
  sum_.Update(bytes);
  return {};
}

Status ArchiveWriter::Commit() {
  if (received_ != model_->bytes) return WrongSize(from_, received_, *model_);
  if (const std::string sum = sum_.Finish(); sum != model_->sha256) {
    return Error{ErrorCode::kCorrupt, from_ + ": has the sha256 " + sum + ", but " +
                                          std::string(model_->archive) + " has " +
                                          std::string(model_->sha256)};
  }
  return file_.Commit();
}

Result<fs::path> AddToCache(const KnownModel& model, Bytes archive, const std::string& from) {
  if (archive.size() != model.bytes) return WrongSize(from, archive.size(), model);
  DFN_TRY(const fs::path folder, CacheFolder());
  DFN_TRY(ArchiveWriter writer, ArchiveWriter::Create(folder, model, from));
  DFN_CHECK(writer.Append(archive));
  DFN_CHECK(writer.Commit());
  return CachedModelPath(folder, model);
}

Result<fs::path> AddToCache(const KnownModel& model, const fs::path& archive) {
  DFN_TRY(const std::vector<uint8_t> bytes, ReadFile(archive, {}));
  return AddToCache(model, bytes, PathText(archive));
}

}  // namespace dfn
