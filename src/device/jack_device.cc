#include "device/jack_device.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "os/shared_library.h"

namespace dfn {
namespace {

#if defined(_WIN32)
constexpr const char* kLibraries[] = {"libjack64.dll", "libjack.dll"};
#elif defined(__APPLE__)
constexpr const char* kLibraries[] = {"libjack.0.dylib", "/usr/local/lib/libjack.0.dylib",
                                      "/opt/homebrew/lib/libjack.0.dylib"};
#else
constexpr const char* kLibraries[] = {"libjack.so.0"};
#endif

constexpr size_t kMostChannels = 2;
constexpr char kAudioType[] = "32 bit float mono audio";

// What is used of JACK's interface, which has not changed for these functions since 0.120.
struct Client;
struct Port;
constexpr int kNoStartServer = 1;
constexpr unsigned long kPortIsInput = 1;
constexpr unsigned long kPortIsOutput = 2;
constexpr unsigned long kPortIsPhysical = 4;
constexpr int kCaptureLatency = 0;
constexpr int kPlaybackLatency = 1;
struct LatencyRange {
  uint32_t least;
  uint32_t most;
};

struct Jack {
  Client* (*client_open)(const char*, int, int*, ...);
  int (*client_close)(Client*);
  int (*set_process_callback)(Client*, int (*)(uint32_t, void*), void*);
  int (*set_xrun_callback)(Client*, int (*)(void*), void*);
  void (*on_shutdown)(Client*, void (*)(void*), void*);
  uint32_t (*get_sample_rate)(Client*);
  uint32_t (*last_frame_time)(const Client*);
  const char** (*get_ports)(Client*, const char*, const char*, unsigned long);
  void (*free)(void*);
  Port* (*port_register)(Client*, const char*, const char*, unsigned long, unsigned long);
  void* (*port_get_buffer)(Port*, uint32_t);
  const char* (*port_name)(const Port*);
  const char** (*port_get_connections)(const Port*);
  void (*port_get_latency_range)(Port*, int, LatencyRange*);
  int (*activate)(Client*);
  int (*deactivate)(Client*);
  int (*connect)(Client*, const char*, const char*);
  void (*set_error_function)(void (*)(const char*));
  void (*set_info_function)(void (*)(const char*));
  SharedLibrary library;
};

void Quiet(const char*) {}

Result<std::unique_ptr<Jack>> LoadJackFunctions() {
  auto jack = std::make_unique<Jack>();
  std::string reason;
  bool open = false;
  for (const char* name : kLibraries) {
    auto library = SharedLibrary::Open(name);
    if (!library.ok()) {
      if (reason.empty()) reason = library.error().message;
      continue;
    }
    jack->library = std::move(library).value();
    open = true;
    break;
  }
  if (!open) {
    return Error{ErrorCode::kNotFound, "JACK's library is not installed (" + reason + ")"};
  }
  jack->library.KeepLoaded();
  const char* missing = nullptr;
  const auto find = [&]<class Function>(const char* name, Function*& function) {
    function = jack->library.Find<Function>(name);
    if (function == nullptr) missing = name;
  };
  find("jack_client_open", jack->client_open);
  find("jack_client_close", jack->client_close);
  find("jack_set_process_callback", jack->set_process_callback);
  find("jack_set_xrun_callback", jack->set_xrun_callback);
  find("jack_on_shutdown", jack->on_shutdown);
  find("jack_get_sample_rate", jack->get_sample_rate);
  find("jack_last_frame_time", jack->last_frame_time);
  find("jack_get_ports", jack->get_ports);
  find("jack_free", jack->free);
  find("jack_port_register", jack->port_register);
  find("jack_port_get_buffer", jack->port_get_buffer);
  find("jack_port_name", jack->port_name);
  find("jack_port_get_connections", jack->port_get_connections);
  find("jack_port_get_latency_range", jack->port_get_latency_range);
  find("jack_activate", jack->activate);
  find("jack_deactivate", jack->deactivate);
  find("jack_connect", jack->connect);
  find("jack_set_error_function", jack->set_error_function);
  find("jack_set_info_function", jack->set_info_function);
  if (missing != nullptr) {
    return Error{ErrorCode::kNotFound, std::string("JACK's library has no ") + missing};
  }
  // It writes to standard error otherwise, where a screen may be.
  jack->set_error_function(Quiet);
  jack->set_info_function(Quiet);
  return jack;
}

Result<const Jack*> LoadJack() {
  static const Result<std::unique_ptr<Jack>> loaded = LoadJackFunctions();
  if (!loaded.ok()) return loaded.error();
  return static_cast<const Jack*>(loaded.value().get());
}

// A connection to the server.
class JackClient {
 public:
  static Result<std::unique_ptr<JackClient>> Open() {
    DFN_TRY(const Jack* jack, LoadJack());
    int status = 0;
    Client* client = jack->client_open("deepfilter", kNoStartServer, &status);
    if (client == nullptr) return Error{ErrorCode::kNotFound, "no JACK server runs here"};
    return std::unique_ptr<JackClient>(new JackClient(*jack, client));
  }
  ~JackClient() { jack_.client_close(client_); }
  JackClient(const JackClient&) = delete;
  JackClient& operator=(const JackClient&) = delete;

