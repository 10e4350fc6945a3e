// The system's errors in words.
#ifndef DEEPFILTER_OS_SYSTEM_TEXT_H_
#define DEEPFILTER_OS_SYSTEM_TEXT_H_

#include <string>

namespace dfn {

// `error` is a number of <cerrno>, as the functions of this room return it on every system.
std::string SystemText(int error);

}  // namespace dfn

#endif  // DEEPFILTER_OS_SYSTEM_TEXT_H_
