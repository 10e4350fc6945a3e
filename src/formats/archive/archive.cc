#include "formats/archive/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "base/checked.h"
#include "base/printable.h"
#include "base/utf8.h"

namespace dfn {
namespace {

// One read of file content: small beside any limit, large enough to make calls rare.
constexpr size_t kChunkBytes = size_t{64} << 10;

class ArchiveReader {
 public:
  ArchiveReader(Bytes bytes, const std::string& name, const Limits& limits)
      : bytes_(bytes),
        name_(Printable(name)),
        limits_(limits),
        max_total_(
            std::min(limits.max_archive_bytes,
                     CheckedMul(bytes.size(), limits.max_inflate_ratio).value_or(SIZE_MAX))) {}

  Result<std::vector<NamedBytes>> Read() {
    std::vector<NamedBytes> files;
    DFN_CHECK(ReadEach([&](archive_entry* entry) -> Result<bool> {
      DFN_TRY(NamedBytes file, ReadEntry(entry));
      if (archive_entry_filetype(entry) == AE_IFREG) files.push_back(std::move(file));
      return true;
    }));
    return files;
  }

  Result<std::vector<std::string>> ReadNames(const std::function<bool(std::string_view)>& stop) {
    std::vector<std::string> names;
    DFN_CHECK(ReadEach([&](archive_entry* entry) -> Result<bool> {
      DFN_TRY(const NamedBytes file, ReadEntry(entry));
      if (archive_entry_filetype(entry) != AE_IFREG) return true;
      names.push_back(file.name);
      return !stop(file.name);
    }));
    return names;
  }

 private:
  // Calls `read` for each entry until the archive's end, an error, or false.
  template <class ReadOne>
  Status ReadEach(const ReadOne& read) {
    DFN_CHECK(CheckSize());
    DFN_CHECK(Open());
    for (size_t entries = 0;; ++entries) {
      archive_entry* entry = nullptr;
      const int status = archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) return {};
      if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return Damaged();
      if (entries == limits_.max_archive_entries) {
        return Fail(ErrorCode::kLimit,
                    "has more than " + std::to_string(limits_.max_archive_entries) + " entries");
      }
      DFN_TRY(const bool go_on, read(entry));
      if (!go_on) return {};
    }
  }

  Status CheckSize() const {
    if (bytes_.size() > limits_.max_file_bytes) {
      return Fail(ErrorCode::kLimit, "has " + std::to_string(bytes_.size()) +
                                         " bytes, but at most " +
                                         std::to_string(limits_.max_file_bytes) + " are allowed");
    }
    return {};
  }

  struct Free {
    void operator()(archive* a) const { archive_read_free(a); }
  };

  Error Fail(ErrorCode code, const std::string& what) const { return {code, name_ + ": " + what}; }

  Error Damaged() const {
    const char* text = archive_error_string(archive_.get());
    return Fail(ErrorCode::kCorrupt, "is damaged, cut short, or neither a tar nor a zip archive (" +
                                         Printable(text ? text : "no reason given") +
                                         "); download or copy it again");
  }

  Error TooLarge() const {
    return Fail(ErrorCode::kLimit, "unpacks to more than " + std::to_string(max_total_) +
                                       " bytes, which is allowed for an archive of " +
                                       std::to_string(bytes_.size()) + " bytes");
  }

  Status Open() {
    archive_.reset(archive_read_new());
    if (!archive_) return Fail(ErrorCode::kIo, "cannot be read for lack of memory");
    archive* a = archive_.get();
    // Each of these is there, or libarchive would start a program of that name instead.
    if (archive_bzlib_version() != nullptr) archive_read_support_filter_bzip2(a);
    if (archive_liblzma_version() != nullptr) archive_read_support_filter_xz(a);
    if (archive_libzstd_version() != nullptr) archive_read_support_filter_zstd(a);
    const bool ready = archive_read_support_filter_gzip(a) >= ARCHIVE_WARN &&
                       archive_read_support_format_tar(a) == ARCHIVE_OK &&
                       archive_read_support_format_zip(a) == ARCHIVE_OK &&
                       archive_read_open_memory(a, bytes_.data(), bytes_.size()) == ARCHIVE_OK;
    return ready ? Status() : Damaged();
  }

