// A ZIP file in memory as PyTorch writes it, with stored entries; deflated ones are read too.
#ifndef DEEPFILTER_FORMATS_TORCH_ZIP_H_
#define DEEPFILTER_FORMATS_TORCH_ZIP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace dfn::torch {

struct ZipEntry {
  Bytes stored = {};  // its bytes in the file
  size_t size = 0;    // bytes after inflating
  uint32_t crc32 = 0;
  bool deflated = false;
};

// Only the central directory tells the entries. Open checks all of it: no entry may overlap another
// one or reach out of the file, so that all entries together are no larger than the file.
class ZipFile {
 public:
  // `name` is the file's name in messages; `file` must outlive the object.
  // Errors: kCorrupt (structure, bounds, overlaps, a name twice), kLimit (max_tensors entries,
  // max_archive_bytes and max_inflate_ratio of deflated ones), kUnsupported (encryption, several
  // disks, methods other than stored and deflated).
  static Result<ZipFile> Open(Bytes file, const std::string& name, const Limits& limits);

  const std::map<std::string, ZipEntry, std::less<>>& entries() const { return entries_; }

  // The content of an entry after checking its checksum. The view lives as long as `file` and this
  // object. Errors: kCorrupt (no such entry, deflated data, checksum).
  Result<Bytes> Read(std::string_view entry_name);

 private:
  std::string name_;
  std::map<std::string, ZipEntry, std::less<>> entries_;
  // The contents that Read has returned; `inflated_` owns those that were deflated.
  std::map<std::string, std::vector<uint8_t>, std::less<>> inflated_;
  std::map<std::string, Bytes, std::less<>> checked_;
};

}  // namespace dfn::torch

#endif  // DEEPFILTER_FORMATS_TORCH_ZIP_H_
