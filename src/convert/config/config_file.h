// Reads the config.ini among the files of a model.
#ifndef DEEPFILTER_CONVERT_CONFIG_CONFIG_FILE_H_
#define DEEPFILTER_CONVERT_CONFIG_CONFIG_FILE_H_

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/config.h"

namespace dfn {

// The config of config.ini among `files`. Errors: kNotFound, kMismatch (several files config.ini),
// those of IniFile::Parse and ReadConfig.
Result<Config> ReadConfigFile(std::span<const NamedBytes> files, const std::string& source,
                              const Limits& limits);

// Whether that config can be read and leaves the deep filter out, so that no file of a DF decoder is
// needed.
bool IsMaskOnly(std::span<const NamedBytes> files, const std::string& source, const Limits& limits);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_CONFIG_CONFIG_FILE_H_
