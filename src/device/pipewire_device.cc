#include "device/pipewire_device.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <string>
#include <utility>

#include "base/aligned_buffer.h"
#include "device/pipewire_api.h"
#include "device/pipewire_format.h"
#include "device/pipewire_registry.h"

namespace dfn {
namespace {

constexpr size_t kMostChannels = 2;
constexpr size_t kDefaultRateHz = 48000;
// Processed samples wait here where the server resamples and wants now more, now fewer than came in.
constexpr size_t kSpareSamples = 4 * kMostBlockSamples;
// Blocks of 10 ms, which nobody hears as delay and every machine keeps up with, are what is asked for.
constexpr size_t kBlocksPerSecond = 100;
// Turns that an output may leave out, as a late cycle does, before it counts as idle.
constexpr int kMostTurns = 2;
// What is put in front once such a cycle has come up short: more than the counts of two cycles differ.
constexpr size_t kCushionSamples = 32;

std::string Seconds(size_t samples, size_t rate_hz) {
  return std::to_string(samples) + "/" + std::to_string(rate_hz);
}

// The samples of one channel in a buffer, or nothing.
struct Plane {
  float* samples = nullptr;
  size_t count = 0;
};
Plane InputPlane(const pw::SpaBuffer& buffer, size_t channel) noexcept {
  const pw::Data& data = buffer.datas[channel];
  if (data.data == nullptr || data.chunk == nullptr) return {};
  const size_t offset = std::min(data.chunk->offset, data.max_size);
  const size_t bytes = std::min<size_t>(data.chunk->size, data.max_size - offset);
  return {reinterpret_cast<float*>(static_cast<char*>(data.data) + offset), bytes / sizeof(float)};
}

// Both streams and what their callbacks share. The callbacks of `process` run on the library's data
// thread, all others on the connection's thread with its lock held.
class PipewireDevice final : public LiveDevice {
 public:
  PipewireDevice(const DeviceRequest& request, std::unique_ptr<PipewireConnection> connection,
                 std::shared_ptr<BlockProcessor> processor)
      : request_(request),
        rate_hz_(request.rate_hz != 0 ? request.rate_hz : kDefaultRateHz),
        connection_(std::move(connection)),
        pw_(connection_->library()),
        processor_(std::move(processor)),
        done_(kMostChannels * kSpareSamples),
        silence_(kMostBlockSamples) {}

  ~PipewireDevice() override {
    connection_->Lock();
    // The input first: it wakes the output.
    if (input_ != nullptr) pw_.stream_destroy(input_);
    if (output_ != nullptr) pw_.stream_destroy(output_);
    connection_->Unlock();
  }

  Status Start(const std::string& input_target, const std::string& output_target) {
    input_events_.state_changed = OnInputState;
    input_events_.io_changed = OnInputArea;
    input_events_.process = OnInput;
    output_events_.state_changed = OnOutputState;
    output_events_.process = OnOutput;
    connection_->Lock();
    const Status started = Connect(input_target, output_target);
    connection_->Unlock();
    return started;
  }

  DeviceState state() override {
    DeviceState state;
    connection_->Lock();
    state.failure = !connection_->failure().empty() ? connection_->failure() : failure_;
    if (state.failure.empty()) {
      const auto input = connection_->PeerOf(pw_.stream_get_node_id(input_), DeviceSide::kInput);
      // Without any microphone, session managers give what a speaker plays, which is our own sound.
      hears_speaker_.store(input.is_sink, std::memory_order_relaxed);
      if (!input.is_sink) state.input = input.description;
      state.output =
          connection_->PeerOf(pw_.stream_get_node_id(output_), DeviceSide::kOutput).description;
      state.input_delay = DelayOf(input_);
      state.output_delay = DelayOf(output_);
    }
    connection_->Unlock();
    state.blocks = blocks_.load(std::memory_order_relaxed);
    state.missed_blocks = missed_.load(std::memory_order_relaxed);
    state.block_samples = block_samples_.load(std::memory_order_relaxed);
    state.rate_hz = state.blocks > 0 ? rate_hz_ : 0;
    if (!request_.virtual_microphone && !state.output.empty()) {
      // A speaker plays a block when the next cycle begins; null devices do not tell that.
      const double block = static_cast<double>(state.block_samples) / static_cast<double>(rate_hz_);
      state.output_delay = std::max(state.output_delay, block);
    }
    state.bridge_delay = static_cast<double>(cushion_.load(std::memory_order_relaxed)) /
                         static_cast<double>(rate_hz_);
    return state;
  }

