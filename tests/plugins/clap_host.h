// A minimal host of CLAP plugins. It checks that a plugin calls it on the threads and in the states
// that CLAP orders, and notes breaches.
#ifndef DEEPFILTER_TESTS_PLUGINS_CLAP_HOST_H_
#define DEEPFILTER_TESTS_PLUGINS_CLAP_HOST_H_

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "clap/abi.h"
#include "clap/abi_extensions.h"
#include "plugins/planar.h"

namespace dfn::test {

class ClapLibrary {
 public:
  ClapLibrary() : handle_(dlopen(DFN_CLAP_PLUGIN, RTLD_NOW | RTLD_LOCAL)) {
    EXPECT_NE(handle_, nullptr) << dlerror();
    if (handle_ == nullptr) return;
    entry_ = static_cast<const clap::Entry*>(dlsym(handle_, "clap_entry"));
    EXPECT_NE(entry_, nullptr);
    if (entry_ == nullptr || !entry_->init(DFN_CLAP_PLUGIN)) return;
    factory_ = static_cast<const clap::Factory*>(entry_->get_factory(clap::kFactoryId));
    EXPECT_NE(factory_, nullptr);
  }
  ~ClapLibrary() {
    if (entry_ != nullptr) entry_->deinit();
    if (handle_ != nullptr) dlclose(handle_);
  }
  ClapLibrary(const ClapLibrary&) = delete;
  ClapLibrary& operator=(const ClapLibrary&) = delete;

  const clap::Entry& entry() const { return *entry_; }
  const clap::Factory& factory() const { return *factory_; }

 private:
  void* handle_;
  const clap::Entry* entry_ = nullptr;
  const clap::Factory* factory_ = nullptr;
};

// Value and modulation events, sorted by time as CLAP orders it. Building one allocates; the list's
// own functions do not.
class ClapEvents {
 public:
  ClapEvents() = default;
  explicit ClapEvents(std::vector<clap::ParamEvent> events) : events_(std::move(events)) {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const auto& a, const auto& b) { return a.header.time < b.header.time; });
  }
  ClapEvents(const ClapEvents&) = delete;
  ClapEvents& operator=(const ClapEvents&) = delete;

  static clap::ParamEvent Value(uint32_t time, uint32_t id, double value) {
    return {.header = {.size = sizeof(clap::ParamEvent),
                       .time = time,
                       .space_id = clap::kCoreSpace,
                       .type = clap::kParamValueEvent,
                       .flags = 0},
            .param_id = id,
            .cookie = nullptr,
            .note_id = -1,
            .port_index = -1,
            .channel = -1,
            .key = -1,
            .value = value};
  }
  static clap::ParamEvent Modulation(uint32_t time, uint32_t id, double amount) {
    clap::ParamEvent event = Value(time, id, amount);
    event.header.type = clap::kParamModEvent;
    return event;
  }

  const clap::InputEvents* list() const { return &face_; }
  const clap::OutputEvents* output() const { return &output_; }
  size_t pushed() const { return pushed_; }

 private:
  static uint32_t Size(const clap::InputEvents* list) {
    return static_cast<uint32_t>(static_cast<const ClapEvents*>(list->context)->events_.size());
  }
  static const clap::EventHeader* Get(const clap::InputEvents* list, uint32_t index) {
    return &static_cast<const ClapEvents*>(list->context)->events_[index].header;
  }
  static bool Push(const clap::OutputEvents* list, const clap::EventHeader*) {
    ++static_cast<ClapEvents*>(list->context)->pushed_;
    return true;
  }

  std::vector<clap::ParamEvent> events_;
  clap::InputEvents face_ = {this, Size, Get};
  clap::OutputEvents output_ = {this, Push};
  size_t pushed_ = 0;
};

// The host of one plugin. The thread that makes it is the main thread.
class ClapHost {
 public:
  ClapHost() = default;
  ClapHost(const ClapHost&) = delete;
  ClapHost& operator=(const ClapHost&) = delete;

