// How files come by their names and lose them: what AtomicFile is made of.
#ifndef DEEPFILTER_OS_FILE_NAMES_H_
#define DEEPFILTER_OS_FILE_NAMES_H_

#include <filesystem>
#include <functional>
#include <string>
#include <system_error>

#include "os/descriptor.h"

namespace dfn {

// Makes a file that does not exist, for reading and writing, and takes its lock. It gets the
// permissions of the file `like`, if that is no empty path. Error EEXIST: there is one.
OpenedFile CreateNewFile(const std::filesystem::path& path, const std::filesystem::path& like);

// Gives a closed file another name on the same file system, and with `replace` takes that name from
// another file in one step, wherever the file system can do that. Without it, error EEXIST: another
// file has the name.
int RenameFile(const std::filesystem::path& from, const std::filesystem::path& to, bool replace);

// Does nothing if there is no such file, or it may not be removed.
void RemoveFile(const std::filesystem::path& path);

// Whether nobody holds a regular file open that CreateNewFile made, and nobody has written to it
// for a minute: a living process holds it until just before it is renamed, and the minute is for
// the time from there, and for file systems without locks.
bool IsLeftOver(const std::filesystem::path& path);

// Calls `visit` with the name of each entry of a folder, in any order and without "." and ".."; returns
// the error that ended the list, or none. In place of std::filesystem::directory_iterator, which in
// libstdc++ allocates in functions that are noexcept: lack of memory would end the program.
std::error_code EachName(const std::filesystem::path& folder,
                         const std::function<void(const std::filesystem::path& name)>& visit);

// Wait until what was written is on the disk: the bytes, and the folder's list of names.
int SyncFile(int descriptor);
void SyncFolder(const std::filesystem::path& folder);

// The path as text in which names that the system's usual file systems take for one are equal:
// Windows and macOS do not tell capitals from small letters (here macOS for those of ASCII alone).
std::string NameKey(const std::filesystem::path& path);

// Of this process, to make names that no other living process makes.
unsigned long ProcessNumber();

}  // namespace dfn

#endif  // DEEPFILTER_OS_FILE_NAMES_H_