  // A folder comes back without bytes; its content, which some writers' folders have, is read
  // under the same limits and dropped, so that nothing is inflated uncounted.
  Result<NamedBytes> ReadEntry(archive_entry* entry) {
    NamedBytes file;
    DFN_TRY(file.name, NameOf(entry));
    const std::string label = "entry " + Quoted(file.name) + " ";
    const auto type = archive_entry_filetype(entry);
    if (archive_entry_hardlink(entry) != nullptr || (type != AE_IFREG && type != AE_IFDIR))
      return Fail(ErrorCode::kUnsupported, label + "is a link or a device, not a file or folder");
    if (archive_entry_is_encrypted(entry))
      return Fail(ErrorCode::kUnsupported, label + "is encrypted");
    if (!IsPlainMethod()) {
      return Fail(ErrorCode::kUnsupported, label + "is packed by another method than deflation (" +
                                               Printable(archive_format_name(archive_.get())) +
                                               ")");
    }
    if (archive_entry_size_is_set(entry)) {
      const auto size = static_cast<uint64_t>(std::max<int64_t>(archive_entry_size(entry), 0));
      if (size > limits_.max_file_bytes) return EntryTooLarge(label);
      if (size > max_total_ - total_) return TooLarge();
      file.bytes.reserve(static_cast<size_t>(size));
    }
    DFN_CHECK(ReadContent(label, file.bytes));
    return file;
  }

  Result<std::string> NameOf(archive_entry* entry) const {
    const char* name = archive_entry_pathname(entry);
    // A name that the archive has as UTF-8 may have become one of the locale.
    if (name == nullptr || !IsUtf8(name)) {
      if (const char* utf8 = archive_entry_pathname_utf8(entry)) name = utf8;
    }
    if (name == nullptr) return Fail(ErrorCode::kUnsupported, "holds an entry without a name");
    const std::string_view view(name);
    if (view.size() > limits_.max_name_bytes) {
      return Fail(ErrorCode::kLimit, "holds a name of " + std::to_string(view.size()) +
                                         " bytes, but at most " +
                                         std::to_string(limits_.max_name_bytes) + " are allowed");
    }
    return std::string(view);
  }

  // zip knows methods whose unpackers allocate what the file asks for (a dictionary of 4 GB).
  // libarchive sets the format's name, which ends in the method's, with each header.
  bool IsPlainMethod() const {
    const bool is_zip =
        (archive_format(archive_.get()) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ZIP;
    const std::string_view format = archive_format_name(archive_.get());
    return !is_zip || format.ends_with("(deflation)") || format.ends_with("(uncompressed)");
  }

  Error EntryTooLarge(const std::string& label) const {
    return Fail(ErrorCode::kLimit,
                label + "has more than " + std::to_string(limits_.max_file_bytes) + " bytes");
  }

  Status ReadContent(const std::string& label, std::vector<uint8_t>& to) {
    for (;;) {
      const la_ssize_t got = archive_read_data(archive_.get(), chunk_.data(), chunk_.size());
      if (got == ARCHIVE_RETRY) continue;
      if (got < 0) return Damaged();
      if (got == 0) return {};
      const auto bytes = static_cast<size_t>(got);
      if (bytes > limits_.max_file_bytes - to.size()) return EntryTooLarge(label);
      if (bytes > max_total_ - total_) return TooLarge();
      total_ += bytes;
      to.insert(to.end(), chunk_.begin(), chunk_.begin() + got);
    }
  }

  Bytes bytes_;
  std::string name_;
  const Limits& limits_;
  const size_t max_total_;  // unpacked bytes
  size_t total_ = 0;        // unpacked so far, folders' content included
  std::unique_ptr<archive, Free> archive_;
  std::array<uint8_t, kChunkBytes> chunk_;
};

bool HasAt(Bytes bytes, size_t at, std::string_view text) {
  return bytes.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

// Where and how the formats begin.
struct Magic {
  size_t at;
  std::string_view text;
};

constexpr Magic kMagics[] = {
    {0, "PK\x03\x04"},
    {0, "\x1f\x8b"},
    {0, "BZh"},
    {0,
     "\xfd"
     "7zXZ"},
    {0, "\x28\xb5\x2f\xfd"},
    {257, "ustar"},
};

}  // namespace

bool LooksLikeArchive(Bytes start) {
  return std::any_of(std::begin(kMagics), std::end(kMagics),
                     [&](const Magic& magic) { return HasAt(start, magic.at, magic.text); });
}

Result<std::vector<std::string>> ReadArchiveNames(Bytes archive,
                                                  const std::function<bool(std::string_view)>& stop,
                                                  const Limits& limits) {
  return std::make_unique<ArchiveReader>(archive, "", limits)->ReadNames(stop);
}

Result<std::vector<NamedBytes>> ReadArchive(Bytes archive, const std::string& name,
                                            const Limits& limits) {
  // On the heap: the chunk is large for a stack.
  return std::make_unique<ArchiveReader>(archive, name, limits)->Read();
}

}  // namespace dfn