 private:
  Status Connect(const std::string& input_target, const std::string& output_target) {
    // The group makes one driver wake both; the link group keeps the session manager from linking
    // one to the other.
    const std::string group = "deepfilter-" + std::to_string(reinterpret_cast<uintptr_t>(this));
    input_ = pw_.stream_new(connection_->core(), "deepfilter input",
                            Properties(DeviceSide::kInput, group, input_target));
    output_ = pw_.stream_new(connection_->core(), "deepfilter output",
                             Properties(DeviceSide::kOutput, group, output_target));
    if (input_ == nullptr || output_ == nullptr) {
      return Error{ErrorCode::kIo, "PipeWire makes no streams"};
    }
    pw_.stream_add_listener(input_, &input_hook_, &input_events_, this);
    pw_.stream_add_listener(output_, &output_hook_, &output_events_, this);
    const PipewireFormat format(request_.channels, rate_hz_);
    const pw::Pod* params[] = {format.pod()};
    const uint32_t flags = pw::kFlagMapBuffers | pw::kFlagRealtime;
    const uint32_t linked = request_.virtual_microphone ? 0 : pw::kFlagAutoconnect;
    if (pw_.stream_connect(output_, pw::kDirectionOutput, pw::kAnyId,
                           flags | linked | pw::kFlagTrigger, params, 1) < 0 ||
        pw_.stream_connect(input_, pw::kDirectionInput, pw::kAnyId, flags | pw::kFlagAutoconnect,
                           params, 1) < 0) {
      return Error{ErrorCode::kIo, "PipeWire refuses the streams"};
    }
    connection_->Synchronize();
    return {};
  }

  pw::Properties* Properties(DeviceSide side, const std::string& group, const std::string& target) {
    const bool input = side == DeviceSide::kInput;
    pw::Properties* properties = pw_.properties_new("media.type", "Audio", nullptr);
    const auto set = [&](const char* key, const std::string& value) {
      pw_.properties_set(properties, key, value.c_str());
    };
    set("media.category", input ? "Capture" : "Playback");
    set("application.name", "deepfilter");
    set("node.group", group);
    set("node.link-group", group);
    // Without a wish, the graph's blocks are those of whoever else plays.
    const size_t block =
        request_.block_samples != 0 ? request_.block_samples : rate_hz_ / kBlocksPerSecond;
    set("node.latency", Seconds(block, rate_hz_));
    if (request_.virtual_microphone && !input) {
      set("node.name", "deepfilter_live_microphone");
      set("node.description", "deepfilter microphone");
      set("media.class", "Audio/Source");
      // A source of its own clock's kind would be chosen as driver of the group.
      set("node.virtual", "true");
    } else {
      set("node.name", input ? "deepfilter_live_input" : "deepfilter_live_output");
      set("node.description", input ? "deepfilter live input" : "deepfilter live output");
      set("media.role", "Communication");
      // Meters move also while nobody listens to a virtual microphone.
      set("node.always-process", "true");
    }
    if (!target.empty()) {
      set("target.object", target);
      set("node.target", target);  // before 0.3.64
    }
    return properties;
  }

  double DelayOf(pw::Stream* stream) const {
    pw::Time time = {};
    if (pw_.stream_get_time_n(stream, &time, sizeof(time)) < 0 || time.rate.denominator == 0) {
      return 0.0;
    }
    const double graph = static_cast<double>(time.delay) * time.rate.numerator /
                         static_cast<double>(time.rate.denominator);
    return std::max(graph, 0.0) +
           static_cast<double>(time.buffered) / static_cast<double>(rate_hz_);
  }

  static void OnInputState(void* self, int, int state, const char* error) {
    auto& device = *static_cast<PipewireDevice*>(self);
    // What the driver did while the input was not there is no miss.
    device.starts_.store(true, std::memory_order_relaxed);
    if (state == pw::kStreamError) device.Fail("input", error);
  }
  static void OnOutputState(void* self, int, int state, const char* error) {
    auto& device = *static_cast<PipewireDevice*>(self);
    device.output_runs_.store(state == pw::kStreamStreaming, std::memory_order_relaxed);
    if (state == pw::kStreamError) device.Fail("output", error);
  }
  void Fail(const char* side, const char* error) {
    failure_ = std::string("PipeWire has closed the ") + side + " (" +
               (error != nullptr ? error : "no reason given") + ")";
  }

