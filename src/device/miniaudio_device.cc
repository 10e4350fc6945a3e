#include "device/miniaudio_device.h"

#include <miniaudio.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "device/clock_bridge.h"
#include "os/shared_library.h"

namespace dfn {
namespace {

constexpr size_t kMostChannels = 2;
constexpr size_t kDefaultPeriodMs = 10;
// Devices bring blocks several times a second, whether anybody speaks or not.
constexpr int64_t kStandstillNs = 3'000'000'000;

std::optional<ma_backend> BackendOf(AudioServer server) {
  switch (server) {
    case AudioServer::kPulse:
      return ma_backend_pulseaudio;
    case AudioServer::kAlsa:
      return ma_backend_alsa;
    case AudioServer::kWasapi:
      return ma_backend_wasapi;
    case AudioServer::kCoreAudio:
      return ma_backend_coreaudio;
    case AudioServer::kPipewire:
    case AudioServer::kJack:
      break;
  }
  return std::nullopt;
}

// What people call it.
const char* TitleOf(AudioServer server) {
  switch (server) {
    case AudioServer::kPulse:
      return "PulseAudio";
    case AudioServer::kAlsa:
      return "ALSA";
    case AudioServer::kWasapi:
      return "WASAPI";
    case AudioServer::kCoreAudio:
      return "CoreAudio";
    case AudioServer::kPipewire:
    case AudioServer::kJack:
      break;
  }
  return "server";
}

#if defined(__linux__)
void Ignore(const char*, int, const char*, int, const char*, ...) {}
#endif

// ALSA's library writes all that it could not do to standard error, where a screen may be.
void SilenceAlsa() {
#if defined(__linux__)
  static const bool silent = [] {
    auto library = SharedLibrary::Open("libasound.so.2");
    if (!library.ok()) return false;
    auto* set = library->Find<int(decltype(&Ignore))>("snd_lib_error_set_handler");
    if (set == nullptr) return false;
    set(&Ignore);
    library->KeepLoaded();
    return true;
  }();
  static_cast<void>(silent);
#endif
}

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// A connection to one server.
class Context {
 public:
  static Result<std::unique_ptr<Context>> Open(AudioServer server) {
    const auto backend = BackendOf(server);
    if (!backend) return Error{ErrorCode::kUnsupported, "miniaudio does not know this server"};
    if (server == AudioServer::kAlsa) SilenceAlsa();
    std::unique_ptr<Context> context(new Context);
    ma_context_config config = ma_context_config_init();
    config.threadPriority = ma_thread_priority_realtime;
    config.pulse.pApplicationName = "deepfilter";
    const ma_result opened = ma_context_init(&*backend, 1, &config, &context->context_);
    if (opened != MA_SUCCESS) {
      return Error{ErrorCode::kNotFound, std::string("no ") + TitleOf(server) + " runs here (" +
                                             ma_result_description(opened) + ")"};
    }
    context->open_ = true;
    return context;
  }
  ~Context() {
    if (open_) ma_context_uninit(&context_);
  }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  ma_context* get() { return &context_; }

 private:
  Context() = default;

  ma_context context_ = {};
  bool open_ = false;
};

struct Found {
  DeviceEntry entry;
  ma_device_id id;
};

std::string NameOf(AudioServer server, const ma_device_info& info) {
  switch (server) {
    case AudioServer::kPulse:
      return info.id.pulse;
    case AudioServer::kAlsa:
      return info.id.alsa;
    case AudioServer::kCoreAudio:
      return info.id.coreaudio;
    default:
      return info.name;
  }
}

Result<std::vector<Found>> FindDevices(Context& context, AudioServer server) {
  ma_device_info* outputs = nullptr;
  ma_device_info* inputs = nullptr;
  ma_uint32 output_count = 0;
  ma_uint32 input_count = 0;
  const ma_result found =
      ma_context_get_devices(context.get(), &outputs, &output_count, &inputs, &input_count);
  if (found != MA_SUCCESS) {
    return Error{ErrorCode::kIo, std::string(AudioServerName(server)) +
                                     " does not list its devices (" + ma_result_description(found) +
                                     ")"};
  }
  std::vector<Found> devices;
  const auto add = [&](DeviceSide side, const ma_device_info* infos, ma_uint32 count) {
    for (ma_uint32 i = 0; i < count; ++i) {
      devices.push_back(
          {{server, side, NameOf(server, infos[i]), infos[i].name, infos[i].isDefault != MA_FALSE},
           infos[i].id});
    }
  };
  add(DeviceSide::kInput, inputs, input_count);
  add(DeviceSide::kOutput, outputs, output_count);
  return devices;
}

// One of the two devices. Its memory stays where it is while miniaudio uses it.
struct Half {
  ma_device device = {};
  bool open = false;
  std::string description;

