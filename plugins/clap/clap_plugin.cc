#include "clap/clap_plugin.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "clap/state.h"

namespace dfn::plugin {
namespace {

// The library's range, see dfn_stream_options.
constexpr double kLeastRateHz = 8000.0;
constexpr double kGreatestRateHz = 192000.0;
// The hop of all models.
constexpr uint32_t kHopsInASecond = 100;
// Shorter blocks may come by chance, at the ends of a loop or of a host's automation.
constexpr uint32_t kSecondsOfShortBlocks = 1;

// The events of a list, or none where a host brings none.
class Events {
 public:
  explicit Events(const clap::InputEvents* list) noexcept
      : list_(list != nullptr && list->size != nullptr && list->get != nullptr ? list : nullptr),
        count_(list_ == nullptr ? 0 : list_->size(list_)) {}
  uint32_t count() const noexcept { return count_; }
  const clap::EventHeader* operator[](uint32_t index) const noexcept {
    return list_->get(list_, index);
  }

 private:
  const clap::InputEvents* list_;
  uint32_t count_;
};

}  // namespace

bool ClapPlugin::Activate(double sample_rate_hz, uint32_t max_frames) noexcept {
  if (!(sample_rate_hz > 0.0)) return false;
  try {
    // A rate that is not whole is resampled there and back by the same ratio, so the sound keeps its
    // pitch; the network hears it off by 0.006 % at most.
    const double rate_hz = std::round(sample_rate_hz);
    passes_ = !(rate_hz >= kLeastRateHz && rate_hz <= kGreatestRateHz);
    if (passes_) {
      host_.Log("the sample rate is " + std::to_string(sample_rate_hz) +
                " Hz; noise is taken out from 8000 to 192000 Hz, and the sound passes as it is");
    } else if (!Prepare(static_cast<uint32_t>(rate_hz), max_frames)) {
      return false;
    }
  } catch (const std::exception&) {
    host_.LogWhole("deepfilter: there is not enough memory, or no thread to load with");
    return false;
  }
  values_.EndModulation();
  const Controls controls = values_.controls();
  latency_samples_ = passes_ ? 0 : static_cast<uint32_t>(instance_->delay_samples(controls));
  tail_samples_ = passes_ ? 0 : static_cast<uint32_t>(instance_->tail_samples(controls));
  if (latency_samples_ != told_latency_samples_) {
    told_latency_samples_ = latency_samples_;
    host_.LatencyChanged();
  }
  asked_for_stereo_ = false;
  active_ = true;
  return true;
}

bool ClapPlugin::Prepare(uint32_t rate_hz, uint32_t max_frames) {
  const auto log = [this](const std::string& line) { host_.Log(line); };
  if (max_frames != max_frames_) blocks_are_short_ = false;
  max_frames_ = max_frames;
  hop_samples_ = rate_hz / kHopsInASecond;

  Settings settings = ReadSettings(log);
  settings.background = settings.background && !offline_;
  InstanceOptions options;
  options.sample_rate_hz = rate_hz;
  options.channels = static_cast<uint32_t>(channels_);
  options.profile = DFN_PROFILE_REFERENCE;
  const bool independent = channels_ == 1 || values_.independent_channels();
  options.channel_mode = independent ? DFN_CHANNELS_INDEPENDENT : DFN_CHANNELS_LINKED;
  // Most hosts' blocks are as long as they may be.
  options.block_samples = blocks_are_short_ ? 1 : std::max<uint32_t>(max_frames, 1);
  watches_ = settings.work == WorkChoice::kAuto && options.block_samples >= hop_samples_;
  short_samples_ = 0;

  if (instance_ != nullptr && options == options_ && settings == settings_) {
    instance_->Activate();
  } else {
    // The old instance goes when the new one is there, so that the model stays loaded.
    std::unique_ptr<Instance> made = Instance::Create(options, settings, log);
    if (made == nullptr) return false;
    instance_ = std::move(made);
    options_ = options;
    settings_ = settings;
  }
  independent_ = independent;
  return true;
}

void ClapPlugin::Deactivate() noexcept {
  active_ = false;
  latency_samples_ = 0;
}

bool ClapPlugin::SetRenderMode(int32_t mode) noexcept {
  if (mode != clap::kRenderRealTime && mode != clap::kRenderOffline) return false;
  offline_ = mode == clap::kRenderOffline;
  // The wait is here, so that the audio thread never has one.
  if (offline_ && instance_ != nullptr) instance_->WaitUntilLoaded();
  return true;
}

bool ClapPlugin::Save(const clap::OutputStream& stream) const noexcept {
  try {
    return SaveState(values_, stream);
  } catch (const std::exception&) {
    return false;  // no memory
  }
}

bool ClapPlugin::Load(const clap::InputStream& stream) noexcept {
  try {
    if (!LoadState(values_, stream)) {
      host_.Log("the state that the host brings is not one of this plugin's");
      return false;
    }
  } catch (const std::exception&) {
    return false;  // no memory
  }
  host_.ValuesChanged();
  AskForOtherStereo();
  return true;
}

void ClapPlugin::Reset() noexcept {
  if (!passes_ && instance_ != nullptr) instance_->Activate();
}

int32_t ClapPlugin::Process(const clap::Process& process) noexcept {
  if (!active_.load(std::memory_order_relaxed)) return clap::kProcessError;
  const AudioView audio(process, channels_);
  const Events events(process.in_events);
  uint32_t done = 0;
  for (uint32_t i = 0; i < events.count(); ++i) {
    const clap::EventHeader* event = events[i];
    if (event == nullptr || !values_.Concerns(*event)) continue;
    const uint32_t at = std::min(event->time, process.frames_count);
    if (at > done) {
      Run(audio, done, at);
      done = at;
    }
    values_.Apply(*event);
  }
  Run(audio, done, process.frames_count);
  audio.FinishOutputs(process);
  AskForOtherStereo();
  WatchBlocks(process.frames_count);
  return clap::kProcessTail;
}

void ClapPlugin::Flush(const clap::InputEvents* list) noexcept {
  const Events events(list);
  for (uint32_t i = 0; i < events.count(); ++i) {
    if (const clap::EventHeader* event = events[i]; event != nullptr) values_.Apply(*event);
  }
  AskForOtherStereo();
}

void ClapPlugin::Run(const AudioView& audio, size_t begin, size_t end) noexcept {
  const Controls controls = values_.controls();
  if (!passes_ && audio.all_floats()) {
    instance_->Run(audio.input(begin).data(), audio.output(begin).data(), end - begin, controls);
    return;
  }
  float* parts[kMaxChannels] = {};
  for (size_t c = 0; c < channels_; ++c) parts[c] = parts_[c];
  while (begin < end) {
    const size_t now = std::min(kPartSamples, end - begin);
    audio.Load(begin, now, parts);
    if (!passes_) instance_->Run(parts, parts, now, controls);
    audio.Store(begin, now, parts);
    begin += now;
  }
}

// Channel modes differ in their streams, which are made while inactive.
void ClapPlugin::AskForOtherStereo() noexcept {
  if (channels_ != 2 || !active_ || passes_) return;
  if (values_.independent_channels() == independent_) {
    asked_for_stereo_ = false;
  } else if (!asked_for_stereo_.exchange(true)) {
    host_.RequestRestart();
  }
}

// A host that could bring long blocks, but brings none in all of the first second, gets the work
// spread over its short ones. That delay is another, so it takes a restart; not while a file is
// rendered, which would tear it.
void ClapPlugin::WatchBlocks(uint32_t frames) noexcept {
  if (!watches_ || offline_) return;
  short_samples_ += frames;
  watches_ = frames < hop_samples_ && !passes_;
  if (!watches_ || short_samples_ < kSecondsOfShortBlocks * kHopsInASecond * hop_samples_) return;
  watches_ = false;
  blocks_are_short_ = true;
  host_.RequestRestart();
}

}  // namespace dfn::plugin
