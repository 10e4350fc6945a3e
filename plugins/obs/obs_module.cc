// The module as libobs loads it.

#include <obs-module.h>

#include "deepfilter/deepfilter.h"
#include "obs/filter.h"

OBS_DECLARE_MODULE()
OBS_MODULE_USE_DEFAULT_LOCALE("deepfilter", "en-US")

MODULE_EXPORT const char* obs_module_name(void) { return "deepfilter"; }

MODULE_EXPORT const char* obs_module_description(void) {
  return "Noise suppression for speech with DeepFilterNet";
}

MODULE_EXPORT bool obs_module_load(void) {
  const obs_source_info info = dfn::obs::SourceInfo();
  obs_register_source(&info);
  blog(LOG_INFO, "[deepfilter] version %s", dfn_version());
  return true;
}