  ~Half() {
    if (open) ma_device_uninit(&device);
  }
};

class MiniaudioDevice final : public LiveDevice {
 public:
  MiniaudioDevice(const DeviceRequest& request, std::unique_ptr<Context> context,
                  std::shared_ptr<BlockProcessor> processor)
      : request_(request),
        context_(std::move(context)),
        processor_(std::move(processor)),
        input_planes_(kMostChannels * kMostBlockSamples),
        done_planes_(kMostChannels * kMostBlockSamples),
        output_planes_(kMostChannels * kMostBlockSamples) {}

  ~MiniaudioDevice() override {
    closing_.store(true, std::memory_order_relaxed);
    // The output's callback uses the bridge, and the input's fills it.
    input_.reset();
    output_.reset();
  }

  Status Start() {
    DFN_TRY(const std::vector<Found> devices, FindDevices(*context_, request_.server));
    DFN_CHECK(OpenHalf(DeviceSide::kInput, devices, request_.input, request_.rate_hz));
    const size_t rate_hz = input_->device.sampleRate;
    DFN_CHECK(OpenHalf(DeviceSide::kOutput, devices, request_.output, rate_hz));
    rate_hz_ = rate_hz;
    MakeBridge();
    for (Half* half : {output_.get(), input_.get()}) {
      const ma_result started = ma_device_start(&half->device);
      if (started != MA_SUCCESS) {
        return Error{ErrorCode::kIo, half->description + " does not start (" +
                                         ma_result_description(started) + ")"};
      }
    }
    return {};
  }

  DeviceState state() override {
    DeviceState state;
    if (lost_.load(std::memory_order_relaxed)) {
      state.failure = std::string("the ") +
                      (lost_input_.load(std::memory_order_relaxed) ? "input" : "output") +
                      " device or its server has gone";
    }
    state.input = input_->description;
    state.output = output_->description;
    state.blocks = blocks_.load(std::memory_order_relaxed);
    // Of a server that has died, PulseAudio's library tells nothing; its devices stand still.
    const int64_t now_ns = NowNs();
    if (state.blocks != last_blocks_ || last_change_ns_ == 0) {
      last_blocks_ = state.blocks;
      last_change_ns_ = now_ns;
    } else if (now_ns - last_change_ns_ > kStandstillNs && state.failure.empty()) {
      state.failure = "the input device stands still";
    }
    state.block_samples = block_samples_.load(std::memory_order_relaxed);
    state.rate_hz = rate_hz_;
    state.missed_blocks = bridge_->gaps() + bridge_->drops();
    const double rate = static_cast<double>(rate_hz_);
    // The bridge counts from the moment when a sample was heard. What the output was given waits in
    // its own buffer, whose periods miniaudio tells.
    state.output_delay =
        PeriodOf(*output_) / rate *
        static_cast<double>(std::max<ma_uint32>(1, output_->device.playback.internalPeriods) - 1);
    state.bridge_delay = bridge_->delay_samples() / rate;
    state.clock_ratio = bridge_->ratio();
    return state;
  }

 private:
  static double PeriodOf(const Half& half) {
    const bool input = half.device.type == ma_device_type_capture;
    const ma_uint32 samples = input ? half.device.capture.internalPeriodSizeInFrames
                                    : half.device.playback.internalPeriodSizeInFrames;
    const ma_uint32 rate =
        input ? half.device.capture.internalSampleRate : half.device.playback.internalSampleRate;
    if (rate == 0) return samples;
    return static_cast<double>(samples) * half.device.sampleRate / rate;
  }

