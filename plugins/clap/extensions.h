// The extensions of the plugins.
#ifndef DEEPFILTER_PLUGINS_CLAP_EXTENSIONS_H_
#define DEEPFILTER_PLUGINS_CLAP_EXTENSIONS_H_

#include "clap/abi.h"
#include "clap/clap_plugin.h"

namespace dfn::plugin {

inline ClapPlugin& PluginOf(const clap::Plugin* plugin) noexcept {
  return *static_cast<ClapPlugin*>(plugin->data);
}

// The extension of that name (clap::kParamsId and so on), or null. Any thread.
const void* FindExtension(const char* id) noexcept;

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_EXTENSIONS_H_
