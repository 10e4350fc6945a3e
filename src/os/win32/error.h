// The errors of Windows as numbers of <cerrno>.
#ifndef DEEPFILTER_OS_WIN32_ERROR_H_
#define DEEPFILTER_OS_WIN32_ERROR_H_

namespace dfn {

// `error` is a result of GetLastError. EIO for what <cerrno> has no number for.
int ErrnoOf(unsigned long error);
// ErrnoOf(GetLastError()).
int LastErrno();

// The numbers for what POSIX has no error for; SystemText has sentences for them.
inline constexpr int kErrnoInUse = 16;       // EBUSY: another program keeps the file to itself
inline constexpr int kErrnoNoFileName = 42;  // EILSEQ: Windows does not allow this name

}  // namespace dfn

#endif  // DEEPFILTER_OS_WIN32_ERROR_H_
