// Reads archives (zip; tar, plain or packed by gzip, bzip2, xz or zstd) whole into memory, within
// limits.
#ifndef DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_
#define DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn {

// The regular files of an archive with their full names in it. Folders are skipped; links and
// devices are refused. `name` is the archive's name in messages.
// Errors: kCorrupt, kLimit (entries, sizes, inflate ratio), kUnsupported.
Result<std::vector<NamedBytes>> ReadArchive(Bytes archive, const std::string& name,
                                            const Limits& limits);

// The names of an archive's regular files in its order, up to and with the first one for which
// `stop` is true. Errors: as for ReadArchive.
Result<std::vector<std::string>> ReadArchiveNames(Bytes archive,
                                                  const std::function<bool(std::string_view)>& stop,
                                                  const Limits& limits);

// Whether these bytes, the first 512 of a file, begin like an archive that ReadArchive knows.
bool LooksLikeArchive(Bytes start);

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_