  const Jack& jack() const { return jack_; }
  Client* get() const { return client_; }

  // The names of ports with these flags, without this client's own.
  std::vector<std::string> Ports(unsigned long flags) const {
    std::vector<std::string> names = Take(jack_.get_ports(client_, nullptr, kAudioType, flags));
    std::erase_if(names, [](const std::string& name) { return name.starts_with("deepfilter"); });
    return names;
  }
  std::vector<std::string> Connections(const Port* port) const {
    return Take(jack_.port_get_connections(port));
  }
  // What sounds (side kInput) or what takes sound.
  std::vector<DeviceEntry> Devices() const {
    std::vector<DeviceEntry> entries;
    for (const DeviceSide side : {DeviceSide::kInput, DeviceSide::kOutput}) {
      const unsigned long flags = side == DeviceSide::kInput ? kPortIsOutput : kPortIsInput;
      const std::vector<std::string> physical = Ports(flags | kPortIsPhysical);
      for (const std::string& name : Ports(flags)) {
        const bool is_default = !physical.empty() && name == physical.front();
        entries.push_back({AudioServer::kJack, side, name, name, is_default});
      }
    }
    return entries;
  }

 private:
  JackClient(const Jack& jack, Client* client) : jack_(jack), client_(client) {}

  std::vector<std::string> Take(const char** names) const {
    std::vector<std::string> taken;
    for (size_t i = 0; names != nullptr && names[i] != nullptr; ++i) taken.emplace_back(names[i]);
    if (names != nullptr) jack_.free(names);
    return taken;
  }

  const Jack& jack_;
  Client* client_;
};

class JackDevice final : public LiveDevice {
 public:
  JackDevice(const DeviceRequest& request, std::unique_ptr<JackClient> client,
             std::shared_ptr<BlockProcessor> processor)
      : request_(request),
        client_(std::move(client)),
        jack_(client_->jack()),
        processor_(std::move(processor)),
        rate_hz_(jack_.get_sample_rate(client_->get())) {}

  ~JackDevice() override {
    if (active_ && !shut_down_.load(std::memory_order_acquire)) {
      jack_.deactivate(client_->get());
    }
  }

  Status Start() {
    // A name that nothing has is an error now, and a reason to wait later.
    const std::vector<DeviceEntry> entries = client_->Devices();
    for (const DeviceSide side : {DeviceSide::kInput, DeviceSide::kOutput}) {
      const std::string& wanted = side == DeviceSide::kInput ? request_.input : request_.output;
      if (wanted.empty()) continue;
      const auto chosen = ChooseDevice(entries, side, wanted);
      if (!chosen.ok()) return chosen.error();
    }
    for (size_t c = 0; c < request_.channels; ++c) {
      const std::string number = std::to_string(c + 1);
      inputs_[c] = jack_.port_register(client_->get(), ("input_" + number).c_str(), kAudioType,
                                       kPortIsInput, 0);
      outputs_[c] = jack_.port_register(client_->get(), ("output_" + number).c_str(), kAudioType,
                                        kPortIsOutput, 0);
      if (inputs_[c] == nullptr || outputs_[c] == nullptr) {
        return Error{ErrorCode::kIo, "JACK makes no ports"};
      }
    }
    jack_.set_process_callback(client_->get(), OnProcess, this);
    jack_.set_xrun_callback(client_->get(), OnXrun, this);
    jack_.on_shutdown(client_->get(), OnShutdown, this);
    if (jack_.activate(client_->get()) != 0) {
      return Error{ErrorCode::kIo, "JACK does not start the client"};
    }
    active_ = true;
    Connect();
    return {};
  }

  DeviceState state() override {
    DeviceState state;
    state.rate_hz = rate_hz_;
    state.blocks = blocks_.load(std::memory_order_relaxed);
    state.block_samples = block_samples_.load(std::memory_order_relaxed);
    // A cycle that was late for all shows as an xrun, one that left out this client as a step of time.
    state.missed_blocks =
        std::max(xruns_.load(std::memory_order_relaxed), skipped_.load(std::memory_order_relaxed));
    if (shut_down_.load(std::memory_order_acquire)) {
      state.failure = "the JACK server has gone";
      return state;
    }
    state.input = PeerOf(inputs_[0]);
    state.output = PeerOf(outputs_[0]);
    if (state.input.empty() || state.output.empty()) Connect();
    state.input_delay = LatencyOf(inputs_[0], kCaptureLatency);
    state.output_delay = LatencyOf(outputs_[0], kPlaybackLatency);
    return state;
  }

 private:
  // Ports of other clients that the channels of a side use; none if they are not there.
  std::vector<std::string> Peers(DeviceSide side) const {
    const bool input = side == DeviceSide::kInput;
    const unsigned long flags = input ? kPortIsOutput : kPortIsInput;
    const std::string& wanted = input ? request_.input : request_.output;
    std::vector<std::string> ports =
        client_->Ports(wanted.empty() ? flags | kPortIsPhysical : flags);
    if (!wanted.empty()) {
      const auto chosen = ChooseDevice(client_->Devices(), side, wanted);
      if (!chosen.ok()) return {};
      ports.erase(ports.begin(), std::find(ports.begin(), ports.end(), chosen->name));
    }
    // One channel is heard on both sides of a headphone.
    ports.resize(std::min(ports.size(), input ? request_.channels : kMostChannels));
    return ports;
  }

