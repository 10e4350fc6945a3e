// Sockets that reach this machine only.
#ifndef DEEPFILTER_OS_PROCESS_LOOPBACK_SOCKET_H_
#define DEEPFILTER_OS_PROCESS_LOOPBACK_SOCKET_H_

#include <cstdint>

namespace dfn {

// `address` is the system's sockaddr.
bool IsLoopbackAddress(const void* address);

// A new socket that no process which this one starts inherits, as the system's number for it; -1:
// none. The arguments are those of socket().
intptr_t NewSocket(int family, int type, int protocol);

}  // namespace dfn

#endif  // DEEPFILTER_OS_PROCESS_LOOPBACK_SOCKET_H_
