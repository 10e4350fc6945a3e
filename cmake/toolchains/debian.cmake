# Linux on other processors with Debian's cross compilers: DFN_TARGET is aarch64-linux, arm-linux,
# i386-linux or s390x-linux, and CMAKE_SYSROOT the folder that tools/debian_sysroot.sh prints for it.
# Tests run under qemu.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DFN_TARGET CMAKE_SYSROOT)
set(CMAKE_SYSTEM_NAME Linux)
if(DFN_TARGET STREQUAL "aarch64-linux")
  set(CMAKE_SYSTEM_PROCESSOR aarch64)
  set(triplet aarch64-linux-gnu)
  set(emulator qemu-aarch64-static)
elseif(DFN_TARGET STREQUAL "arm-linux")
  # What Raspberry Pis have from the second on: NEON with fused multiply-adds. Highway needs GCC's type
  # for half floats.
  set(CMAKE_SYSTEM_PROCESSOR armv7)
  set(triplet arm-linux-gnueabihf)
  set(emulator qemu-arm-static)
  set(CMAKE_C_FLAGS_INIT "-mfpu=neon-vfpv4 -mfp16-format=ieee")
  set(CMAKE_CXX_FLAGS_INIT "-mfpu=neon-vfpv4 -mfp16-format=ieee")
elseif(DFN_TARGET STREQUAL "i386-linux")
  set(CMAKE_SYSTEM_PROCESSOR i686)
  set(triplet i686-linux-gnu)
elseif(DFN_TARGET STREQUAL "s390x-linux")
  set(CMAKE_SYSTEM_PROCESSOR s390x)
  set(triplet s390x-linux-gnu)
  set(emulator qemu-s390x-static)
else()
  message(FATAL_ERROR "DFN_TARGET is \"${DFN_TARGET}\", expected aarch64-linux, arm-linux, i386-linux or s390x-linux")
endif()
set(libraries ${triplet})
if(DFN_TARGET STREQUAL "i386-linux")
  set(libraries i386-linux-gnu)
endif()
set(CMAKE_C_COMPILER ${triplet}-gcc)
set(CMAKE_CXX_COMPILER ${triplet}-g++)
set(CMAKE_LIBRARY_ARCHITECTURE ${libraries})

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "${CMAKE_SYSROOT}")
set(ENV{PKG_CONFIG_LIBDIR}
    "${CMAKE_SYSROOT}/usr/lib/${libraries}/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig")

if(emulator)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${emulator} -L "${CMAKE_SYSROOT}")
else()
  # This machine runs it, with that system's loader and libraries.
  file(GLOB loader "${CMAKE_SYSROOT}/lib/ld-linux.so.2" "${CMAKE_SYSROOT}/usr/lib/ld-linux.so.2")
  list(GET loader 0 loader)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${loader}" --library-path
      "${CMAKE_SYSROOT}/lib/${libraries}:${CMAKE_SYSROOT}/usr/lib/${libraries}")
endif()
