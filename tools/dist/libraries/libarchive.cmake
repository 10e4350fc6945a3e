# What reads tar and zip files from memory, and what tests write them with; without the parts that work
# on the file system, and the readers of other formats. Its own CMake asks 200 questions; these are
# their answers on the systems of tools/dist.
set(common
  HAVE_BZLIB_H HAVE_CTYPE_H HAVE_DECL_INT32_MAX HAVE_DECL_INT32_MIN HAVE_DECL_INT64_MAX
  HAVE_DECL_INT64_MIN HAVE_DECL_INTMAX_MAX HAVE_DECL_INTMAX_MIN HAVE_DECL_SIZE_MAX
  HAVE_DECL_UINT32_MAX HAVE_DECL_UINT64_MAX HAVE_DECL_UINTMAX_MAX HAVE_EILSEQ HAVE_ERRNO_H
  HAVE_FCNTL_H HAVE_INTMAX_T HAVE_INTTYPES_H HAVE_LIBBZ2 HAVE_LIBLZMA HAVE_LIBZ HAVE_LIBZSTD
  HAVE_LIBZSTD_COMPRESSOR HAVE_LIMITS_H HAVE_LOCALE_H HAVE_LZMA_H HAVE_MBRTOWC HAVE_MEMMOVE
  HAVE_MEMORY_H HAVE_MEMSET HAVE_SETLOCALE HAVE_SIGNAL_H HAVE_STDARG_H HAVE_STDINT_H HAVE_STDLIB_H
  HAVE_STRCHR HAVE_STRDUP HAVE_STRERROR HAVE_STRFTIME HAVE_STRING_H HAVE_STRRCHR HAVE_SYS_STAT_H
  HAVE_SYS_TYPES_H HAVE_TIME_H HAVE_UINTMAX_T HAVE_UNSIGNED_LONG_LONG HAVE_VPRINTF HAVE_WCHAR_H
  HAVE_WCHAR_T HAVE_WCRTOMB HAVE_WCSCMP HAVE_WCSCPY HAVE_WCSLEN HAVE_WCTOMB HAVE_WCTYPE_H
  HAVE_WMEMCMP HAVE_WMEMCPY HAVE_WMEMMOVE HAVE_ZLIB_H HAVE_ZSTD_H STDC_HEADERS)
set(unix
  HAVE_CTIME_R HAVE_DECL_SSIZE_MAX HAVE_FCNTL HAVE_FORK HAVE_FSTAT HAVE_GETEUID HAVE_GETPID
  HAVE_GMTIME_R HAVE_GRP_H HAVE_LANGINFO_H HAVE_LOCALTIME_R HAVE_LSTAT HAVE_MKSTEMP HAVE_NL_LANGINFO
  HAVE_PIPE HAVE_POLL HAVE_POLL_H HAVE_POSIX_SPAWNP HAVE_PWD_H HAVE_SELECT HAVE_SPAWN_H HAVE_STRERROR_R
  HAVE_STRINGS_H HAVE_STRUCT_TM_TM_GMTOFF HAVE_SYS_PARAM_H HAVE_SYS_SELECT_H HAVE_SYS_TIME_H
  HAVE_SYS_WAIT_H HAVE_TIMEGM HAVE_TZSET HAVE_UNISTD_H SIZEOF_WCHAR_T=4)
if(WIN32)
  list(APPEND common HAVE_DECL_SSIZE_MAX HAVE_DIRECT_H HAVE_IO_H HAVE_PROCESS_H HAVE_SYS_UTIME_H
    HAVE_WINCRYPT_H HAVE_WINDOWS_H HAVE__MKGMTIME SIZEOF_WCHAR_T=2 gid_t=short id_t=short uid_t=short)
elseif(APPLE)
  list(APPEND common ${unix} HAVE_ARC4RANDOM_BUF HAVE_STRUCT_STAT_ST_MTIMESPEC_TV_NSEC)
else()
  list(APPEND common ${unix} HAVE_STRUCT_STAT_ST_MTIM_TV_NSEC _GNU_SOURCE)
endif()
set(config "#define __LIBARCHIVE_CONFIG_H_INCLUDED 1\n")
foreach(definition ${common})
  string(REPLACE "=" " " definition "${definition}")
  if(NOT definition MATCHES " ")
    string(APPEND definition " 1")
  endif()
  string(APPEND config "#define ${definition}\n")
endforeach()
file(WRITE "${made}/config.h" "${config}")

file(GLOB sources RELATIVE "${source}" "${source}/libarchive/*.c")
list(FILTER sources EXCLUDE REGEX
  "disk|_read_extract|_copy_file|_open_(fd|file|filename)|linux|sunos|freebsd|darwin|filter_fork_windows|support_format_(7zip|all|ar|by_code|cab|cpio|iso9660|lha|mtree|rar|rar5|raw|warc|xar)\\.c|support_filter_(all|by_code|grzip|lrzip|lzop|lz4|rpm|uu|compress)\\.c")
if(WIN32)
  list(APPEND sources libarchive/filter_fork_windows.c)
  set(system_libraries advapi32)
endif()
dfn_library(archive PACKAGE libarchive
  SOURCES ${sources}
  HEADERS libarchive/archive.h libarchive/archive_entry.h
  FOLDERS libarchive
  DEFINITIONS HAVE_CONFIG_H LIBARCHIVE_STATIC LZMA_API_STATIC
  REQUIRES zlib bzip2 liblzma libzstd
  SYSTEM_LIBRARIES ${system_libraries}
  USERS_DEFINITIONS LIBARCHIVE_STATIC)
