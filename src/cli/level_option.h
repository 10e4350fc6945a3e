// The option --level, which several commands have.
#ifndef DEEPFILTER_CLI_LEVEL_OPTION_H_
#define DEEPFILTER_CLI_LEVEL_OPTION_H_

#include <string>

#include "base/result.h"

namespace dfn {

struct LevelChoice {
  bool automatic;
  float gain_db;  // without that
};

// What --level says: "auto", "keep" or a gain in dB. Empty: `otherwise_automatic`. Errors:
// kInvalidArgument.
Result<LevelChoice> ParseLevel(const std::string& level, bool otherwise_automatic);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LEVEL_OPTION_H_
