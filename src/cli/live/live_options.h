// The command line of `deepfilter live` as values.
#ifndef DEEPFILTER_CLI_LIVE_LIVE_OPTIONS_H_
#define DEEPFILTER_CLI_LIVE_LIVE_OPTIONS_H_

#include <cstddef>
#include <optional>
#include <string>

#include "base/precision.h"
#include "base/result.h"
#include "device/device.h"
#include "live/live_engine.h"
#include "model/config.h"

namespace dfn {

class Arguments;

// The options as the user wrote them; an option that was not given is empty.
struct LiveOptions {
  std::string model;
  std::string precision;
  std::string simd;
  std::string server;
  std::string input;
  std::string output;
  bool virtual_microphone = false;
  size_t channels = 1;
  std::optional<size_t> rate_hz;
  std::optional<size_t> block_samples;
  double latency_ms = 0.0;
  Profile profile = Profile::kReference;
  std::optional<float> atten_lim_db;
  std::optional<bool> post_filter;
  std::optional<float> post_filter_beta;
  std::string level;
  bool bypass = false;
  std::string work;
  std::string record;
  bool force = false;
  double seconds = 0.0;   // 0: until the user ends it
  double interval = 1.0;  // between two lines
  bool json = false;
  bool plain = false;
  std::string colours;
  bool ascii = false;
};

void DefineLive(Arguments& command, LiveOptions& options);

// Finds options that contradict each other. Errors: kInvalidArgument.
Status CheckLiveOptions(const LiveOptions& options);

// The device that the options ask for, on one of the servers.
DeviceRequest DeviceRequestOf(const LiveOptions& options, AudioServer server);
// The servers to try, in order.
std::vector<AudioServer> ServersOf(const LiveOptions& options);
// The engine's settings, with the defaults of profile and model. The options pass CheckLiveOptions.
LiveEngineOptions EngineOptionsOf(const LiveOptions& options, const Config& model);
// In which the weights are kept; `stored` is what the model's file has.
Precision PrecisionOf(const LiveOptions& options, Precision stored);

}  // namespace dfn

#endif  // DEEPFILTER_CLI_LIVE_LIVE_OPTIONS_H_