  static void OnInputArea(void* self, uint32_t id, void* area, uint32_t size) {
    auto& device = *static_cast<PipewireDevice*>(self);
    if (id != pw::kIoPosition) return;
    device.clock_.store(size >= sizeof(pw::Clock) ? static_cast<const pw::Clock*>(area) : nullptr,
                        std::memory_order_relaxed);
  }

  static void OnInput(void* self) { static_cast<PipewireDevice*>(self)->TakeInput(); }
  static void OnOutput(void* self) { static_cast<PipewireDevice*>(self)->FillOutput(); }

  // In each cycle the input wakes first. The output's turn, which it gives, takes what has come. A
  // virtual microphone that nobody listens to has no turn, whatever its state says, and then the
  // sound is processed here.
  void TakeInput() noexcept {
    const bool runs =
        output_runs_.load(std::memory_order_relaxed) && pw_.stream_trigger_process(output_) >= 0;
    if (runs && ++turns_given_ <= kMostTurns) return;
    while (pw::Buffer* buffer = pw_.stream_dequeue_buffer(input_)) {
      Run(*buffer->buffer);
      pw_.stream_queue_buffer(input_, buffer);
    }
    done_count_ = 0;
  }

  void FillOutput() noexcept {
    turns_given_ = 0;
    while (pw::Buffer* buffer = pw_.stream_dequeue_buffer(input_)) {
      Run(*buffer->buffer);
      pw_.stream_queue_buffer(input_, buffer);
    }
    if (pw::Buffer* buffer = pw_.stream_dequeue_buffer(output_)) {
      Give(*buffer);
      pw_.stream_queue_buffer(output_, buffer);
    }
  }

