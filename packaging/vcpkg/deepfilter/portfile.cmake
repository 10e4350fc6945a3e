# The sources are those around this port, of a clone or an unpacked release.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)

vcpkg_check_features(OUT_FEATURE_OPTIONS feature_options
  INVERTED_FEATURES
    readers DEEPFILTER_PACKED_ONLY
)
if("readers" IN_LIST FEATURES)
  vcpkg_find_acquire_program(PKGCONFIG)
  list(APPEND feature_options "-DPKG_CONFIG_EXECUTABLE=${PKGCONFIG}")
endif()
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" "dynamic" shared)
string(COMPARE EQUAL "${VCPKG_LIBRARY_LINKAGE}" "static" static)

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    ${feature_options}
    -DDEEPFILTER_TESTS=OFF
    -DDEEPFILTER_PROGRAM=OFF
    -DDEEPFILTER_PLUGINS=OFF
    -DDEEPFILTER_SHARED=${shared}
    -DDEEPFILTER_STATIC=${static}
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/deepfilter)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE
  "${CURRENT_PACKAGES_DIR}/debug/include"
  "${CURRENT_PACKAGES_DIR}/debug/share"
  "${CURRENT_PACKAGES_DIR}/share/doc"
)
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST
  "${SOURCE_PATH}/LICENSE-MIT"
  "${SOURCE_PATH}/LICENSE-APACHE"
  "${SOURCE_PATH}/NOTICE"
)
