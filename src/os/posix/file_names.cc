#include "os/file_names.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string_view>

namespace dfn {

OpenedFile CreateNewFile(const std::filesystem::path& path, const std::filesystem::path& like) {
  OwnedDescriptor created(open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (created.get() < 0) return {OwnedDescriptor(), errno};
  (void)flock(created.get(), LOCK_EX | LOCK_NB);
  struct stat model {};
  if (!like.empty() && stat(like.c_str(), &model) == 0) {
    (void)fchmod(created.get(), model.st_mode & 0777);
  }
  return {std::move(created), 0};
}

int RenameFile(const std::filesystem::path& from, const std::filesystem::path& to, bool replace) {
  if (!replace) {
    // Unlike a rename, a link never replaces a file that another process has just created.
    if (link(from.c_str(), to.c_str()) == 0) {
      unlink(from.c_str());
      return 0;
    }
    if (errno == EEXIST) return EEXIST;
    // Some file systems do not support links.
  }
  return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : errno;
}

void RemoveFile(const std::filesystem::path& path) { unlink(path.c_str()); }

bool IsLeftOver(const std::filesystem::path& path) {
  constexpr time_t kLeastAgeSeconds = 60;
  const OwnedDescriptor opened(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat found {};
  if (opened.get() < 0 || fstat(opened.get(), &found) != 0) return false;
  if (found.st_mtime > time(nullptr) - kLeastAgeSeconds) return false;
  return flock(opened.get(), LOCK_EX | LOCK_NB) == 0;
}

std::error_code EachName(const std::filesystem::path& folder,
                         const std::function<void(const std::filesystem::path& name)>& visit) {
  struct Close {
    void operator()(DIR* listed) const { closedir(listed); }
  };
  const std::unique_ptr<DIR, Close> listed(opendir(folder.c_str()));
  while (listed) {
    errno = 0;
    const dirent* entry = readdir(listed.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") visit(name);
  }
  return {errno, std::generic_category()};
}

int SyncFile(int descriptor) { return fsync(descriptor) == 0 ? 0 : errno; }

void SyncFolder(const std::filesystem::path& folder) {
  // A failure is no error: the file is still complete.
  const OwnedDescriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() >= 0) fsync(opened.get());
}

std::string NameKey(const std::filesystem::path& path) {
  std::string key = path.lexically_normal().native();
#if defined(__APPLE__)
  for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
#endif
  return key;
}

unsigned long ProcessNumber() { return static_cast<unsigned long>(getpid()); }

}  // namespace dfn
