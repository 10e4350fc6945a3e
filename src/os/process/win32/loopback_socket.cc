#include "os/process/loopback_socket.h"

#include <winsock2.h>

#include <ws2tcpip.h>

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
  const SOCKET made = WSASocketW(family, type, protocol, nullptr, 0,
                                 WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
  return made == INVALID_SOCKET ? -1 : static_cast<intptr_t>(made);
}

}  // namespace dfn
