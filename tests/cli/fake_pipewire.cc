// A library with the one function of PipeWire's that `deepfilter doctor` calls. It calls itself the
// version that $FAKE_PIPEWIRE_VERSION says.
#include <cstdlib>

extern "C" __attribute__((visibility("default"))) const char* pw_get_library_version() {
  const char* version = std::getenv("FAKE_PIPEWIRE_VERSION");
  return version != nullptr ? version : "";
}
