// Settings from the environment, for hosts that have no way to pass them.
#ifndef DEEPFILTER_PLUGINS_COMMON_SETTINGS_H_
#define DEEPFILTER_PLUGINS_COMMON_SETTINGS_H_

#include <functional>
#include <string>

namespace dfn::plugin {

// The function that logs one line, given without a newline. Called in instantiate, and on the
// thread that loads in the background; never in real time.
using Log = std::function<void(const std::string& line)>;

// When a hop's work is done, see dfn_work_mode.
enum class WorkChoice {
  kAuto,  // direct for blocks of a hop and more, else spread
  kDirect,
  kSpread,
};

struct Settings {
  std::string model;                    // $DEEPFILTER_PLUGIN_MODEL; empty: the default
  WorkChoice work = WorkChoice::kAuto;  // $DEEPFILTER_PLUGIN_WORK: auto, direct, spread
  bool background = false;              // $DEEPFILTER_PLUGIN_LOAD: wait, background

  bool operator==(const Settings&) const = default;
};

// Reads the environment. Any other value counts as the first of those named, and is logged.
Settings ReadSettings(const Log& log);

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_SETTINGS_H_