  // Appends a buffer's samples, processed, to done_.
  void Run(const pw::SpaBuffer& buffer) noexcept {
    if (buffer.datas_count < request_.channels) return;
    size_t count = kMostBlockSamples * 2;
    std::array<const float*, kMostChannels> in = {};
    for (size_t c = 0; c < request_.channels; ++c) {
      const Plane plane = InputPlane(buffer, c);
      in[c] = plane.samples;
      count = std::min(count, plane.count);
    }
    if (count == 0) return;
    CountCycle();
    for (size_t begin = 0; begin < count; begin += kMostBlockSamples) {
      const size_t part = std::min(kMostBlockSamples, count - begin);
      // Nobody takes it: the newest sound counts.
      if (done_count_ + part > kSpareSamples) done_count_ = 0;
      std::array<float*, kMostChannels> out = {};
      std::array<const float*, kMostChannels> from = {};
      for (size_t c = 0; c < request_.channels; ++c) {
        out[c] = done_.data() + c * kSpareSamples + done_count_;
        from[c] = hears_speaker_.load(std::memory_order_relaxed) ? silence_.data() : in[c] + begin;
      }
      processor_->Process({.input = from.data(),
                           .output = out.data(),
                           .channels = request_.channels,
                           .samples = part,
                           .rate_hz = rate_hz_});
      done_count_ += part;
    }
    block_samples_.store(count, std::memory_order_relaxed);
    blocks_.store(blocks_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }

  // A cycle that did not reach this program shows as a step of the driver's position.
  void CountCycle() noexcept {
    const pw::Clock* clock = clock_.load(std::memory_order_relaxed);
    if (clock == nullptr) return;
    const bool starts = starts_.load(std::memory_order_relaxed);
    if (starts) starts_.store(false, std::memory_order_relaxed);
    const bool same = !starts && clock->id == clock_id_ && clock->rate.denominator == clock_rate_;
    if (same && clock->position > next_position_ && clock->duration > 0) {
      const uint64_t cycles = (clock->position - next_position_) / clock->duration;
      missed_.store(missed_.load(std::memory_order_relaxed) + cycles, std::memory_order_relaxed);
    }
    clock_id_ = clock->id;
    clock_rate_ = clock->rate.denominator;
    next_position_ = clock->position + clock->duration;
  }

  void Give(pw::Buffer& buffer) noexcept {
    pw::SpaBuffer& to = *buffer.buffer;
    if (to.datas_count < request_.channels) return;
    size_t room = kSpareSamples;
    for (size_t c = 0; c < request_.channels; ++c) {
      room = std::min<size_t>(room, to.datas[c].max_size / sizeof(float));
    }
    size_t wanted = buffer.requested != 0 ? static_cast<size_t>(buffer.requested) : done_count_;
    wanted = std::min(wanted, room);
    if (wanted > done_count_ && done_count_ > 0) AddCushion();
    const size_t count = std::min(wanted, done_count_);
    for (size_t c = 0; c < request_.channels; ++c) {
      float* done = done_.data() + c * kSpareSamples;
      auto* samples = static_cast<float*>(to.datas[c].data);
      if (samples != nullptr) {
        std::copy_n(done, count, samples);
        std::fill(samples + count, samples + wanted, 0.0f);
      }
      std::copy(done + count, done + done_count_, done);
      to.datas[c].chunk->offset = 0;
      to.datas[c].chunk->stride = sizeof(float);
      to.datas[c].chunk->size = static_cast<uint32_t>(wanted * sizeof(float));
    }
    done_count_ -= count;
    buffer.size = wanted;
  }

  // Silence in front of what is done, so that the next short cycle has enough.
  void AddCushion() noexcept {
    for (size_t c = 0; c < request_.channels; ++c) {
      float* done = done_.data() + c * kSpareSamples;
      std::copy_backward(done, done + done_count_, done + done_count_ + kCushionSamples);
      std::fill_n(done, kCushionSamples, 0.0f);
    }
    done_count_ += kCushionSamples;
    cushion_.store(kCushionSamples, std::memory_order_relaxed);
  }

  const DeviceRequest request_;
  const size_t rate_hz_;
  const std::unique_ptr<PipewireConnection> connection_;
  const pw::Library& pw_;
  const std::shared_ptr<BlockProcessor> processor_;
  pw::Stream* input_ = nullptr;
  pw::Stream* output_ = nullptr;
  pw::Hook input_hook_ = {};
  pw::Hook output_hook_ = {};
  pw::StreamEvents input_events_;
  pw::StreamEvents output_events_;
  std::string failure_;

  // The data thread's.
  AlignedBuffer<float> done_;  // [kMostChannels][kSpareSamples], processed and not yet given
  size_t done_count_ = 0;
  int turns_given_ = 0;           // since the output last took one
  AlignedBuffer<float> silence_;  // [kMostBlockSamples]
  uint32_t clock_id_ = 0;
  uint32_t clock_rate_ = 0;
  uint64_t next_position_ = ~uint64_t{0};

  std::atomic<const pw::Clock*> clock_{nullptr};
  std::atomic<bool> output_runs_{false};
  std::atomic<bool> hears_speaker_{false};
  std::atomic<bool> starts_{true};
  std::atomic<uint64_t> blocks_{0};
  std::atomic<uint64_t> missed_{0};
  std::atomic<size_t> block_samples_{0};
  std::atomic<size_t> cushion_{0};
};

// The node's name that `wanted` chooses; empty for the default one.
Result<std::string> TargetOf(PipewireConnection& connection, DeviceSide side,
                             const std::string& wanted) {
  if (wanted.empty()) return std::string();
  connection.Lock();
  const std::vector<DeviceEntry> entries = connection.Devices();
  connection.Unlock();
  DFN_TRY(const DeviceEntry entry, ChooseDevice(entries, side, wanted));
  return entry.name;
}

}  // namespace

bool HasPipewire() { return true; }

Result<std::vector<DeviceEntry>> ListPipewireDevices() {
  DFN_TRY(const auto connection, PipewireConnection::Open());
  connection->Lock();
  std::vector<DeviceEntry> entries = connection->Devices();
  connection->Unlock();
  return entries;
}

Result<std::unique_ptr<LiveDevice>> OpenPipewireDevice(const DeviceRequest& request,
                                                       std::shared_ptr<BlockProcessor> processor) {
  if (request.channels < 1 || request.channels > kMostChannels) {
    return Error{ErrorCode::kInvalidArgument, "a device has 1 or 2 channels here"};
  }
  DFN_TRY(auto connection, PipewireConnection::Open());
  DFN_TRY(const std::string input, TargetOf(*connection, DeviceSide::kInput, request.input));
  DFN_TRY(const std::string output,
          TargetOf(*connection, DeviceSide::kOutput,
                   request.virtual_microphone ? std::string() : request.output));
  auto device =
      std::make_unique<PipewireDevice>(request, std::move(connection), std::move(processor));
  DFN_CHECK(device->Start(input, output));
  return std::unique_ptr<LiveDevice>(std::move(device));
}

}  // namespace dfn
