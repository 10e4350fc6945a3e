# What the libraries' own CMake would find out one compilation at a time: which headers and functions
# the systems of tools/dist have. cmake -C reads it.
set(headers
  ASSERT_H CTYPE_H ERRNO_H FCNTL_H INTTYPES_H LIMITS_H LOCALE_H MEMORY_H SIGNAL_H STDBOOL_H STDINT_H
  STDIO_H STDLIB_H STRING_H STRINGS_H SYS_PARAM_H SYS_STAT_H SYS_TIME_H SYS_TYPES_H UNISTD_H WCHAR_H)
set(unix_headers
  ARPA_INET_H DIRENT_H DLFCN_H LANGINFO_H NETDB_H NETINET_IN_H SCHED_H SYS_IOCTL_H SYS_IPC_H
  SYS_RESOURCE_H SYS_SELECT_H SYS_SHM_H SYS_SIGNAL_H SYS_SOCKET_H SYS_WAIT_H)
set(functions LRINT LRINTF LROUND LSEEK OPEN READ WRITE FSTAT GETTIMEOFDAY GMTIME LOCALTIME SETLOCALE)
set(unix_functions CLOCK_GETTIME FSEEKO FSYNC FTRUNCATE GMTIME_R LOCALTIME_R MMAP PIPE WAITPID ATOLL)
set(yes ${headers} ${functions})
if(DFN_TARGET MATCHES "-windows")
  set(no ${unix_headers} BYTESWAP_H ENDIAN_H TERMIOS_H)
else()
  list(APPEND yes ${unix_headers} ${unix_functions} TERMIOS_H)
  set(no DIRECT_H IO_H INTRIN_H WINDOWS_H SYS_UTIME_H)
endif()
foreach(name ${yes})
  set(HAVE_${name} 1 CACHE INTERNAL "")
endforeach()
foreach(name ${no})
  set(HAVE_${name} "" CACHE INTERNAL "")
endforeach()
set(HAVE_WORDS_BIGENDIAN "" CACHE INTERNAL "")
