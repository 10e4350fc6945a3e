#include "ort/audio_graph.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/aligned_buffer.h"
#include "base/checked.h"
#include "base/finite.h"
#include "base/noise.h"
#include "base/printable.h"
#include "ort/audio_delay.h"
#include "ort/audio_denoiser.h"
#include "ort/refusal.h"

namespace dfn::ort {
namespace {

constexpr size_t kMaxChannels = 64;
constexpr size_t kMaxFramesPerCall = 4096;
// From this limit on, attenuation is unlimited.
constexpr float kNoLimitDb = 100.0f;

template <class Member>
const AudioPorts::State* FindState(const std::vector<AudioPorts::State>& states, Member member,
                                   const std::string& name) {
  const auto found =
      std::find_if(states.begin(), states.end(),
                   [&](const AudioPorts::State& state) { return state.*member == name; });
  return found == states.end() ? nullptr : &*found;
}

}  // namespace

const AudioPorts::State* AudioPorts::StateWithInput(const std::string& input) const {
  return FindState(states, &State::input, input);
}

const AudioPorts::State* AudioPorts::StateWithOutput(const std::string& output) const {
  return FindState(states, &State::output, output);
}

Result<std::shared_ptr<const AudioGraph>> AudioGraph::Load(std::shared_ptr<const Library> library,
                                                           const RunPlan& plan,
                                                           const SessionOptions& options) {
  std::shared_ptr<AudioGraph> graph(new AudioGraph);
  DFN_CHECK(graph->Open(std::move(library), plan, options));
  DFN_CHECK(graph->FindDelay(plan.delay_samples));
  return std::shared_ptr<const AudioGraph>(std::move(graph));
}

Status AudioGraph::Open(std::shared_ptr<const Library> library, const RunPlan& plan,
                        const SessionOptions& options) {
  if (!plan.audio) {
    return Error{ErrorCode::kInvalidArgument, Printable(plan.files) + ": no audio graph to run"};
  }
  file_ = Printable(plan.audio->file);
  DFN_TRY(session_, Session::Create(std::move(library), plan.audio->model, file_, options));
  AddStates(*plan.audio);
  if (!plan.sample_rate_hz) {
    return Error{ErrorCode::kInvalidArgument, file_ + ": no sampling rate is told"};
  }
  sample_rate_hz_ = *plan.sample_rate_hz;
  DFN_CHECK(FindInputs());
  return FindOutputs();
}

void AudioGraph::AddStates(const RunStage& stage) {
  for (const RunState& planned : stage.states) {
    AudioPorts::State state{.input = planned.input,
                            .output = planned.output,
                            .dims = Dims(planned.shape.begin(), planned.shape.end()),
                            .place = ports_.state_floats};
    ports_.state_floats += RoundUp(FloatsOf(state.dims), kAlignmentFloats);
    ports_.states.push_back(std::move(state));
  }
}

Status AudioGraph::FindInputs() {
  for (const TensorInfo& input : session_->inputs()) {
    if (ports_.StateWithInput(input.name) != nullptr) continue;
    AudioPorts::Port tensor{
        .name = input.name, .dims = Closed(input.shape), .place = ports_.io_floats};
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

Result<Tensors> AudioGraph::RunOnNoise() const {
  Tensors feeds;
  Tensor& frame = feeds[ports_.frame.name] = {ports_.frame.dims, {}};
  NoiseGenerator noise;
  for (size_t i = 0; i < hop_size_; ++i) frame.values.push_back(0.1f * noise.Next());
  if (ports_.limit) feeds[ports_.limit->name] = {ports_.limit->dims, {0.0f}};
  for (const AudioPorts::State& state : ports_.states) feeds[state.input] = Zeros(state.dims);
  auto outputs = session_->Run(feeds);
  if (!outputs.ok()) return Mismatch(outputs.error().message);
  return outputs;
}

// Checks that an output is finite and, if it is a state, that it fits its input.
Status AudioGraph::CheckOutput(const std::string& name, const Tensor& tensor) const {
  if (FirstNotFinite(tensor.values) < tensor.values.size()) return NotFinite(file_, name);
  const AudioPorts::State* state = ports_.StateWithOutput(name);
  if (state == nullptr || tensor.shape == state->dims) return {};
  return StateMismatch(file_, state->input, state->dims, tensor.shape);
}

Status AudioGraph::CheckEnhanced(std::span<const float> enhanced) const {
  if (FirstNotFinite(enhanced) == enhanced.size()) return {};
  return Error{ErrorCode::kCorrupt, file_ + ": output " + Quoted(ports_.enhanced.name) +
                                        " is NaN or infinite on this sound"};
}

Status AudioGraph::FindOutputs() {
  DFN_TRY(const Tensors outputs, RunOnNoise());
  bool found = false;
  for (const TensorInfo& info : session_->outputs()) {
    const Tensor& tensor = outputs.at(info.name);
    DFN_CHECK(CheckOutput(info.name, tensor));
    if (ports_.StateWithOutput(info.name) != nullptr) continue;
    AudioPorts::Port port{.name = info.name, .dims = tensor.shape, .place = ports_.io_floats};
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

Status AudioGraph::FindDelay(const std::optional<size_t>& told) {
  if (told) {
    delay_ = {.source = DelaySource::kTold, .samples = *told};
    return {};
  }
  DFN_TRY(const auto measured, MeasureDelay(shared_from_this()));
  if (measured) delay_ = {.source = DelaySource::kMeasured, .samples = *measured};
  return {};
}

Status AudioGraph::CheckOptions(const DenoiserOptions& options) const {
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
  if (const Status status = CheckControls(options.controls); !status.ok()) {
    return refuse(status.error().message);
  }
  if (options.profile == Profile::kLibdf) {
    return refuse("an audio graph follows its own rules, not those of profile libdf");
  }
  if (options.controls.auto_level || options.controls.level_gain_db != 0.0f) {
    return refuse("an audio graph computes its features inside, so their level cannot be set");
  }
  if (options.controls.post_filter) {
    return refuse("an audio graph has its post filter inside or none, it cannot be switched on");
  }
  if (std::fabs(options.controls.atten_lim_db) < kNoLimitDb && !ports_.limit) {
    return refuse("the graph has no input for an attenuation limit");
  }
  return {};
}

Result<std::unique_ptr<Denoiser>> AudioGraph::NewDenoiser(const DenoiserOptions& options) const {
  DFN_CHECK(CheckOptions(options));
  const float limit_db = std::fabs(options.controls.atten_lim_db);
  return NewAudioDenoiser(shared_from_this(), options.channels,
                          limit_db >= kNoLimitDb ? 0.0f : std::max(limit_db, kLeastLimitDb));
}

}  // namespace dfn::ort
