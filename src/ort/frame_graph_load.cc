// Loading a FrameGraph: finds its inputs and outputs, and lays out memory for them.
#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/checked.h"
#include "base/noise.h"
#include "base/printable.h"
#include "ort/frame_graph.h"
#include "ort/refusal.h"

namespace dfn::ort {
namespace {

const TensorInfo* FindTensor(const std::vector<TensorInfo>& tensors, const std::string& name) {
  const auto found = std::find_if(tensors.begin(), tensors.end(),
                                  [&](const TensorInfo& tensor) { return tensor.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

// Whether an input with the declared shape can be fed a tensor. The library gives rank 0 for an
// input without a declared shape, which takes any tensor.
bool Fits(const Dims& declared, const Dims& fed) {
  if (declared.empty()) return true;
  return std::equal(declared.begin(), declared.end(), fed.begin(), fed.end(),
                    [](int64_t a, int64_t b) { return a < 0 || a == b; });
}

// Small numbers of both signs.
Tensor Noise(Dims dims) {
  Tensor tensor{.shape = std::move(dims), .values = {}};
  tensor.values.resize(FloatsOf(tensor.shape));
  NoiseGenerator noise;
  for (float& value : tensor.values) value = 0.5f * noise.Next();
  return tensor;
}

Dims DimsAt(const ValueShape& shape, size_t frames) {
  Dims dims(shape.dims.size());
  shape.DimsOf(frames, dims.data());
  return dims;
}

}  // namespace

Result<FrameGraph> FrameGraph::Load(std::shared_ptr<const Library> library, const RunStage& plan,
                                    const SessionOptions& options, bool combined, ValueTable& table,
                                    ValueNames& names, StateLayout& layout) {
  FrameGraph stage;
  stage.file_ = Printable(plan.file);
  stage.window_frames_ = plan.window_frames;
  stage.pads_start_ = plan.pads_start;
  if (plan.window_frames == 0) return Mismatch(stage.file_ + ": a window of no frames");
  SessionOptions fitting = options;
  fitting.pools_memory = plan.window_frames == 1;
  DFN_TRY(stage.session_, Session::Create(std::move(library), plan.model, stage.file_, fitting));
  DFN_CHECK(stage.LoadStates(plan, combined, layout));
  DFN_CHECK(stage.LoadInputs(table, names, layout));
  DFN_CHECK(stage.LoadOutputs(plan, table, names));
  stage.PlaceTensors();
  return stage;
}

Status FrameGraph::LoadStates(const RunStage& plan, bool combined, StateLayout& layout) {
  for (const RunState& planned : plan.states) {
    const std::string what = file_ + ": state " + Quoted(planned.input);
    const TensorInfo* input = FindTensor(session_->inputs(), planned.input);
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

Status FrameGraph::LoadInputs(const ValueTable& table, const ValueNames& names,
                              StateLayout& layout) {
  for (const TensorInfo& info : session_->inputs()) {
    const auto is_state = [&](const State& state) { return state.input == info.name; };
    if (std::any_of(states_.begin(), states_.end(), is_state)) continue;
    const std::string what = file_ + ": input " + Quoted(info.name);
    const auto known = names.find(info.name);
    if (known == names.end()) {
      if (!info.name.ends_with('0')) return Mismatch(what + " is nothing that the model gives");
      constants_.push_back({.name = info.name, .dims = Closed(info.shape)});
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
bool FrameGraph::TakesAnyLength() const {
  return std::all_of(inputs_.begin(), inputs_.end(), [this](const Input& input) {
    const TensorInfo* info = FindTensor(session_->inputs(), input.name);
    return input.shape.axis && (info->shape.empty() || info->shape[*input.shape.axis] < 0);
  });
}

Result<Tensors> FrameGraph::Probe(size_t frames) const {
  Tensors feeds;
  for (const Input& input : inputs_) feeds[input.name] = Noise(DimsAt(input.shape, frames));
  for (const State& state : states_) feeds[state.input] = Zeros(state.dims);
  for (const Constant& constant : constants_) feeds[constant.name] = Zeros(constant.dims);
  return session_->Run(feeds);
}

Status FrameGraph::LoadOutputs(const RunStage& plan, ValueTable& table, ValueNames& names) {
  auto probed = Probe(window_frames_);
  // The library has accepted the graph, so it is what the graph is fed that does not fit.
  if (!probed.ok()) return Mismatch(probed.error().message);
  // Some graphs are fixed to one length without saying so.
  const auto longer =
      TakesAnyLength() ? Probe(window_frames_ + 1) : Result<Tensors>(Mismatch("one length only"));
  for (const State& state : states_) {
    const Dims& found = (*probed)[state.output].shape;
    if (found != state.dims) return StateMismatch(file_, state.input, state.dims, found);
  }
  for (const auto& [name, tensor] : *probed) {
    if (StateWithOutput(name) != nullptr) continue;
    const Dims* longer_dims = longer.ok() ? &longer->at(name).shape : nullptr;
    DFN_CHECK(AddOutput(plan, name, tensor.shape, longer_dims, table, names));
  }
  return {};
}

// longer: the shape from one more frame; null where the graph takes one length only.
Status FrameGraph::AddOutput(const RunStage& plan, const std::string& name, const Dims& dims,
                             const Dims* longer, ValueTable& table, ValueNames& names) {
  const std::string what = file_ + ": output " + Quoted(name);
  DFN_TRY(OutputShape shape, FindFrames(what, window_frames_, dims, longer));
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
  return {};
}

const FrameGraph::State* FrameGraph::StateWithOutput(const std::string& output) const {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [&](const State& state) { return state.output == output; });
  return found == states_.end() ? nullptr : &*found;
}

// Lays out the memory that runs are bound to.
void FrameGraph::PlaceTensors() {
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

}  // namespace dfn::ort
