// The mark of the symbol that a plugin shows its host, and the version as text ("0.1.0") for
// descriptors that are constants.
#ifndef DEEPFILTER_PLUGINS_COMMON_EXPORTS_H_
#define DEEPFILTER_PLUGINS_COMMON_EXPORTS_H_

#include "deepfilter/deepfilter.h"

#define DFN_TEXT_OF(x) #x
#define DFN_TEXT(x) DFN_TEXT_OF(x)
#define DFN_VERSION_TEXT      \
  DFN_TEXT(DFN_VERSION_MAJOR) \
  "." DFN_TEXT(DFN_VERSION_MINOR) "." DFN_TEXT(DFN_VERSION_PATCH)

#if defined(_WIN32)
#define DFN_PLUGIN_EXPORT extern "C" __declspec(dllexport)
#elif defined(__GNUC__)
#define DFN_PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define DFN_PLUGIN_EXPORT extern "C"
#endif

#endif  // DEEPFILTER_PLUGINS_COMMON_EXPORTS_H_
