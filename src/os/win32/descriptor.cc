#include "os/descriptor.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <cerrno>

#include "os/win32/error.h"
#include "os/win32/handles.h"
#include "os/win32/wide.h"

namespace dfn {
namespace {

// Pipes and consoles take no more at a time on some systems.
constexpr size_t kMostBytesPerCall = size_t{16} << 20;

class OwnedHandle {
 public:
  explicit OwnedHandle(HANDLE handle) : handle_(handle) {}
  OwnedHandle(const OwnedHandle&) = delete;
  OwnedHandle& operator=(const OwnedHandle&) = delete;
  ~OwnedHandle() {
    if (is_open()) CloseHandle(handle_);
  }
  bool is_open() const { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

// For looking at a file or folder without reading it.
HANDLE OpenToLook(const std::filesystem::path& path) {
  return CreateFileW(SystemPath(path).c_str(), 0,
                     FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                     FILE_FLAG_BACKUP_SEMANTICS, nullptr);
}

// Pipes and other devices by their own names. To open a pipe is to connect to it, so that these are
// told by the name.
bool IsDeviceName(const std::filesystem::path& path) {
  std::wstring start = path.native().substr(0, 4);
  std::replace(start.begin(), start.end(), L'/', L'\\');
  return start == L"\\\\.\\";
}

uint64_t Joined(DWORD high, DWORD low) { return uint64_t{high} << 32 | low; }

int64_t NanosecondsSince1970(const FILETIME& time) {
  // From 1601, in units of 100 ns.
  constexpr int64_t k1970 = 116'444'736'000'000'000;
  return (static_cast<int64_t>(Joined(time.dwHighDateTime, time.dwLowDateTime)) - k1970) * 100;
}

FileStatus Described(HANDLE handle) {
  const DWORD type = GetFileType(handle);
  if (type == FILE_TYPE_PIPE || type == FILE_TYPE_CHAR) return {.kind = FileKind::kStream};
  BY_HANDLE_FILE_INFORMATION found;
  if (type != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &found)) return {};
  const bool is_folder = (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
  return {.kind = is_folder ? FileKind::kFolder : FileKind::kRegular,
          .bytes = is_folder ? 0 : Joined(found.nFileSizeHigh, found.nFileSizeLow),
          .mtime_ns = NanosecondsSince1970(found.ftLastWriteTime)};
}

std::optional<FileIdentity> Identified(HANDLE handle) {
  BY_HANDLE_FILE_INFORMATION found;
  if (GetFileType(handle) != FILE_TYPE_DISK || !GetFileInformationByHandle(handle, &found)) {
    return std::nullopt;
  }
  return FileIdentity{found.dwVolumeSerialNumber,
                      Joined(found.nFileIndexHigh, found.nFileIndexLow)};
}

// Reads or writes once, at the position or at `place`.
Transfer ReadOnce(HANDLE handle, std::span<uint8_t> to, OVERLAPPED* place) {
  const auto size = static_cast<DWORD>(std::min(to.size(), kMostBytesPerCall));
  DWORD count = 0;
  if (ReadFile(handle, to.data(), size, &count, place)) return {count, 0};
  const DWORD error = GetLastError();
  if (error == ERROR_BROKEN_PIPE || error == ERROR_HANDLE_EOF) return {};
  return {0, ErrnoOf(error)};
}

Transfer WriteOnce(HANDLE handle, Bytes bytes, OVERLAPPED* place) {
  const auto size = static_cast<DWORD>(std::min(bytes.size(), kMostBytesPerCall));
  DWORD count = 0;
  if (!WriteFile(handle, bytes.data(), size, &count, place)) return {0, LastErrno()};
  return {count, 0};
}

OVERLAPPED At(uint64_t offset) {
  OVERLAPPED place{};
  place.Offset = static_cast<DWORD>(offset);
  place.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return place;
}

std::optional<uint64_t> Moved(int descriptor, int64_t distance, DWORD from) {
  const HANDLE handle = HandleOf(descriptor);
  LARGE_INTEGER way;
  way.QuadPart = distance;
  LARGE_INTEGER position;
  // Of pipes and devices the call may say that it worked.
  if (GetFileType(handle) != FILE_TYPE_DISK || !SetFilePointerEx(handle, way, &position, from)) {
    return std::nullopt;
  }
  return static_cast<uint64_t>(position.QuadPart);
}

// Puts the position back: a call for another place moves it.
class PositionKept {
 public:
  explicit PositionKept(int descriptor) : descriptor_(descriptor), before_(Position(descriptor)) {}
  PositionKept(const PositionKept&) = delete;
  PositionKept& operator=(const PositionKept&) = delete;
  ~PositionKept() {
    if (before_) SeekTo(descriptor_, *before_);
  }

 private:
  int descriptor_;
  std::optional<uint64_t> before_;
};

}  // namespace

void* HandleOf(int descriptor) {
  return descriptor < 0 ? INVALID_HANDLE_VALUE
                        : reinterpret_cast<HANDLE>(_get_osfhandle(descriptor));
}

OpenedFile DescriptorOf(void* handle) {
  if (handle == INVALID_HANDLE_VALUE) return {OwnedDescriptor(), LastErrno()};
  const int descriptor =
      _open_osfhandle(reinterpret_cast<intptr_t>(handle), _O_BINARY | _O_NOINHERIT);
  if (descriptor >= 0) return {OwnedDescriptor(descriptor), 0};
  CloseHandle(handle);
  return {OwnedDescriptor(), EMFILE};
}

FileStatus StatusOf(int descriptor) { return Described(HandleOf(descriptor)); }

FileStatus StatusOf(const std::filesystem::path& path) {
  if (IsDeviceName(path)) return {.kind = FileKind::kStream};
  const OwnedHandle opened(OpenToLook(path));
  return opened.is_open() ? Described(opened.get()) : FileStatus{};
}

std::optional<FileIdentity> IdentityOf(int descriptor) { return Identified(HandleOf(descriptor)); }

std::optional<FileIdentity> IdentityOf(const std::filesystem::path& path) {
  if (IsDeviceName(path)) return std::nullopt;
  const OwnedHandle opened(OpenToLook(path));
  return opened.is_open() ? Identified(opened.get()) : std::nullopt;
}

OpenedFile OpenFile(const std::filesystem::path& path, OpenFor purpose) {
  if (purpose == OpenFor::kReadingNow && IsDeviceName(path)) return {OwnedDescriptor(), EAGAIN};
  const bool reads = purpose != OpenFor::kWriting;
  const bool writes = purpose == OpenFor::kWriting || purpose == OpenFor::kLog;
  const HANDLE handle = CreateFileW(
      SystemPath(path).c_str(), (reads ? GENERIC_READ : 0u) | (writes ? GENERIC_WRITE : 0u),
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
      purpose == OpenFor::kLog ? OPEN_ALWAYS : OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  return DescriptorOf(handle);
}

OpenedFile Duplicate(int descriptor) {
  const HANDLE process = GetCurrentProcess();
  HANDLE copy = INVALID_HANDLE_VALUE;
  if (!DuplicateHandle(process, HandleOf(descriptor), process, &copy, 0, FALSE,
                       DUPLICATE_SAME_ACCESS)) {
    return {OwnedDescriptor(), LastErrno()};
  }
  return DescriptorOf(copy);
}

Transfer ReadSome(int descriptor, std::span<uint8_t> to) {
  return ReadOnce(HandleOf(descriptor), to, nullptr);
}

Transfer ReadAt(int descriptor, uint64_t offset, std::span<uint8_t> to) {
  const PositionKept kept(descriptor);
  Transfer all;
  while (all.count < to.size()) {
    OVERLAPPED place = At(offset + all.count);
    const Transfer step = ReadOnce(HandleOf(descriptor), to.subspan(all.count), &place);
    if (step.error == EINTR) continue;
    all.error = step.error;
    if (step.count == 0) break;
    all.count += step.count;
  }
  return all;
}

int WriteAt(int descriptor, uint64_t offset, Bytes bytes) {
  const PositionKept kept(descriptor);
  while (!bytes.empty()) {
    OVERLAPPED place = At(offset);
    const Transfer step = WriteOnce(HandleOf(descriptor), bytes, &place);
    if (step.error == EINTR) continue;
    if (step.count == 0) return step.error != 0 ? step.error : EIO;
    bytes = bytes.subspan(step.count);
    offset += step.count;
  }
  return 0;
}

Transfer WriteSome(int descriptor, Bytes bytes) {
  return WriteOnce(HandleOf(descriptor), bytes, nullptr);
}

std::optional<uint64_t> Position(int descriptor) { return Moved(descriptor, 0, FILE_CURRENT); }

bool SeekTo(int descriptor, uint64_t offset) {
  return Moved(descriptor, static_cast<int64_t>(offset), FILE_BEGIN).has_value();
}

std::optional<uint64_t> SeekToEnd(int descriptor) { return Moved(descriptor, 0, FILE_END); }

int Truncate(int descriptor, uint64_t bytes) {
  FILE_END_OF_FILE_INFO end;
  end.EndOfFile.QuadPart = static_cast<int64_t>(bytes);
  return SetFileInformationByHandle(HandleOf(descriptor), FileEndOfFileInfo, &end, sizeof(end))
             ? 0
             : LastErrno();
}

// A handle that was opened for appending alone, as by ">>" in some shells, cannot be told from
// others; but what they pass stands at the end of its file already.
bool OnlyAppends(int descriptor) {
  const std::optional<uint64_t> position = Position(descriptor);
  return !position || *position != 0;
}

bool IsReadableWithin(int descriptor, int milliseconds) {
  constexpr DWORD kStepMs = 10;
  const HANDLE handle = HandleOf(descriptor);
  if (GetFileType(handle) != FILE_TYPE_PIPE) return true;
  for (int waited = 0;; waited += kStepMs) {
    DWORD available = 0;
    // What cannot be looked into has come to its end.
    if (!PeekNamedPipe(handle, nullptr, 0, nullptr, &available, nullptr) || available > 0) {
      return true;
    }
    if (waited >= milliseconds) return false;
    Sleep(kStepMs);
  }
}

bool TryLock(int descriptor) {
  // Locks of Windows keep others from reading and writing the locked bytes, so that this one lies
  // where no file has any.
  OVERLAPPED place = At(uint64_t{1} << 62);
  return LockFileEx(HandleOf(descriptor), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1,
                    0, &place) ||
         (GetLastError() != ERROR_LOCK_VIOLATION && GetLastError() != ERROR_IO_PENDING);
}

}  // namespace dfn
