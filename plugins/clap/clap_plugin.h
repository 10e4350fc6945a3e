// One CLAP plugin: what its host calls, in terms of an Instance.
#ifndef DEEPFILTER_PLUGINS_CLAP_CLAP_PLUGIN_H_
#define DEEPFILTER_PLUGINS_CLAP_CLAP_PLUGIN_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "clap/abi.h"
#include "clap/abi_extensions.h"
#include "clap/audio_view.h"
#include "clap/host_calls.h"
#include "clap/parameter_values.h"
#include "common/instance.h"
#include "common/ports.h"
#include "common/settings.h"

namespace dfn::plugin {

// Functions are for the thread that CLAP names ([main], [audio]); those that are for [audio] are
// real-time: they allocate nothing, take no lock and do not wait.
//
// Events take effect at their sample: a block is run in parts that end where a parameter changes,
// so that the stream hears of the change between the same two samples, whatever the blocks.
class ClapPlugin {
 public:
  // channels: 1 or 2.
  ClapPlugin(const clap::Host& host, size_t channels) noexcept
      : channels_(channels), host_(host), values_(channels == 2) {}
  ClapPlugin(const ClapPlugin&) = delete;
  ClapPlugin& operator=(const ClapPlugin&) = delete;

  // [main]
  void Init() noexcept { host_.Init(); }
  // False, and a line in the log, if the model cannot be had. At a rate that the library does not
  // take (below 8 or above 192 kHz), the plugin passes the sound on and says so in the log.
  bool Activate(double sample_rate_hz, uint32_t max_frames) noexcept;
  void Deactivate() noexcept;
  bool SetRenderMode(int32_t mode) noexcept;
  bool Save(const clap::OutputStream& stream) const noexcept;
  bool Load(const clap::InputStream& stream) noexcept;
  // 0 unless active.
  uint32_t latency_samples() const noexcept { return latency_samples_; }

  // [audio]
  void Reset() noexcept;
  int32_t Process(const clap::Process& process) noexcept;
  // [audio] when active, else [main]
  void Flush(const clap::InputEvents* events) noexcept;

  // [any]
  uint32_t tail_samples() const noexcept { return tail_samples_.load(std::memory_order_relaxed); }
  size_t channels() const noexcept { return channels_; }
  const ParameterValues& values() const noexcept { return values_; }

 private:
  // Makes an instance for these settings, or starts the one that there is anew if it fits. False if
  // it cannot be had.
  bool Prepare(uint32_t rate_hz, uint32_t max_frames);
  void Run(const AudioView& audio, size_t begin, size_t end) noexcept;
  void AskForOtherStereo() noexcept;
  void WatchBlocks(uint32_t frames) noexcept;

  const size_t channels_;
  HostCalls host_;
  ParameterValues values_;

  // [main]
  uint32_t latency_samples_ = 0;
  uint32_t told_latency_samples_ = 0;
  uint32_t max_frames_ = 0;
  InstanceOptions options_;  // of the instance
  Settings settings_;
  std::unique_ptr<Instance> instance_;

  // Set by [main] while inactive, then [audio].
  bool passes_ = false;       // the sound as it is
  bool watches_ = false;      // whether blocks are as long as presumed
  size_t hop_samples_ = 0;    // 10 ms
  size_t short_samples_ = 0;  // in blocks of less than a hop, since activation
  float parts_[kMaxChannels][kPartSamples] = {};

  std::atomic<bool> active_ = false;
  std::atomic<bool> offline_ = false;
  std::atomic<bool> independent_ = false;  // what the instance does
  std::atomic<bool> asked_for_stereo_ = false;
  std::atomic<bool> blocks_are_short_ = false;
  std::atomic<uint32_t> tail_samples_ = 0;
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_CLAP_CLAP_PLUGIN_H_
