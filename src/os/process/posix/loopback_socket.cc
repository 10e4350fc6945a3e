#include "os/process/loopback_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace dfn {

bool IsLoopbackAddress(const void* address) {
  const int family = static_cast<const sockaddr*>(address)->sa_family;
  if (family == AF_INET) {
    const auto& ipv4 = *static_cast<const sockaddr_in*>(address);
    return (ntohl(ipv4.sin_addr.s_addr) >> 24) == 127;
  }
  if (family == AF_INET6) {
    const auto& ipv6 = *static_cast<const sockaddr_in6*>(address);
    return IN6_IS_ADDR_LOOPBACK(&ipv6.sin6_addr);
  }
  return false;
}

intptr_t NewSocket(int family, int type, int protocol) {
#if defined(SOCK_CLOEXEC)
  return socket(family, type | SOCK_CLOEXEC, protocol);
#else
  const int made = socket(family, type, protocol);
  if (made >= 0) fcntl(made, F_SETFD, FD_CLOEXEC);
  return made;
#endif
}

}  // namespace dfn
