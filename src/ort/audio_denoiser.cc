#include "ort/audio_denoiser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "base/noise.h"
#include "base/printable.h"
#include "ort/value_shape.h"

namespace dfn {
namespace {

constexpr size_t kMaxChannels = 64;
constexpr size_t kMaxFramesPerCall = 4096;
// Larger samples are no sound; the bound of Denoiser.
constexpr float kMaxSample = 1e10f;
// From here on there is no limit on attenuation. Graphs with such an input take 0 for that, and
// their magnitude of dB else; what they take for "no noise reduction" is next to 0.
constexpr float kNoLimitDb = 100.0f;
constexpr float kLeastLimitDb = 1e-6f;
// What is said of local SNR where the graph says nothing, and of a hop that failed.
constexpr float kUnknownLsnrDb = 35.0f;

struct NamedTensor {
  std::string name;
  Dims dims;
  size_t place = 0;  // in a channel's memory
};

struct AudioState {
  std::string input;
  std::string output;
  Dims dims;
  size_t place = 0;  // in either half of a channel's states
};

// Inputs and outputs by what they mean.
struct AudioPorts {
  NamedTensor frame, enhanced;
  std::optional<NamedTensor> limit, lsnr;
  std::vector<AudioState> states;
  size_t state_floats = 0;
  size_t io_floats = 0;
};

class LoadedGraph final : public AudioGraph, public std::enable_shared_from_this<LoadedGraph> {
 public:
  Status Open(std::shared_ptr<const ort::Library> library, const RunPlan& plan,
              const ort::SessionOptions& options);

  size_t hop_size() const noexcept override { return hop_size_; }
  size_t sample_rate_hz() const noexcept override { return sample_rate_hz_; }
  size_t delay_samples() const noexcept override { return delay_samples_; }
  Status status() const override {
    const std::lock_guard lock(mutex_);
    return failure_;
  }
  Result<std::unique_ptr<Denoiser>> NewDenoiser(const DenoiserOptions& options) const override;

  const AudioPorts& ports() const { return ports_; }
  const ort::Session& session() const { return *session_; }
  // Keeps the first failure for status().
  bool Succeeded(Status status) const noexcept {
    if (status.ok()) return true;
    const std::lock_guard lock(mutex_);
    if (failure_.ok()) failure_ = std::move(status);
    return false;
  }

 private:
  Status FindStates(const RunStage& stage);
  Status FindInputs();
  Status FindOutputs();
  Status ReadMetadata(const Config& config);
  Result<size_t> MetadataNumber(const char* key, size_t otherwise) const;
  Status CheckOptions(const DenoiserOptions& options) const;

  std::string file_;
  std::shared_ptr<const ort::Session> session_;
  AudioPorts ports_;
  size_t hop_size_ = 0;
  size_t sample_rate_hz_ = 0;
  size_t delay_samples_ = 0;
  mutable std::mutex mutex_;
  mutable Status failure_;
};

// One channel: its frame in and out, and its states twice. A run reads one half and writes the
// other, and the next run goes back, so that no state is ever copied.
class AudioChannel {
 public:
  AudioChannel(const AudioPorts& ports, float limit_db)
      : ports_(&ports), io_(ports.io_floats), states_(2 * ports.state_floats) {
    if (ports.limit) io_[ports.limit->place] = limit_db;
  }

  Status Bind(const ort::Session& session) {
    for (size_t way = 0; way < bindings_.size(); ++way) {
      DFN_TRY(bindings_[way], session.NewBinding());
      ort::Binding& binding = *bindings_[way];
      float* from = states_.data() + way * ports_->state_floats;
      float* to = states_.data() + (1 - way) * ports_->state_floats;
      for (const AudioState& state : ports_->states) {
        DFN_CHECK(binding.BindInput(state.input, state.dims, from + state.place));
        DFN_CHECK(binding.BindOutput(state.output, state.dims, to + state.place));
      }
      const auto at = [this](const NamedTensor& tensor) { return io_.data() + tensor.place; };
      DFN_CHECK(binding.BindInput(ports_->frame.name, ports_->frame.dims, at(ports_->frame)));
      DFN_CHECK(
          binding.BindOutput(ports_->enhanced.name, ports_->enhanced.dims, at(ports_->enhanced)));
      if (const auto& limit = ports_->limit) {
        DFN_CHECK(binding.BindInput(limit->name, limit->dims, at(*limit)));
      }
      if (const auto& lsnr = ports_->lsnr) {
        DFN_CHECK(binding.BindOutput(lsnr->name, lsnr->dims, at(*lsnr)));
      }
    }
    return {};
  }

