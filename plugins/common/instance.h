// One instance of a plugin: it turns a host's blocks and port values into enhanced blocks.
#ifndef DEEPFILTER_PLUGINS_COMMON_INSTANCE_H_
#define DEEPFILTER_PLUGINS_COMMON_INSTANCE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/controls.h"
#include "common/delay_line.h"
#include "common/model_registry.h"
#include "common/settings.h"
#include "deepfilter/deepfilter.h"

namespace dfn::plugin {

struct InstanceOptions {
  uint32_t sample_rate_hz = 48000;
  uint32_t channels = 1;
  dfn_channel_mode channel_mode = DFN_CHANNELS_INDEPENDENT;
  dfn_profile profile = DFN_PROFILE_REFERENCE;
  size_t max_extra_hops = 0;
  // The number of samples that the host declares for its blocks, or 0 if it declares none. It
  // decides the meaning of WorkChoice::kAuto; without it the first block does.
  size_t block_samples = 0;

  bool operator==(const InstanceOptions&) const = default;
};

// The host's main thread calls Create, Activate and the destructor; Run is real-time: it allocates
// nothing, takes no lock, does not wait and makes no system call. A host never calls two of these
// at the same time.
//
// The work is done in one of two streams that share the model, one direct and one spread. With
// WorkChoice::kAuto the first block after Activate chooses between them; no sample has been output
// before, so the delay never changes.
//
// Everything is ready when Create returns, unless settings.background is set. Then a thread creates
// the streams, and until they exist Run passes the input on with the same delay. The streams'
// output is faded in over 10 ms once it comes from input that they have received.
class Instance {
 public:
  // Null on an error, which the log then describes.
  static std::unique_ptr<Instance> Create(const InstanceOptions& options, const Settings& settings,
                                          const Log& log);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Returns to the initial state. Real-time.
  void Activate() noexcept;

  // Waits until the thread that loads in the background has ended, for hosts that are about to run
  // faster than real time. Run may be called meanwhile.
  void WaitUntilLoaded();

  // Processes any number of samples. input, output: [channels] pointers to [samples]; each output
  // may be any input's memory; a null input is silence, a null output is left out.
  void Run(const float* const* input, float* const* output, size_t samples,
           const Controls& controls) noexcept;

  // Output sample i + delay_samples() is input sample i. Before the first Run since Activate it is
  // the delay that a first block of a hop or more with these controls will have; from then on it
  // depends on nothing. Real-time.
  size_t delay_samples(const Controls& controls) const noexcept;
  // Samples of the output after the last sample of the input that are not silence: the delay, and
  // what windows, deep filter and resamplers add behind a sound. Real-time.
  size_t tail_samples(const Controls& controls) const noexcept;
  // The last local SNR in dB; -15 until there is a stream. Real-time.
  float local_snr_db() const noexcept;
  // By how much the network hears the input louder than it is, in dB. Real-time.
  float level_gain_db() const noexcept;

 private:
  // One of the two streams.
  struct Way {
    dfn_stream* stream = nullptr;
    size_t delay_samples = 0;
    bool wanted = false;
  };
  // The source of the output while streams may be missing.
  enum class Phase {
    kDry,     // there is no stream yet
    kRising,  // the stream gets its input; its output for that is then faded in
    kWet,
  };

  Instance(const InstanceOptions& options, const Settings& settings, const Log& log,
           SharedModel model);
  bool Prepare();
  // The work of the thread that loads in the background. Without memory the sound stays as it is,
  // and the log tells it once.
  void Load() noexcept;
  bool MakeStreams();
  bool MakeStream(dfn_work_mode work, Way& way);
  dfn_stream_options StreamOptions(dfn_work_mode work) const;
  bool HopFits(size_t samples) const noexcept;
  size_t HopsToSamples(size_t hops) const noexcept;
  size_t ExtraSamples(const Controls& controls) const noexcept;
  dfn_work_mode PresumedWork() const noexcept;
  void Start(size_t samples, const Controls& controls) noexcept;
  void SendControls(const Controls& controls) noexcept;
  void RunSegment(size_t samples) noexcept;
  void RunRising(size_t samples) noexcept;

  const InstanceOptions options_;
  const Settings settings_;
  const Log log_;
  const SharedModel model_;
  Way ways_[2];                                   // by dfn_work_mode
  std::vector<DelayLine> extra_delay_;            // [channels]
  std::vector<DelayLine> dry_delay_;              // [channels] if loading in the background
  std::vector<float> wet_samples_, dry_samples_;  // [channels][kSegmentSamples]
  std::vector<float*> wet_, dry_;                 // [channels], into them

  dfn_work_mode work_ = DFN_WORK_DIRECT;
  bool started_ = false;  // there was a block since Activate
  bool sent_any_ = false;
  Controls sent_;
  size_t extra_samples_ = 0;
  Phase phase_ = Phase::kWet;
  size_t rising_samples_ = 0;  // that the stream got since it came
  std::atomic<bool> ready_ = false;
  std::thread loader_;
};

}  // namespace dfn::plugin

#endif  // DEEPFILTER_PLUGINS_COMMON_INSTANCE_H_
