// Writes the config.ini of an export.
#ifndef DEEPFILTER_CONVERT_CONFIG_CONFIG_WRITER_H_
#define DEEPFILTER_CONVERT_CONFIG_CONFIG_WRITER_H_

#include <string>

#include "model/config.h"

namespace dfn {

// Text with every key that our reader, the public Python package and the official runtime need for
// the same network and signal processing. ReadConfig gives an equal Config.
std::string WriteConfig(const Config& config);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_CONFIG_WRITER_H_
