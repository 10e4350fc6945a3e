// Reads archives (tar, tar.gz, zip) whole into memory, within limits.
#ifndef DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_
#define DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_

#include <string>
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

}  // namespace dfn

#endif  // DEEPFILTER_FORMATS_ARCHIVE_ARCHIVE_H_