  // Connects the sides that have no connection and whose device is there.
  void Connect() {
    const std::vector<std::string> sources = Peers(DeviceSide::kInput);
    if (PeerOf(inputs_[0]).empty()) {
      for (size_t i = 0; i < sources.size(); ++i) {
        jack_.connect(client_->get(), sources[i].c_str(), jack_.port_name(inputs_[i]));
      }
    }
    const std::vector<std::string> sinks = Peers(DeviceSide::kOutput);
    if (PeerOf(outputs_[0]).empty()) {
      for (size_t i = 0; i < sinks.size(); ++i) {
        const size_t channel = std::min(i, request_.channels - 1);
        jack_.connect(client_->get(), jack_.port_name(outputs_[channel]), sinks[i].c_str());
      }
    }
  }

  std::string PeerOf(const Port* port) const {
    const std::vector<std::string> connected = client_->Connections(port);
    return connected.empty() ? std::string() : connected.front();
  }

  double LatencyOf(Port* port, int mode) const {
    LatencyRange range = {};
    jack_.port_get_latency_range(port, mode, &range);
    return rate_hz_ == 0 ? 0.0 : static_cast<double>(range.most) / static_cast<double>(rate_hz_);
  }

  static int OnProcess(uint32_t samples, void* self) {
    static_cast<JackDevice*>(self)->Process(samples);
    return 0;
  }
  static int OnXrun(void* self) {
    auto& device = *static_cast<JackDevice*>(self);
    // While the graph is being put together, JACK reports some that nobody hears.
    if (device.blocks_.load(std::memory_order_relaxed) > 0) {
      device.xruns_.fetch_add(1, std::memory_order_relaxed);
    }
    return 0;
  }
  static void OnShutdown(void* self) {
    static_cast<JackDevice*>(self)->shut_down_.store(true, std::memory_order_release);
  }

  void Process(size_t samples) noexcept {
    std::array<const float*, kMostChannels> in = {};
    std::array<float*, kMostChannels> out = {};
    const auto count = static_cast<uint32_t>(samples);
    for (size_t begin = 0; begin < samples; begin += kMostBlockSamples) {
      const size_t part = std::min(kMostBlockSamples, samples - begin);
      for (size_t c = 0; c < request_.channels; ++c) {
        in[c] = static_cast<const float*>(jack_.port_get_buffer(inputs_[c], count)) + begin;
        out[c] = static_cast<float*>(jack_.port_get_buffer(outputs_[c], count)) + begin;
      }
      processor_->Process({.input = in.data(),
                           .output = out.data(),
                           .channels = request_.channels,
                           .samples = part,
                           .rate_hz = rate_hz_});
    }
    const uint32_t now = jack_.last_frame_time(client_->get());
    if (next_frame_known_ && now != next_frame_) {
      const uint32_t ahead = now - next_frame_;
      if (ahead < (1u << 31)) {
        skipped_.store(skipped_.load(std::memory_order_relaxed) + (ahead + count - 1) / count,
                       std::memory_order_relaxed);
      }
    }
    next_frame_ = now + count;
    next_frame_known_ = true;
    block_samples_.store(samples, std::memory_order_relaxed);
    blocks_.store(blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  const DeviceRequest request_;
  const std::unique_ptr<JackClient> client_;
  const Jack& jack_;
  const std::shared_ptr<BlockProcessor> processor_;
  const size_t rate_hz_;
  std::array<Port*, kMostChannels> inputs_ = {};
  std::array<Port*, kMostChannels> outputs_ = {};
  bool active_ = false;
  uint32_t next_frame_ = 0;  // of the process thread, as the next one
  bool next_frame_known_ = false;
  std::atomic<bool> shut_down_{false};
  std::atomic<uint64_t> blocks_{0};
  std::atomic<uint64_t> xruns_{0};
  std::atomic<uint64_t> skipped_{0};
  std::atomic<size_t> block_samples_{0};
};

}  // namespace

Result<std::vector<DeviceEntry>> ListJackDevices() {
  DFN_TRY(const auto client, JackClient::Open());
  return client->Devices();
}

Result<std::unique_ptr<LiveDevice>> OpenJackDevice(const DeviceRequest& request,
                                                   std::shared_ptr<BlockProcessor> processor) {
  if (request.channels < 1 || request.channels > kMostChannels) {
    return Error{ErrorCode::kInvalidArgument, "a device has 1 or 2 channels here"};
  }
  DFN_TRY(auto client, JackClient::Open());
  auto device = std::make_unique<JackDevice>(request, std::move(client), std::move(processor));
  DFN_CHECK(device->Start());
  return std::unique_ptr<LiveDevice>(std::move(device));
}

}  // namespace dfn
