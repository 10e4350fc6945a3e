#include "lv2/features.h"

#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/log/log.h>
#include <lv2/options/options.h>
#include <lv2/urid/urid.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

namespace dfn::plugin {
namespace {

template <typename T>
const T* FindFeature(const LV2_Feature* const* features, const char* uri) {
  if (features == nullptr) return nullptr;
  for (; *features != nullptr; ++features) {
    if (std::strcmp((*features)->URI, uri) == 0) return static_cast<const T*>((*features)->data);
  }
  return nullptr;
}

// Returns a positive number that the host gives as an option of this instance, or 0 if it gives
// none.
size_t IntOption(const LV2_Options_Option* options, const LV2_URID_Map& map, const char* uri) {
  const LV2_URID key = map.map(map.handle, uri);
  const LV2_URID int_type = map.map(map.handle, LV2_ATOM__Int);
  for (; options->key != 0; ++options) {
    if (options->context != LV2_OPTIONS_INSTANCE || options->key != key ||
        options->type != int_type || options->size != sizeof(int32_t) ||
        options->value == nullptr) {
      continue;
    }
    int32_t value = 0;
    std::memcpy(&value, options->value, sizeof value);
    return value > 0 ? static_cast<size_t>(value) : 0;
  }
  return 0;
}

}  // namespace

Log HostLog(const LV2_Feature* const* features) {
  const auto* log = FindFeature<LV2_Log_Log>(features, LV2_LOG__log);
  const auto* map = FindFeature<LV2_URID_Map>(features, LV2_URID__map);
  if (log == nullptr || map == nullptr) {
    return [](const std::string& line) { std::fprintf(stderr, "deepfilter: %s\n", line.c_str()); };
  }
  const LV2_URID error = map->map(map->handle, LV2_LOG__Error);
  return [log = *log, error](const std::string& line) {
    log.printf(log.handle, error, "deepfilter: %s\n", line.c_str());
  };
}

size_t HostBlockSamples(const LV2_Feature* const* features, size_t hop_samples) {
  const auto* options = FindFeature<LV2_Options_Option>(features, LV2_OPTIONS__options);
  const auto* map = FindFeature<LV2_URID_Map>(features, LV2_URID__map);
  if (options == nullptr || map == nullptr) return 0;
  const size_t nominal = IntOption(options, *map, LV2_BUF_SIZE__nominalBlockLength);
  if (nominal != 0) return nominal;
  const size_t most = IntOption(options, *map, LV2_BUF_SIZE__maxBlockLength);
  return most < hop_samples ? most : 0;
}

}  // namespace dfn::plugin
