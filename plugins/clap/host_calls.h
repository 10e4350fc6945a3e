// What a plugin asks of its host. Every function does nothing where the host lacks it.
#ifndef DEEPFILTER_PLUGINS_CLAP_HOST_CALLS_H_
#define DEEPFILTER_PLUGINS_CLAP_HOST_CALLS_H_

#include <string>

#include "clap/abi.h"
#include "clap/abi_extensions.h"

namespace dfn::plugin {

class HostCalls {
 public:
  // `host` must stay valid as long as this.
  explicit HostCalls(const clap::Host& host) noexcept : host_(host) {}

  // Asks for the host's extensions, within the plugin's init only.
  void Init() noexcept;

  // To the host's log, or to stderr. Any thread, not real-time.
  void Log(const std::string& line) const { LogWhole(("deepfilter: " + line).c_str()); }
  // The same without memory of its own; the text begins with the name "deepfilter: ".
  void LogWhole(const char* text) const noexcept;
  // Deactivates and activates the plugin again, soon. Any thread, real-time.
  void RequestRestart() const noexcept;
  // [main], within activate.
  void LatencyChanged() const noexcept;
  // All values were replaced. [main]
  void ValuesChanged() const noexcept;

 private:
  template <typename Extension>
  const Extension* Find(const char* id) const noexcept;

  const clap::Host& host_;
  const clap::HostLog* log_ = nullptr;
  const clap::HostLatency* latency_ = nullptr;
  const clap::HostParams* params_ = nullptr;
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_HOST_CALLS_H_