  const clap::Host* face() const { return &face_; }
  // What the plugin has done against the rules; "" for nothing.
  std::string breaches() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return breaches_;
  }
  std::string logged() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return logged_;
  }

  std::atomic<int> restarts = 0;
  int latency_changes = 0;
  int rescans = 0;
  // Set by the host around its own calls.
  std::atomic<bool> initialised = false;
  bool activating = false;

 private:
  static ClapHost& Of(const clap::Host* host) { return *static_cast<ClapHost*>(host->data); }
  void Breach(const char* sentence) {
    const std::lock_guard<std::mutex> lock(mutex_);
    breaches_ += std::string(sentence) + "\n";
  }
  void ExpectMainThread(const char* function) {
    if (std::this_thread::get_id() != main_thread_) Breach(function);
  }

  static void LatencyChanged(const clap::Host* host) {
    ClapHost& self = Of(host);
    self.ExpectMainThread("latency.changed is for the main thread");
    if (!self.activating) self.Breach("latency.changed is for activate");
    ++self.latency_changes;
  }
  static void Rescan(const clap::Host* host, uint32_t) {
    Of(host).ExpectMainThread("params.rescan is for the main thread");
    ++Of(host).rescans;
  }
  static void Clear(const clap::Host* host, uint32_t, uint32_t) {
    Of(host).ExpectMainThread("params.clear is for the main thread");
  }
  static void RequestFlush(const clap::Host*) {}
  static void Log(const clap::Host* host, int32_t severity, const char* text) {
    if (severity < 0 || severity > 6) Of(host).Breach("log has no such severity");
    const std::lock_guard<std::mutex> lock(Of(host).mutex_);
    Of(host).logged_ += std::string(text) + "\n";
  }
  static const void* GetExtension(const clap::Host* host, const char* id) {
    static constexpr clap::HostLatency kLatency = {LatencyChanged};
    static constexpr clap::HostParams kParams = {Rescan, Clear, RequestFlush};
    static constexpr clap::HostLog kLog = {Log};
    if (!Of(host).initialised) Of(host).Breach("get_extension is for init and later");
    if (std::strcmp(id, clap::kLatencyId) == 0) return &kLatency;
    if (std::strcmp(id, clap::kParamsId) == 0) return &kParams;
    if (std::strcmp(id, clap::kLogId) == 0) return &kLog;
    return nullptr;
  }
  static void RequestRestart(const clap::Host* host) { ++Of(host).restarts; }
  static void RequestOther(const clap::Host*) {}

  const std::thread::id main_thread_ = std::this_thread::get_id();
  mutable std::mutex mutex_;
  std::string breaches_, logged_;
  clap::Host face_ = {.clap_version = clap::kVersion,
                      .data = this,
                      .name = "test",
                      .vendor = "",
                      .url = "",
                      .version = "1",
                      .get_extension = GetExtension,
                      .request_restart = RequestRestart,
                      .request_process = RequestOther,
                      .request_callback = RequestOther};
};

// An initialised plugin. Its end checks that the plugin has kept the rules.
class ClapInstance {
 public:
  static constexpr const char* kIds[] = {"deepfilter.mono", "deepfilter.stereo"};

  ClapInstance(const ClapLibrary& library, size_t channels)
      : channels_(channels),
        plugin_(library.factory().create(&library.factory(), host_.face(), kIds[channels - 1])) {
    EXPECT_NE(plugin_, nullptr);
    host_.initialised = true;
    EXPECT_TRUE(plugin_->init(plugin_));
  }
  ~ClapInstance() {
    if (active_) Deactivate();
    plugin_->destroy(plugin_);
    EXPECT_EQ(host_.breaches(), "");
  }
  ClapInstance(const ClapInstance&) = delete;
  ClapInstance& operator=(const ClapInstance&) = delete;

  ClapHost& host() { return host_; }
  const clap::Plugin* plugin() const { return plugin_; }
  template <typename Extension>
  const Extension& extension(const char* id) const {
    const void* found = plugin_->get_extension(plugin_, id);
    EXPECT_NE(found, nullptr) << id;
    return *static_cast<const Extension*>(found);
  }

