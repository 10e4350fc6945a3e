// The options of a HostStream, and what follows from them alone.
#ifndef DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_
#define DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "model/config.h"
#include "stream/denoise/denoiser.h"
#include "stream/host/host_timing.h"

namespace dfn {

enum class ChannelMode {
  kIndependent,  // each channel as if alone, gated by its own local SNR
  kLinked,       // one set of gains, their maximum; gated by the first channel's local SNR
  kDownmix,      // the mean of the channels is enhanced and put out on every channel
  kLinkedMean,   // as kLinked, with the mean of the gains; kLibdf only, else kInvalidArgument
};

// When the work of a hop is done.
enum class WorkMode {
  kDirect,  // whole, in the call that brings its last sample
  kSpread,  // piece by piece while the samples of the next hop come in; one hop more delay
};

inline constexpr size_t kMaxHostChannels = 16;
inline constexpr size_t kMaxBlockMultiple = 1920000;

struct HostStreamOptions {
  size_t sample_rate_hz = 48000;  // 8000 .. 192000
  size_t channels = 1;            // 1 .. 16
  ChannelMode channel_mode = ChannelMode::kIndependent;
  WorkMode work_mode = WorkMode::kDirect;
  // The number of samples in every call is a multiple of this, 1 .. 1920000. A larger one saves
  // delay: at the model's own rate, hop - gcd(hop, block_multiple) samples of it remain.
  size_t block_multiple = 1;
  Profile profile = Profile::kReference;
  // DenoiserOptions::band_hz is that of a sound of sample_rate_hz, where FilledAboveHz has one.
  bool fills_band = false;
  bool silence_skip = false;
  DenoiserControls controls = {};
  // DenoiserOptions::level_gains_db, of the channels that go through the network.
  std::vector<float> level_gains_db = {};
};

// Errors: kInvalidArgument (a value out of range, or NaN).
Status CheckHostOptions(const HostStreamOptions& options);

// The next three take options that pass CheckHostOptions.

// Channels that go through the network.
size_t EnhancedChannels(const HostStreamOptions& options);
// The options of the denoiser inside the stream, of a network of `config`.
DenoiserOptions DenoiserOptionsOf(const Config& config, const HostStreamOptions& options);
// Whether that denoiser hears its channels at one level.
bool LinksGains(const HostStreamOptions& options);
HostTiming HostTimingOf(const Config& config, const HostStreamOptions& options);

// delay_samples() of a stream with these options, for a model of `config`, without creating one.
// Errors: those of CheckHostOptions.
Result<size_t> HostDelaySamples(const Config& config, const HostStreamOptions& options);

}  // namespace dfn

#endif  // DEEPFILTER_STREAM_HOST_HOST_OPTIONS_H_