  float* frame() noexcept { return io_.data() + ports_->frame.place; }
  const float* enhanced() const noexcept { return io_.data() + ports_->enhanced.place; }
  float lsnr_db() const noexcept {
    return ports_->lsnr ? io_[ports_->lsnr->place] : kUnknownLsnrDb;
  }

  Status Run() {
    DFN_CHECK(bindings_[way_]->Run());
    way_ = 1 - way_;
    return {};
  }
  void Reset() noexcept {
    std::fill_n(states_.data(), states_.size(), 0.0f);
    way_ = 0;
  }

 private:
  const AudioPorts* ports_;
  AlignedBuffer<float> io_;
  AlignedBuffer<float> states_;
  std::array<std::unique_ptr<ort::Binding>, 2> bindings_;
  size_t way_ = 0;
};

class AudioDenoiser final : public Denoiser {
 public:
  AudioDenoiser(std::shared_ptr<const LoadedGraph> graph, std::vector<AudioChannel> channels)
      : graph_(std::move(graph)), channels_(std::move(channels)) {}

  size_t channels() const noexcept override { return channels_.size(); }
  size_t hop_size() const noexcept override { return graph_->hop_size(); }
  size_t sample_rate_hz() const noexcept override { return graph_->sample_rate_hz(); }
  size_t delay_samples() const noexcept override { return graph_->delay_samples(); }
  size_t state_size() const noexcept override {
    return channels_.size() * 2 * graph_->ports().state_floats;
  }
  void Reset() noexcept override {
    for (AudioChannel& channel : channels_) channel.Reset();
  }
  void Flush(float* const* output, size_t frames, float* lsnr_db) noexcept override {
    Process(nullptr, output, frames, lsnr_db);
  }
  void Process(const float* const* input, float* const* output, size_t frames,
               float* lsnr_db) noexcept override;