  bool Activate(double rate_hz, uint32_t max_frames) {
    host_.activating = true;
    active_ = plugin_->activate(plugin_, rate_hz, 1, max_frames);
    host_.activating = false;
    if (active_) {
      EXPECT_TRUE(plugin_->start_processing(plugin_));
    }
    return active_;
  }
  void Deactivate() {
    plugin_->stop_processing(plugin_);
    plugin_->deactivate(plugin_);
    active_ = false;
  }
  size_t latency() const { return extension<clap::PluginLatency>(clap::kLatencyId).get(plugin_); }

  // One block. Allocates nothing.
  template <typename Sample>
  int32_t Run(Sample* const* input, Sample* const* output, size_t samples,
              const ClapEvents& events) {
    clap::AudioBuffer in = Buffer(input);
    clap::AudioBuffer out = Buffer(output);
    out.constant_mask = 3;  // which the plugin may not leave
    const clap::Process process = {.steady_time = -1,
                                   .frames_count = static_cast<uint32_t>(samples),
                                   .transport = nullptr,
                                   .audio_inputs = &in,
                                   .audio_outputs = &out,
                                   .audio_inputs_count = 1,
                                   .audio_outputs_count = 1,
                                   .in_events = events.list(),
                                   .out_events = events.output()};
    const int32_t status = plugin_->process(plugin_, &process);
    constant_mask_ = out.constant_mask;
    return status;
  }
  uint64_t constant_mask() const { return constant_mask_; }

  // A sound in blocks of these lengths in turn, with events at samples of the sound.
  template <typename Sample = float>
  std::vector<std::vector<Sample>> Process(const std::vector<std::vector<Sample>>& input,
                                           const std::vector<size_t>& blocks,
                                           const std::vector<clap::ParamEvent>& events = {}) {
    std::vector<std::vector<Sample>> in = input;
    std::vector<std::vector<Sample>> out(input.size(),
                                         std::vector<Sample>(input[0].size(), Sample(-7)));
    size_t turn = 0;
    for (size_t done = 0; done < input[0].size();) {
      const size_t now = std::min(blocks[turn++ % blocks.size()], input[0].size() - done);
      std::vector<clap::ParamEvent> of_block;
      for (clap::ParamEvent event : events) {
        if (event.header.time < done || event.header.time >= done + now) continue;
        event.header.time -= static_cast<uint32_t>(done);
        of_block.push_back(event);
      }
      std::array<Sample*, 2> from{};
      std::array<Sample*, 2> to{};
      for (size_t c = 0; c < channels_; ++c) {
        from[c] = in[c].data() + done;
        to[c] = out[c].data() + done;
      }
      EXPECT_EQ(Run(from.data(), to.data(), now, ClapEvents(of_block)), clap::kProcessTail);
      done += now;
    }
    EXPECT_TRUE(in == input) << "the input was written to";
    return out;
  }

 private:
  clap::AudioBuffer Buffer(float* const* data) const {
    return {.data32 = const_cast<float**>(data), .channel_count = static_cast<uint32_t>(channels_)};
  }
  clap::AudioBuffer Buffer(double* const* data) const {
    return {.data64 = const_cast<double**>(data),
            .channel_count = static_cast<uint32_t>(channels_)};
  }

  size_t channels_;
  ClapHost host_;
  const clap::Plugin* plugin_;
  bool active_ = false;
  uint64_t constant_mask_ = 0;
};

// Runs `work` as a host's audio thread, which is not the main one.
inline void OnAudioThread(const std::function<void()>& work) { std::thread(work).join(); }

// The library's options that match the CLAP plugins.
inline dfn_stream_options ClapOptions(size_t channels, uint32_t rate_hz) {
  return Lv2Options(channels, rate_hz);
}

}  // namespace dfn::test

#endif  // DEEPFILTER_TESTS_PLUGINS_CLAP_HOST_H_