  Status OpenHalf(DeviceSide side, const std::vector<Found>& devices, const std::string& wanted,
                  size_t rate_hz) {
    const bool input = side == DeviceSide::kInput;
    auto half = std::make_unique<Half>();
    const ma_device_id* id = nullptr;
    half->description = input ? "the default input" : "the default output";
    std::vector<DeviceEntry> entries;
    for (const Found& found : devices) entries.push_back(found.entry);
    const auto chosen = ChooseDevice(entries, side, wanted);
    if (!chosen.ok() && !wanted.empty()) return chosen.error();
    if (chosen.ok()) {
      half->description = chosen->description;
      for (const Found& found : devices) {
        // The default one is the server's business, which moves with the user's choice.
        if (!wanted.empty() && found.entry.side == side && found.entry.name == chosen->name) {
          id = &found.id;
        }
      }
    }
    ma_device_config config =
        ma_device_config_init(input ? ma_device_type_capture : ma_device_type_playback);
    config.sampleRate = static_cast<ma_uint32>(rate_hz);
    config.periodSizeInFrames = static_cast<ma_uint32>(request_.block_samples);
    config.periodSizeInMilliseconds = request_.block_samples == 0 ? kDefaultPeriodMs : 0;
    config.performanceProfile = ma_performance_profile_low_latency;
    // Blocks as they come: its own cutting waits for whole ones.
    config.noFixedSizedCallback = MA_TRUE;
    config.noPreSilencedOutputBuffer = MA_TRUE;
    config.noClip = MA_TRUE;
    config.resampling.linear.lpfOrder = MA_MAX_FILTER_ORDER;
    config.notificationCallback = input ? OnInputNotice : OnOutputNotice;
    config.dataCallback = input ? OnInput : OnOutput;
    config.pUserData = this;
    config.capture.pDeviceID = config.playback.pDeviceID = id;
    config.capture.format = config.playback.format = ma_format_f32;
    config.capture.channels = config.playback.channels = static_cast<ma_uint32>(request_.channels);
    const ma_result opened = ma_device_init(context_->get(), &config, &half->device);
    if (opened != MA_SUCCESS) {
      return Error{ErrorCode::kIo,
                   half->description + " cannot be opened (" + ma_result_description(opened) + ")"};
    }
    half->open = true;
    (input ? input_ : output_) = std::move(half);
    return {};
  }

  void MakeBridge() {
    const double longest = std::max(PeriodOf(*input_), PeriodOf(*output_));
    // One block to be taken while the next one is still on its way, and half a one for unrest.
    constexpr double kBlocks = 2.5;
    const double added = request_.latency_ms * 1e-3 * static_cast<double>(rate_hz_);
    bridge_.emplace(
        ClockBridgeOptions{.channels = request_.channels,
                           .rate_hz = rate_hz_,
                           .target_samples = static_cast<size_t>(longest * kBlocks + added),
                           .two_clocks = true});
  }

  static void OnInputNotice(const ma_device_notification* notice) {
    static_cast<MiniaudioDevice*>(notice->pDevice->pUserData)->Notice(notice->type, true);
  }
  static void OnOutputNotice(const ma_device_notification* notice) {
    static_cast<MiniaudioDevice*>(notice->pDevice->pUserData)->Notice(notice->type, false);
  }
  void Notice(ma_device_notification_type type, bool input) {
    if (type != ma_device_notification_type_stopped || closing_.load(std::memory_order_relaxed)) {
      return;
    }
    lost_input_.store(input, std::memory_order_relaxed);
    lost_.store(true, std::memory_order_release);
  }

  static void OnInput(ma_device* device, void*, const void* input, ma_uint32 samples) {
    static_cast<MiniaudioDevice*>(device->pUserData)
        ->TakeInput(static_cast<const float*>(input), samples);
  }
  static void OnOutput(ma_device* device, void* output, const void*, ma_uint32 samples) {
    static_cast<MiniaudioDevice*>(device->pUserData)
        ->FillOutput(static_cast<float*>(output), samples);
  }

