#include "os/file_names.h"

#include <windows.h>

#include <aclapi.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <vector>

#include "os/win32/error.h"
#include "os/win32/handles.h"
#include "os/win32/wide.h"

namespace dfn {
namespace {

// Virus scanners and indexers open new files for a moment.
constexpr int kAttempts = 50;
constexpr DWORD kWaitMs = 20;

bool IsInUse(DWORD error) {
  return error == ERROR_SHARING_VIOLATION || error == ERROR_ACCESS_DENIED ||
         error == ERROR_LOCK_VIOLATION;
}

// Who may do what with a file, where that is not as the folder has it. A failure is no error, as
// for file systems that keep no such lists.
void CopyPermissions(const std::filesystem::path& from, HANDLE to) {
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR all = nullptr;
  std::wstring name = SystemPath(from);
  if (GetNamedSecurityInfoW(name.data(), SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, nullptr,
                            nullptr, &list, nullptr, &all) != ERROR_SUCCESS) {
    return;
  }
  SECURITY_DESCRIPTOR_CONTROL control = 0;
  DWORD revision = 0;
  if (GetSecurityDescriptorControl(all, &control, &revision)) {
    const bool is_protected = (control & SE_DACL_PROTECTED) != 0;
    SetSecurityInfo(
        to, SE_FILE_OBJECT,
        DACL_SECURITY_INFORMATION | (is_protected ? PROTECTED_DACL_SECURITY_INFORMATION
                                                  : UNPROTECTED_DACL_SECURITY_INFORMATION),
        nullptr, nullptr, list, nullptr);
  }
  LocalFree(all);
}

// Takes the name at once even while programs, this one among them, hold the file open that has it.
// Windows 10 and later do that, on their own file systems.
DWORD RenameAtOnce(const std::wstring& from, const std::wstring& to) {
  const HANDLE file = CreateFileW(from.c_str(), DELETE | SYNCHRONIZE,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return GetLastError();
  // The values of FileRenameInfoEx and its flags, which older headers lack.
  constexpr auto kRenameInfoEx = static_cast<FILE_INFO_BY_HANDLE_CLASS>(22);
  constexpr DWORD kReplace = 1;
  constexpr DWORD kPosix = 2;
  const size_t name_bytes = to.size() * sizeof(wchar_t);
  std::vector<std::byte> memory(sizeof(FILE_RENAME_INFO) + name_bytes);
  auto* info = reinterpret_cast<FILE_RENAME_INFO*>(memory.data());
  const DWORD flags = kReplace | kPosix;
  std::memcpy(info, &flags, sizeof(flags));  // in the place of ReplaceIfExists
  info->FileNameLength = static_cast<DWORD>(name_bytes);
  std::memcpy(info->FileName, to.data(), name_bytes);
  const bool renamed =
      SetFileInformationByHandle(file, kRenameInfoEx, info, static_cast<DWORD>(memory.size()));
  const DWORD error = renamed ? ERROR_SUCCESS : GetLastError();
  CloseHandle(file);
  return error;
}

DWORD Move(const std::wstring& from, const std::wstring& to, DWORD flags) {
  return MoveFileExW(from.c_str(), to.c_str(), flags) ? ERROR_SUCCESS : GetLastError();
}

// For file systems that do not replace an open file: it gives up its name first, and goes when it
// is closed.
DWORD RenameAroundOpenFile(const std::wstring& from, const std::wstring& to) {
  const std::wstring aside = from + L".old";
  if (const DWORD error = Move(to, aside, 0); error != ERROR_SUCCESS) return error;
  const DWORD error = Move(from, to, 0);
  if (error != ERROR_SUCCESS) {
    Move(aside, to, 0);
    return error;
  }
  DeleteFileW(aside.c_str());
  return ERROR_SUCCESS;
}

bool IsReadOnly(const std::wstring& path) {
  const DWORD attributes = GetFileAttributesW(path.c_str());
  return attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_READONLY) != 0;
}

DWORD Replace(const std::wstring& from, const std::wstring& to) {
  DWORD error = RenameAtOnce(from, to);
  for (int attempt = 0; error != ERROR_SUCCESS && attempt < kAttempts; ++attempt) {
    error = Move(from, to, MOVEFILE_REPLACE_EXISTING);
    if (!IsInUse(error) || IsReadOnly(to)) return error;
    error = RenameAroundOpenFile(from, to);
    if (!IsInUse(error)) return error;
    Sleep(kWaitMs);
  }
  return error;
}

}  // namespace

OpenedFile CreateNewFile(const std::filesystem::path& path, const std::filesystem::path& like) {
  // What may not be replaced is told before the work, not after it.
  if (!like.empty() && IsReadOnly(SystemPath(like))) return {OwnedDescriptor(), EACCES};
  const HANDLE created = CreateFileW(SystemPath(path).c_str(),
                                     GENERIC_READ | GENERIC_WRITE | (like.empty() ? 0u : WRITE_DAC),
                                     FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                     nullptr, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
  OpenedFile opened = DescriptorOf(created);
  if (opened.error != 0) return opened;
  if (!like.empty()) CopyPermissions(like, created);
  (void)TryLock(opened.descriptor.get());
  return opened;
}

int RenameFile(const std::filesystem::path& from, const std::filesystem::path& to, bool replace) {
  const std::wstring old_name = SystemPath(from);
  const std::wstring new_name = SystemPath(to);
  if (replace) return ErrnoOf(Replace(old_name, SystemPath(std::filesystem::absolute(to))));
  DWORD error = Move(old_name, new_name, 0);
  for (int attempt = 1; IsInUse(error) && attempt < kAttempts; ++attempt) {
    Sleep(kWaitMs);
    error = Move(old_name, new_name, 0);
  }
  return ErrnoOf(error);
}

void RemoveFile(const std::filesystem::path& path) {
  const std::wstring name = SystemPath(path);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (DeleteFileW(name.c_str()) || !IsInUse(GetLastError()) || IsReadOnly(name)) return;
    Sleep(kWaitMs);
  }
}

bool IsLeftOver(const std::filesystem::path& path) {
  constexpr int64_t kLeastAgeNs = 60'000'000'000;
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  constexpr int64_t k1970 = 116'444'736'000'000'000;
  const int64_t now_ns =
      (static_cast<int64_t>(uint64_t{now.dwHighDateTime} << 32 | now.dwLowDateTime) - k1970) * 100;
  const FileStatus status = StatusOf(path);
  if (status.kind != FileKind::kRegular || status.mtime_ns > now_ns - kLeastAgeNs) return false;
  // Nobody else may have it open at all.
  const HANDLE alone = CreateFileW(SystemPath(path).c_str(), GENERIC_READ, 0, nullptr,
                                   OPEN_EXISTING, FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
  if (alone == INVALID_HANDLE_VALUE) return false;
  CloseHandle(alone);
  return true;
}

std::error_code EachName(const std::filesystem::path& folder,
                         const std::function<void(const std::filesystem::path& name)>& visit) {
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (const std::filesystem::directory_iterator end; !error && at != end; at.increment(error)) {
    visit(at->path().filename());
  }
  return error;
}

int SyncFile(int descriptor) { return FlushFileBuffers(HandleOf(descriptor)) ? 0 : LastErrno(); }

// The journal of the file system orders names; there is nothing to wait for.
void SyncFolder(const std::filesystem::path& /*folder*/) {}

std::string NameKey(const std::filesystem::path& path) {
  std::filesystem::path normal = path.lexically_normal();
  std::wstring key = normal.make_preferred().native();
  if (!key.empty()) {
    const auto size = static_cast<int>(key.size());
    // One unit becomes one unit, as in the tables of file systems.
    LCMapStringEx(LOCALE_NAME_INVARIANT, LCMAP_UPPERCASE, key.data(), size, key.data(), size,
                  nullptr, nullptr, 0);
  }
  return Narrow(key);
}

unsigned long ProcessNumber() { return GetCurrentProcessId(); }

}  // namespace dfn
