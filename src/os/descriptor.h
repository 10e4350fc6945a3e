// Files, pipes and devices behind the C library's descriptors, with the same manners on every
// system: bytes pass as they are, names are Unicode, and other programs may rename, replace and
// delete a file that is open here.
//
// Errors are numbers of <cerrno> (SystemText), 0 for none. EINTR: the user's interrupt
// (os/process/interrupt.h) ended the call.
#ifndef DEEPFILTER_OS_DESCRIPTOR_H_
#define DEEPFILTER_OS_DESCRIPTOR_H_

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "os/owned_descriptor.h"

namespace dfn {

inline constexpr int kStandardInput = 0;
inline constexpr int kStandardOutput = 1;

// kStream is what is read and written forwards only: pipes, devices, sockets. kNone is what does
// not exist, or may not be looked at.
enum class FileKind { kNone, kRegular, kFolder, kStream };

struct FileStatus {
  FileKind kind = FileKind::kNone;
  uint64_t bytes = 0;    // of a regular file
  int64_t mtime_ns = 0;  // the last change, since 1970, UTC
};

FileStatus StatusOf(int descriptor);
FileStatus StatusOf(const std::filesystem::path& path);

// Two names or descriptors are those of one file if these are equal.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t file = 0;
  bool operator==(const FileIdentity&) const = default;
};

// Nothing for what does not exist.
std::optional<FileIdentity> IdentityOf(int descriptor);
std::optional<FileIdentity> IdentityOf(const std::filesystem::path& path);

enum class OpenFor {
  kReading,
  kReadingNow,  // without waiting for the other end of what turns out to be a pipe
  kWriting,     // what exists
  kLog,         // reading and appending, without waiting; makes an empty file
};

struct OpenedFile {
  OwnedDescriptor descriptor;  // none after an error
  int error = 0;
};

// No process that this one starts inherits the descriptor.
OpenedFile OpenFile(const std::filesystem::path& path, OpenFor purpose);
OpenedFile Duplicate(int descriptor);

// What one call read or wrote: nothing read without an error is the end.
struct Transfer {
  size_t count = 0;  // bytes
  int error = 0;
};

// What is there, up to the size of `to`; waits for the first byte.
Transfer ReadSome(int descriptor, std::span<uint8_t> to);
// All of `to`, from an offset in a regular file, or what there is before the file's end. The
// position does not move. One thread at a time for a descriptor.
Transfer ReadAt(int descriptor, uint64_t offset, std::span<uint8_t> to);
// Writes all bytes at an offset of a regular file.
int WriteAt(int descriptor, uint64_t offset, Bytes bytes);
// One call of the system: how many of `bytes` went out, or the error.
Transfer WriteSome(int descriptor, Bytes bytes);

// The position in bytes from the start; nothing for what cannot seek.
std::optional<uint64_t> Position(int descriptor);
// Whether the position is now at so many bytes from the start.
bool SeekTo(int descriptor, uint64_t offset);
// Moves to the end of the file and returns that position.
std::optional<uint64_t> SeekToEnd(int descriptor);
// Cuts a file to that size.
int Truncate(int descriptor, uint64_t bytes);

// Whether writes go to the end of the file, wherever the position is.
bool OnlyAppends(int descriptor);
// Whether a byte or the end comes within `milliseconds`.
bool IsReadableWithin(int descriptor, int milliseconds);

// Takes the lock of a file, which goes with the last descriptor of this opening. False: another
// process, or another opening, has it. A file system without locks gives it to everybody.
bool TryLock(int descriptor);

}  // namespace dfn

#endif  // DEEPFILTER_OS_DESCRIPTOR_H_