 private:
  std::shared_ptr<const LoadedGraph> graph_;
  std::vector<AudioChannel> channels_;
};

void AudioDenoiser::Process(const float* const* input, float* const* output, size_t frames,
                            float* lsnr_db) noexcept {
  const size_t hop = graph_->hop_size();
  // All channels of a hop are read before any is written: their memory may overlap crosswise.
  for (size_t frame = 0; frame < frames; ++frame) {
    for (size_t c = 0; c < channels_.size(); ++c) {
      float* to = channels_[c].frame();
      for (size_t i = 0; i < hop; ++i) {
        const float sample = input == nullptr ? 0.0f : input[c][frame * hop + i];
        to[i] = std::fabs(sample) <= kMaxSample ? sample : 0.0f;
      }
    }
    for (size_t c = 0; c < channels_.size(); ++c) {
      float lsnr = kUnknownLsnrDb;
      float* to = output[c] + frame * hop;
      if (graph_->Succeeded(channels_[c].Run())) {
        std::copy_n(channels_[c].enhanced(), hop, to);
        lsnr = channels_[c].lsnr_db();
      } else {
        std::fill_n(to, hop, 0.0f);
      }
      if (c == 0 && lsnr_db != nullptr) lsnr_db[frame] = lsnr;
    }
  }
}

Error Mismatch(std::string message) { return {ErrorCode::kMismatch, std::move(message)}; }

Dims Fixed(Dims dims) {
  for (int64_t& dimension : dims) dimension = std::max<int64_t>(dimension, 1);
  return dims;
}

Status LoadedGraph::Open(std::shared_ptr<const ort::Library> library, const RunPlan& plan,
                         const ort::SessionOptions& options) {
  if (!plan.audio) {
    return Error{ErrorCode::kInvalidArgument, Printable(plan.files) + ": no audio graph to run"};
  }
  file_ = Printable(plan.audio->file);
  DFN_TRY(session_, ort::Session::Create(std::move(library), plan.audio->model, file_, options));
  DFN_CHECK(FindStates(*plan.audio));
  DFN_CHECK(FindInputs());
  DFN_CHECK(FindOutputs());
  return ReadMetadata(plan.config);
}

Status LoadedGraph::FindStates(const RunStage& stage) {
  for (const RunState& planned : stage.states) {
    AudioState state{.input = planned.input,
                     .output = planned.output,
                     .dims = Dims(planned.shape.begin(), planned.shape.end()),
                     .place = ports_.state_floats};
    ports_.state_floats += RoundUp(FloatsOf(state.dims), kAlignmentFloats);
    ports_.states.push_back(std::move(state));
  }
  return {};
}

Status LoadedGraph::FindInputs() {
  for (const ort::TensorInfo& input : session_->inputs()) {
    const auto is_state = [&](const AudioState& state) { return state.input == input.name; };
    if (std::any_of(ports_.states.begin(), ports_.states.end(), is_state)) continue;
    NamedTensor tensor{.name = input.name, .dims = Fixed(input.shape), .place = ports_.io_floats};
    const size_t floats = FloatsOf(tensor.dims);
    ports_.io_floats += RoundUp(floats, kAlignmentFloats);
    if (floats > 1 && hop_size_ == 0) {
      hop_size_ = floats;
      ports_.frame = std::move(tensor);
    } else if (floats == 1 && input.name.find("atten") != std::string::npos && !ports_.limit) {
      ports_.limit = std::move(tensor);
    } else {
      return Error{ErrorCode::kUnsupported,
                   file_ + ": input " + Quoted(input.name) + " of shape " + DimsText(input.shape) +
                       " is neither the frame of samples, a state nor an attenuation limit"};
    }
  }
  if (hop_size_ == 0) {
    return Error{ErrorCode::kUnsupported, file_ + ": no input takes a frame of samples"};
  }
  return {};
}

// Runs the graph once on noise.
Status LoadedGraph::FindOutputs() {
  ort::Tensors feeds;
  ort::Tensor& frame = feeds[ports_.frame.name] = {ports_.frame.dims, {}};
  NoiseGenerator noise;
  for (size_t i = 0; i < hop_size_; ++i) frame.values.push_back(0.1f * noise.Next());
  if (ports_.limit) feeds[ports_.limit->name] = {ports_.limit->dims, {0.0f}};
  for (const AudioState& state : ports_.states) {
    feeds[state.input] = {state.dims, std::vector<float>(FloatsOf(state.dims))};
  }
  auto outputs = session_->Run(feeds);
  if (!outputs.ok()) return Mismatch(outputs.error().message);
  bool found = false;
  for (const ort::TensorInfo& info : session_->outputs()) {
    const ort::Tensor& tensor = (*outputs)[info.name];
    const std::string what = file_ + ": output " + Quoted(info.name);
    if (!std::all_of(tensor.values.begin(), tensor.values.end(),
                     [](float value) { return std::isfinite(value); })) {
      return Error{ErrorCode::kCorrupt, what +
                                            " is NaN or infinite on ordinary input, so the "
                                            "weights are broken"};
    }
    const auto state = std::find_if(ports_.states.begin(), ports_.states.end(),
                                    [&](const AudioState& s) { return s.output == info.name; });
    if (state != ports_.states.end()) {
      if (tensor.shape == state->dims) continue;
      return Mismatch(file_ + ": state " + Quoted(state->input) + " has shape " +
                      DimsText(state->dims) + ", but comes out as " + DimsText(tensor.shape));
    }
    NamedTensor port{.name = info.name, .dims = tensor.shape, .place = ports_.io_floats};
    if (!found && tensor.values.size() == hop_size_) {
      ports_.enhanced = std::move(port);
      found = true;
    } else if (!ports_.lsnr && tensor.values.size() == 1) {
      ports_.lsnr = std::move(port);
    } else {
      continue;
    }
    ports_.io_floats += RoundUp(tensor.values.size(), kAlignmentFloats);
  }
  if (!found) {
    return Mismatch(file_ + ": no output gives the " + std::to_string(hop_size_) +
                    " samples that a frame takes");
  }
  return {};
}

Result<size_t> LoadedGraph::MetadataNumber(const char* key, size_t otherwise) const {
  DFN_TRY(const std::string text, session_->Metadata(key));
  if (text.empty()) return otherwise;
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Ten seconds at 192 kHz: nobody means more.
  if (error != std::errc() || end != text.data() + text.size() || number > 1'920'000) {
    return Error{ErrorCode::kCorrupt, file_ + ": metadata " + Quoted(key) + " is " + Quoted(text) +
                                          ", expected a number of 0 to 1920000"};
  }
  return number;
}

// A graph that says nothing of its delay has that of the config if it shares its transform, two
// hops long; else none is known.
Status LoadedGraph::ReadMetadata(const Config& config) {
  const bool ours = config.hop_size == hop_size_ && config.fft_size == 2 * hop_size_;
  DFN_TRY(delay_samples_, MetadataNumber("delay_samples", ours ? config.delay_samples() : 0));
  DFN_TRY(sample_rate_hz_, MetadataNumber("sample_rate_hz", config.sample_rate_hz));
  if (sample_rate_hz_ == 0) return Mismatch(file_ + ": metadata \"sample_rate_hz\" is 0");
  DFN_TRY(const size_t hop, MetadataNumber("hop_size", hop_size_));
  if (hop == hop_size_) return {};
  return Mismatch(file_ + ": metadata \"hop_size\" is " + std::to_string(hop) + ", but input " +
                  Quoted(ports_.frame.name) + " takes " + std::to_string(hop_size_) + " samples");
}

Status LoadedGraph::CheckOptions(const DenoiserOptions& options) const {
  const auto refuse = [this](const std::string& sentence) {
    return Error{ErrorCode::kInvalidArgument, file_ + ": " + sentence};
  };
  if (options.channels < 1 || options.channels > kMaxChannels) {
    return refuse("channels is " + std::to_string(options.channels) + ", expected 1 to " +
                  std::to_string(kMaxChannels));
  }
  if (options.max_frames_per_call < 1 || options.max_frames_per_call > kMaxFramesPerCall) {
    return refuse("max_frames_per_call is " + std::to_string(options.max_frames_per_call) +
                  ", expected 1 to " + std::to_string(kMaxFramesPerCall));
  }
  if (std::isnan(options.atten_lim_db)) return refuse("atten_lim_db is not a number");
  if (options.profile == Profile::kLibdf) {
    return refuse("an audio graph follows its own rules, not those of profile libdf");
  }
  if (options.post_filter) {
    return refuse("an audio graph has its post filter inside or none, it cannot be switched on");
  }
  if (std::fabs(options.atten_lim_db) < kNoLimitDb && !ports_.limit) {
    return refuse("the graph has no input for an attenuation limit");
  }
  return {};
}

Result<std::unique_ptr<Denoiser>> LoadedGraph::NewDenoiser(const DenoiserOptions& options) const {
  DFN_CHECK(CheckOptions(options));
  const float limit_db = std::fabs(options.atten_lim_db);
  std::vector<AudioChannel> channels;
  for (size_t c = 0; c < options.channels; ++c) {
    channels.emplace_back(ports_,
                          limit_db >= kNoLimitDb ? 0.0f : std::max(limit_db, kLeastLimitDb));
    DFN_CHECK(channels.back().Bind(*session_));
  }
  return std::unique_ptr<Denoiser>(
      std::make_unique<AudioDenoiser>(shared_from_this(), std::move(channels)));
}

}  // namespace

Result<std::shared_ptr<const AudioGraph>> AudioGraph::Load(
    std::shared_ptr<const ort::Library> library, const RunPlan& plan,
    const ort::SessionOptions& options) {
  auto graph = std::make_shared<LoadedGraph>();
  DFN_CHECK(graph->Open(std::move(library), plan, options));
  return std::shared_ptr<const AudioGraph>(std::move(graph));
}

}  // namespace dfn
