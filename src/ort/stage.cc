#include "ort/stage.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include "base/checked.h"
#include "base/noise.h"
#include "base/printable.h"

namespace dfn {
namespace {

const ort::TensorInfo* FindTensor(const std::vector<ort::TensorInfo>& tensors,
                                  const std::string& name) {
  const auto found =
      std::find_if(tensors.begin(), tensors.end(),
                   [&](const ort::TensorInfo& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

Error Mismatch(std::string message) { return {ErrorCode::kMismatch, std::move(message)}; }

// Whether a graph's input, as declared, may be fed a tensor. An input without dimensions may be
// anything: the library says rank 0 where none are declared.
bool Fits(const Dims& declared, const Dims& fed) {
  if (declared.empty()) return true;
  return std::equal(declared.begin(), declared.end(), fed.begin(), fed.end(),
                    [](int64_t a, int64_t b) { return a < 0 || a == b; });
}

// Small numbers of both signs, the same in every run.
ort::Tensor Made(Dims dims) {
  ort::Tensor tensor{.shape = std::move(dims), .values = {}};
  tensor.values.resize(FloatsOf(tensor.shape));
  NoiseGenerator noise;
  for (float& value : tensor.values) value = 0.5f * noise.Next();
  return tensor;
}

ort::Tensor Zeros(const Dims& dims) {
  return {.shape = dims, .values = std::vector<float>(FloatsOf(dims))};
}

Dims DimsAt(const ValueShape& shape, size_t frames) {
  Dims dims(shape.dims.size());
  shape.DimsOf(frames, dims.data());
  return dims;
}

bool IsFinite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

}  // namespace

size_t ValueTable::Add(std::string name, ValueShape shape) {
  entries.push_back({.name = std::move(name), .shape = std::move(shape)});
  return entries.size() - 1;
}

RowValues::RowValues(const ValueTable& table, size_t rows) {
  size_t size = 0;
  for (const ValueTable::Entry& entry : table.entries) {
    const size_t stride = RoundUp(entry.shape.floats(), kAlignmentFloats);
    places_.push_back({.offset = size, .stride = entry.kept ? stride : 0});
    if (entry.read) size += entry.kept ? rows * stride : stride;
  }
  floats_ = AlignedBuffer<float>(size);
}

Result<OrtStage> OrtStage::Load(std::shared_ptr<const ort::Library> library, const RunStage& plan,
                                const ort::SessionOptions& options, bool combined,
                                ValueTable& table, ValueNames& names, StateLayout& layout) {
  OrtStage stage;
  stage.file_ = Printable(plan.file);
  stage.window_frames_ = plan.window_frames;
  stage.pads_start_ = plan.pads_start;
  if (plan.window_frames == 0) return Mismatch(stage.file_ + ": a window of no frames");
  ort::SessionOptions fitting = options;
  fitting.pools_memory = plan.window_frames == 1;
  DFN_TRY(stage.session_,
          ort::Session::Create(std::move(library), plan.model, stage.file_, fitting));
  DFN_CHECK(stage.LoadStates(plan, combined, layout));
  DFN_CHECK(stage.LoadInputs(table, names, layout));
  DFN_CHECK(stage.LoadOutputs(plan, table, names));
  stage.Place();
  return stage;
}

Status OrtStage::LoadStates(const RunStage& plan, bool combined, StateLayout& layout) {
  for (const RunState& planned : plan.states) {
    const std::string what = file_ + ": state " + Quoted(planned.input);
    const ort::TensorInfo* input = FindTensor(session_->inputs(), planned.input);
    if (input == nullptr) return Mismatch(what + " is no input of the graph");
    if (FindTensor(session_->outputs(), planned.output) == nullptr) {
      return Mismatch(what + " comes out as " + Quoted(planned.output) +
                      ", which is no output of the graph");
    }
    Dims dims(planned.shape.begin(), planned.shape.end());
    if (!Fits(input->shape, dims)) {
      return Mismatch(what + " has shape " + DimsText(dims) + ", but the graph takes " +
                      DimsText(input->shape));
    }
    State state{.input = planned.input, .output = planned.output, .dims = std::move(dims)};
    state.floats = FloatsOf(state.dims);
    state.in_stream = layout.size();
    state.part = planned.part;
    state.deferred = combined && planned.part != RunPart::kEncoder;
    if (state.deferred) {
      state.in_deferred = deferred_floats_;
      deferred_floats_ += RoundUp(state.floats, kAlignmentFloats);
    }
    layout.Add(file_ + ": " + Printable(planned.input), planned.shape);
    states_.push_back(std::move(state));
  }
  return {};
}

Status OrtStage::LoadInputs(const ValueTable& table, const ValueNames& names, StateLayout& layout) {
  for (const ort::TensorInfo& info : session_->inputs()) {
    const auto is_state = [&](const State& state) { return state.input == info.name; };
    if (std::any_of(states_.begin(), states_.end(), is_state)) continue;
    const std::string what = file_ + ": input " + Quoted(info.name);
    const auto known = names.find(info.name);
    if (known == names.end()) {
      if (!info.name.ends_with('0')) return Mismatch(what + " is nothing that the model gives");
      Dims dims = info.shape;
      for (int64_t& dimension : dims) dimension = std::max<int64_t>(dimension, 1);
      constants_.push_back({.name = info.name, .dims = std::move(dims)});
      continue;
    }
    Input input{
        .name = info.name, .value = known->second, .shape = table.entries[known->second].shape};
    const Dims fed = DimsAt(input.shape, window_frames_);
    if (!Fits(info.shape, fed)) {
      return Mismatch(what + " takes " + DimsText(info.shape) + ", but is given " + DimsText(fed));
    }
    if (window_frames_ > 1) {
      if (!input.shape.axis) return Mismatch(what + " has no axis of time to put a window on");
      input.window = layout.size();
      layout.Add(file_ + ": window of " + Printable(info.name),
                 {window_frames_, input.shape.floats()});
    }
    inputs_.push_back(std::move(input));
  }
  if (window_frames_ > 1) {
    counter_ = layout.size();
    layout.Add(file_ + ": frames", {1});
  }
  return {};
}

// Whether all inputs are declared with a free length.
bool OrtStage::TakesAnyLength() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [this](const Input& input) {
    const ort::TensorInfo* info = FindTensor(session_->inputs(), input.name);
    return input.shape.axis && (info->shape.empty() || info->shape[*input.shape.axis] < 0);
  });
}

Result<ort::Tensors> OrtStage::Probe(size_t frames) const {
  ort::Tensors feeds;
  for (const Input& input : inputs_) feeds[input.name] = Made(DimsAt(input.shape, frames));
  for (const State& state : states_) feeds[state.input] = Zeros(state.dims);
  for (const Constant& constant : constants_) feeds[constant.name] = Zeros(constant.dims);
  return session_->Run(feeds);
}

Status OrtStage::LoadOutputs(const RunStage& plan, ValueTable& table, ValueNames& names) {
  auto probed = Probe(window_frames_);
  // The graph is sound, or the library had not loaded it; so its parts do not fit what they get.
  if (!probed.ok()) return Mismatch(probed.error().message);
  // Some graphs are fixed to one length without saying so.
  const auto longer = TakesAnyLength() ? Probe(window_frames_ + 1)
                                       : Result<ort::Tensors>(Mismatch("one length only"));
  for (const State& state : states_) {
    if (const Dims& found = (*probed)[state.output].shape; found != state.dims) {
      return Mismatch(file_ + ": state " + Quoted(state.input) + " has shape " +
                      DimsText(state.dims) + ", but comes out as " + DimsText(found));
    }
  }
  for (const auto& [name, tensor] : *probed) {
    const auto is_state = [&output = name](const State& state) { return state.output == output; };
    if (std::any_of(states_.begin(), states_.end(), is_state)) continue;
    const std::string what = file_ + ": output " + Quoted(name);
    DFN_TRY(OutputShape shape, FindFrames(what, window_frames_, tensor.shape,
                                          longer.ok() ? &longer->at(name).shape : nullptr));
    const size_t fewest = pads_start_ ? window_frames_ : 1;
    if (shape.grows && shape.frames + fewest <= window_frames_) {
      return Mismatch(what + " has " + std::to_string(shape.frames) + " frames of a window of " +
                      std::to_string(window_frames_) + ", so none at the start of a stream");
    }
    std::string value = name;
    for (const auto& [from, to] : plan.renamed) {
      if (from == name) value = to;
    }
    names[value] = table.Add(value, shape.value);
    outputs_.push_back({.name = name, .value = names[value], .shape = std::move(shape)});
  }
  return {};
}

// Lays out the memory that a run is bound to.
void OrtStage::Place() {
  const auto place = [this](size_t floats) {
    const size_t at = bound_floats_;
    bound_floats_ += RoundUp(floats, kAlignmentFloats);
    return at;
  };
  for (Input& input : inputs_) input.place = place(input.shape.floats() * window_frames_);
  for (Output& output : outputs_) {
    output.place = place(output.shape.value.floats() * output.shape.frames);
  }
  for (State& state : states_) {
    state.input_place = place(state.floats);
    state.output_place = place(state.floats);
  }
  for (Constant& constant : constants_) constant.place = place(FloatsOf(constant.dims));
}

std::vector<size_t> OrtStage::values_read() const {
  std::vector<size_t> values;
  for (const Input& input : inputs_) values.push_back(input.value);
  return values;
}

OrtStage::Bound OrtStage::Bind(const ValueTable& table) const {
  Bound bound;
  bound.floats = AlignedBuffer<float>(bound_floats_);
  float* floats = bound.floats.data();
  size_t rank = 0;
  for (const Input& input : inputs_) rank = std::max(rank, input.shape.dims.size());
  for (const Output& output : outputs_) rank = std::max(rank, output.shape.value.dims.size());
  bound.dims.resize(rank);
  const auto bind_fixed = [&]() -> Status {
    DFN_TRY(bound.binding, session_->NewBinding());
    for (const State& state : states_) {
      DFN_CHECK(bound.binding->BindInput(state.input, state.dims, floats + state.input_place));
      DFN_CHECK(bound.binding->BindOutput(state.output, state.dims, floats + state.output_place));
    }
    for (const Constant& constant : constants_) {
      DFN_CHECK(bound.binding->BindInput(constant.name, constant.dims, floats + constant.place));
    }
    return {};
  };
  for (const Output& output : outputs_) bound.fetched.push_back(table.entries[output.value].read);
  bound.failure = bind_fixed();
  if (bound.failure.ok()) bound.failure = BindFrames(bound, window_frames_);
  return bound;
}

size_t OrtStage::FramesOut(const Output& output, size_t frames_in) const noexcept {
  return output.shape.grows ? output.shape.frames + frames_in - window_frames_ : 1;
}

Status OrtStage::BindFrames(Bound& bound, size_t frames) const {
  if (bound.frames == frames) return {};
  bound.frames = 0;
  float* floats = bound.floats.data();
  for (const Input& input : inputs_) {
    input.shape.DimsOf(frames, bound.dims.data());
    DFN_CHECK(bound.binding->BindInput(
        input.name, std::span(bound.dims).first(input.shape.dims.size()), floats + input.place));
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (!bound.fetched[i]) continue;
    const Output& output = outputs_[i];
    const ValueShape& shape = output.shape.value;
    shape.DimsOf(FramesOut(output, frames), bound.dims.data());
    DFN_CHECK(bound.binding->BindOutput(output.name, std::span(bound.dims).first(shape.dims.size()),
                                        floats + output.place));
  }
  bound.frames = frames;
  return {};
}

// Puts states and values where the run reads them; how many frames that are.
size_t OrtStage::Feed(Bound& bound, size_t row, float* stream, RowValues& values) const noexcept {
  float* floats = bound.floats.data();
  for (const State& state : states_) {
    std::copy_n(stream + state.in_stream, state.floats, floats + state.input_place);
  }
  if (window_frames_ == 1) {
    for (const Input& input : inputs_) {
      std::copy_n(values.Frame(input.value, row), input.shape.floats(), floats + input.place);
    }
    return 1;
  }
  // Counts 0, 1, .. W - 1 while the window fills, then W .. 2 W - 1 round and round: a float is
  // enough for it.
  const size_t window = window_frames_;
  const size_t count = static_cast<size_t>(stream[counter_]);
  const size_t newest = count % window;
  const size_t frames = pads_start_ ? window : std::min(count + 1, window);
  stream[counter_] = static_cast<float>(count + 1 == 2 * window ? window : count + 1);
  for (const Input& input : inputs_) {
    const size_t size = input.shape.floats();
    float* ring = stream + input.window;
    std::copy_n(values.Frame(input.value, row), size, ring + newest * size);
    for (size_t t = 0; t < frames; ++t) {
      const float* frame = ring + (newest + window + 1 - frames + t) % window * size;
      float* to = floats + input.place + t * input.shape.after;
      for (size_t b = 0; b < input.shape.before; ++b) {
        std::copy_n(frame + b * input.shape.after, input.shape.after,
                    to + b * frames * input.shape.after);
      }
    }
  }
  return frames;
}

Status OrtStage::Run(Bound& bound, size_t row, float* stream, float* deferred, RowValues& values,
                     bool check_numbers) const {
  DFN_CHECK(bound.failure);
  const size_t frames = Feed(bound, row, stream, values);
  DFN_CHECK(BindFrames(bound, frames));
  DFN_CHECK(bound.binding->Run());
  const float* floats = bound.floats.data();
  for (const State& state : states_) {
    float* to = state.deferred ? deferred + state.in_deferred : stream + state.in_stream;
    std::copy_n(floats + state.output_place, state.floats, to);
  }
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (!bound.fetched[i]) continue;
    const Output& output = outputs_[i];
    const ValueShape& shape = output.shape.value;
    const size_t frames_out = FramesOut(output, frames);
    float* to = values.Frame(output.value, row);
    for (size_t b = 0; b < shape.before; ++b) {
      std::copy_n(floats + output.place + ((b + 1) * frames_out - 1) * shape.after, shape.after,
                  to + b * shape.after);
    }
  }
  return check_numbers ? CheckNumbers(bound, row, values) : Status();
}

Status OrtStage::CheckNumbers(const Bound& bound, size_t row, RowValues& values) const {
  const auto refuse = [this](const std::string& output) {
    return Error{ErrorCode::kCorrupt, file_ + ": output " + Quoted(output) +
                                          " is NaN or infinite on ordinary input, so the weights "
                                          "are broken"};
  };
  for (size_t i = 0; i < outputs_.size(); ++i) {
    const Output& output = outputs_[i];
    if (!bound.fetched[i]) continue;
    if (!IsFinite({values.Frame(output.value, row), output.shape.value.floats()})) {
      return refuse(output.name);
    }
  }
  for (const State& state : states_) {
    if (!IsFinite({bound.floats.data() + state.output_place, state.floats})) {
      return refuse(state.output);
    }
  }
  return {};
}

void OrtStage::Commit(RunPart part, const float* deferred, float* stream) const noexcept {
  for (const State& state : states_) {
    if (!state.deferred || state.part != part) continue;
    std::copy_n(deferred + state.in_deferred, state.floats, stream + state.in_stream);
  }
}

}  // namespace dfn
