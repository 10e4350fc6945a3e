// Puts a known model's archive into the cache.
#ifndef DEEPFILTER_STORE_ARCHIVE_WRITER_H_
#define DEEPFILTER_STORE_ARCHIVE_WRITER_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "os/atomic_file.h"
#include "store/known_models.h"
#include "store/sha256.h"

namespace dfn {

// Takes an archive in pieces. The bytes go to a temporary file in the cache's folder, which gets the
// archive's name only when size and sha256 are right and the file is on the disk. So the cache never
// holds an incomplete or wrong file under a model's name. Without Commit no file is left. A file
// that is there already is replaced. One thread at a time.
class ArchiveWriter {
 public:
  // Makes the folder if it is missing. `from` is where the bytes come from, in messages. Errors:
  // kIo.
  static Result<ArchiveWriter> Create(const std::filesystem::path& folder, const KnownModel& model,
                                      std::string from);

  // Errors: kLimit (more bytes than the archive has), kIo.
  Status Append(Bytes bytes);
  // Call once, last. Errors: kCorrupt (fewer bytes, another sha256), kIo.
  Status Commit();

  uint64_t received() const { return received_; }

 private:
  ArchiveWriter(AtomicFile file, const KnownModel& model, std::string from)
      : file_(std::move(file)), model_(&model), from_(std::move(from)) {}

  AtomicFile file_;
  const KnownModel* model_;
  std::string from_;
  Sha256 sum_;
  uint64_t received_ = 0;
};

// Copies an archive into the cache (CacheFolder) and returns its path there. Errors: kNotFound (no
// place for a cache), kCorrupt (another size or sha256), kIo; with a path, those of ReadFile.
Result<std::filesystem::path> AddToCache(const KnownModel& model, Bytes archive,
                                         const std::string& from);
Result<std::filesystem::path> AddToCache(const KnownModel& model,
                                         const std::filesystem::path& archive);

}  // namespace dfn

#endif  // DEEPFILTER_STORE_ARCHIVE_WRITER_H_
