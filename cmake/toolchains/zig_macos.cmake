# The compiler's linker for macOS knows no bundles (-bundle). The system loads a plugin that is a dynamic
# library in the same way. Its name is for nobody, but the linker would write the path of the build.
foreach(language C CXX)
  set(CMAKE_SHARED_MODULE_CREATE_${language}_FLAGS
    "-dynamiclib -Wl,-headerpad_max_install_names -Wl,-install_name,@rpath/deepfilter-plugin")
endforeach()