  void TakeInput(const float* input, size_t samples) noexcept {
    if (input == nullptr || samples == 0) return;
    const size_t channels = request_.channels;
    std::array<float*, kMostChannels> in = {};
    std::array<float*, kMostChannels> done = {};
    for (size_t c = 0; c < channels; ++c) {
      in[c] = input_planes_.data() + c * kMostBlockSamples;
      done[c] = done_planes_.data() + c * kMostBlockSamples;
    }
    for (size_t begin = 0; begin < samples; begin += kMostBlockSamples) {
      const size_t part = std::min(kMostBlockSamples, samples - begin);
      for (size_t c = 0; c < channels; ++c) {
        for (size_t i = 0; i < part; ++i) in[c][i] = input[(begin + i) * channels + c];
      }
      processor_->Process({.input = in.data(),
                           .output = done.data(),
                           .channels = channels,
                           .samples = part,
                           .rate_hz = rate_hz_});
      bridge_->Push(done.data(), part, NowNs());
    }
    block_samples_.store(samples, std::memory_order_relaxed);
    blocks_.store(blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  void FillOutput(float* output, size_t samples) noexcept {
    if (output == nullptr) return;
    const size_t channels = request_.channels;
    std::array<float*, kMostChannels> out = {};
    for (size_t c = 0; c < channels; ++c) out[c] = output_planes_.data() + c * kMostBlockSamples;
    for (size_t begin = 0; begin < samples; begin += kMostBlockSamples) {
      const size_t part = std::min(kMostBlockSamples, samples - begin);
      bridge_->Pop(out.data(), part, NowNs());
      for (size_t c = 0; c < channels; ++c) {
        for (size_t i = 0; i < part; ++i) output[(begin + i) * channels + c] = out[c][i];
      }
    }
  }

  const DeviceRequest request_;
  const std::unique_ptr<Context> context_;
  const std::shared_ptr<BlockProcessor> processor_;
  size_t rate_hz_ = 0;
  std::optional<ClockBridge> bridge_;
  AlignedBuffer<float> input_planes_;   // [kMostChannels, kMostBlockSamples], of the input's thread
  AlignedBuffer<float> done_planes_;    // likewise
  AlignedBuffer<float> output_planes_;  // of the output's thread
  std::unique_ptr<Half> input_;
  std::unique_ptr<Half> output_;
  uint64_t last_blocks_ = 0;  // as state() saw it last, and since when
  int64_t last_change_ns_ = 0;
  std::atomic<bool> closing_{false};
  std::atomic<bool> lost_{false};
  std::atomic<bool> lost_input_{false};
  std::atomic<uint64_t> blocks_{0};
  std::atomic<size_t> block_samples_{0};
};

}  // namespace

bool HasMiniaudio() { return true; }

bool MiniaudioHas(AudioServer server) {
  const auto backend = BackendOf(server);
  return backend && ma_is_backend_enabled(*backend) != MA_FALSE;
}

Result<std::vector<DeviceEntry>> ListMiniaudioDevices(AudioServer server) {
  DFN_TRY(const auto context, Context::Open(server));
  DFN_TRY(const std::vector<Found> found, FindDevices(*context, server));
  std::vector<DeviceEntry> entries;
  for (const Found& device : found) entries.push_back(device.entry);
  return entries;
}

Result<std::unique_ptr<LiveDevice>> OpenMiniaudioDevice(const DeviceRequest& request,
                                                        std::shared_ptr<BlockProcessor> processor) {
  if (request.channels < 1 || request.channels > kMostChannels) {
    return Error{ErrorCode::kInvalidArgument, "a device has 1 or 2 channels here"};
  }
  DFN_TRY(auto context, Context::Open(request.server));
  auto device =
      std::make_unique<MiniaudioDevice>(request, std::move(context), std::move(processor));
  DFN_CHECK(device->Start());
  return std::unique_ptr<LiveDevice>(std::move(device));
}

}  // namespace dfn
