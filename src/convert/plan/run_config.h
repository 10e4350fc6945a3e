// Reads the config.ini of a model that is to be run.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_CONFIG_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_CONFIG_H_

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

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_CONFIG_H_
