// One stream of the library for OBS, and the change from one to another while sound runs.
#ifndef DEEPFILTER_PLUGINS_OBS_ENGINE_H_
#define DEEPFILTER_PLUGINS_OBS_ENGINE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/delay_line.h"
#include "common/model_registry.h"
#include "common/parameters.h"
#include "deepfilter/deepfilter.h"

namespace dfn::obs {

// OBS has up to 8 channels.
inline constexpr size_t kMostChannels = 8;
// Longer blocks are taken in pieces of this.
inline constexpr size_t kPieceSamples = 1024;

// What makes a stream; a change makes a new one.
struct Make {
  uint32_t rate_hz = 48000;
  uint32_t channels = 2;
  dfn_channel_mode channel_mode = DFN_CHANNELS_LINKED;
  std::string model;  // empty: the default
  bool operator==(const Make&) const = default;
};

// What changes in a stream. Set on any thread, read on that of the sound without a lock.
struct Controls {
  std::atomic<float> attenuation_limit_db = plugin::kAttenuationLimit.default_value;
  std::atomic<float> post_filter_beta = plugin::kPostFilterBeta.default_value;
  std::atomic<bool> auto_level = plugin::kAutoLevel.default_value > 0.0f;
  std::atomic<bool> bypass = false;
};

class Engine {
 public:
  // Not real-time. Null on an error, which `sentence` then describes.
  static std::unique_ptr<Engine> Create(const Make& make, const Controls& controls,
                                        std::string& sentence);
  ~Engine() { dfn_stream_free(stream_); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  const Make& make() const noexcept { return make_; }
  // The stream's own delay, and the total with what Pad has added. Real-time, as all below.
  size_t stream_delay_samples() const noexcept { return dfn_stream_delay_samples(stream_); }
  size_t delay_samples() const noexcept { return stream_delay_samples() + pad_samples_; }

  // Returns to the start, with a delay of at least `delay_samples`, if that is not more than 0.1 s
  // above the stream's own.
  void Restart(size_t delay_samples) noexcept;
  // Enhances planes [channels][samples] in place, at most kPieceSamples.
  void Process(float* const* planes, size_t samples, const Controls& controls) noexcept;

 private:
  friend class Relay;
  explicit Engine(const Make& make) : make_(make) {}
  bool Open(const Controls& controls, std::string& sentence);
  void SendControls(const Controls& controls) noexcept;

  const Make make_;
  plugin::SharedModel model_;
  dfn_stream* stream_ = nullptr;
  float attenuation_limit_db_ = 0.0f, post_filter_beta_ = 0.0f;
  bool auto_level_ = false, bypass_ = false;
  size_t pad_samples_ = 0;
  std::vector<plugin::DelayLine> pad_lines_;  // [channels]
  // For the Relay.
  std::vector<float> samples_;  // [channels][kPieceSamples]
  std::vector<float*> planes_;  // [channels], into them
  Engine* retired_before_ = nullptr;
};

// Runs an engine, and goes over to the next one without a hole in the sound: the next one hears the
// sound beside the old one until its output has begun, and is then faded in over 10 ms. Its samples
// come at their places in time: a next engine that is faster is delayed as the one before it, and
// one that is slower leaves out what the one before it has put out.
class Relay {
 public:
  Relay() = default;
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Hands over the next engine, and frees those that are out of use. One thread at a time, not
  // real-time, at any time beside the functions below.
  void Offer(std::unique_ptr<Engine> engine);

  // The thread of the sound; real-time.

  // Begins anew with the newest engine. The first `delay_samples()` samples that come out then are
  // older than the first that came in, and are left out.
  void Restart() noexcept;
  bool empty() const noexcept { return current_ == nullptr; }
  // Of the current engine; only if there is one.
  size_t delay_samples() const noexcept { return current_->delay_samples(); }
  uint32_t rate_hz() const noexcept { return current_->make().rate_hz; }
  uint32_t channels() const noexcept { return current_->make().channels; }
  // Enhances planes [channels][samples] in place. Returns how many samples are left out at the
  // front, which belong before the input's first or were put out before.
  size_t Process(float* const* planes, size_t samples, const Controls& controls) noexcept;

 private:
  void TakeNext() noexcept;
  void Switch() noexcept;
  void Retire(Engine* engine) noexcept;
  void Fade(float* const* planes, size_t samples) noexcept;
  void ProcessPiece(float* const* planes, size_t samples, const Controls& controls) noexcept;

  std::atomic<Engine*> next_ = nullptr;
  std::atomic<Engine*> retired_ = nullptr;  // a list, by retired_before_
  Engine* current_ = nullptr;
  Engine* rising_ = nullptr;
  size_t rising_samples_ = 0;  // that it has heard
  size_t skip_samples_ = 0;    // to be left out
};

}  // namespace dfn::obs

#endif  // DEEPFILTER_PLUGINS_OBS_ENGINE_H_
