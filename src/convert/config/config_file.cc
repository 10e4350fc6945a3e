#include "convert/config/config_file.h"

#include <algorithm>

#include "convert/config/config_ini.h"
#include "convert/config/model_files.h"
#include "formats/ini/ini.h"

namespace dfn {

Result<Config> ReadConfigFile(std::span<const NamedBytes> files, const std::string& source,
                              const Limits& limits) {
  const auto is_config = [](const NamedBytes& file) { return LastPart(file.name) == kConfigFile; };
  const auto found = std::find_if(files.begin(), files.end(), is_config);
  if (found == files.end()) {
    return Error{ErrorCode::kNotFound, ModelLabel(source) + ": there is no " + kConfigFile};
  }
  if (std::count_if(files.begin(), files.end(), is_config) > 1) {
    return Error{ErrorCode::kMismatch,
                 ModelLabel(source) + ": holds several files config.ini, expected one"};
  }
  const std::string label = FileLabel(source, kConfigFile);
  DFN_TRY(const IniFile ini, IniFile::Parse(found->bytes, label, limits));
  return ReadConfig(ini, label, limits);
}

bool IsMaskOnly(std::span<const NamedBytes> files, const std::string& source,
                const Limits& limits) {
  const auto config = ReadConfigFile(files, source, limits);
  return config.ok() && config->mask_only;
}

}  // namespace dfn
