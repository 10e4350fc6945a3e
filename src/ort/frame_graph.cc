#include "ort/frame_graph.h"

#include <algorithm>
#include <span>

#include "base/finite.h"
#include "ort/refusal.h"

namespace dfn::ort {

std::vector<size_t> FrameGraph::values_read() const {
  std::vector<size_t> values;
  for (const Input& input : inputs_) values.push_back(input.value);
  return values;
}

FrameGraph::Bound FrameGraph::Bind(const ValueTable& table) const {
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

size_t FrameGraph::FramesOut(const Output& output, size_t frames_in) const noexcept {
  return output.shape.grows ? output.shape.frames + frames_in - window_frames_ : 1;
}

Status FrameGraph::BindFrames(Bound& bound, size_t frames) const {
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

// Copies states and values to the memory that the run reads. Returns the number of frames.
size_t FrameGraph::Feed(Bound& bound, size_t row, float* stream, RowValues& values) const noexcept {
  float* floats = bound.floats.data();
  for (const State& state : states_) {
    std::copy_n(stream + state.in_stream, state.floats, floats + state.input_place);
  }
  if (window_frames_ > 1) return FeedWindow(bound, row, stream, values);
  for (const Input& input : inputs_) {
    std::copy_n(values.Frame(input.value, row), input.shape.floats(), floats + input.place);
  }
  return 1;
}

// Puts the row's frame into the stream's ring of past frames, and feeds the ring, oldest first.
size_t FrameGraph::FeedWindow(Bound& bound, size_t row, float* stream,
                              RowValues& values) const noexcept {
  float* floats = bound.floats.data();
  // Counts 0, 1, .. W - 1 while the window fills, then W .. 2 W - 1 again and again, so that a
  // float holds it exactly.
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

Status FrameGraph::Run(Bound& bound, size_t row, float* stream, float* deferred, RowValues& values,
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

Status FrameGraph::CheckNumbers(const Bound& bound, size_t row, RowValues& values) const {
  const auto is_finite = [](std::span<const float> numbers) {
    return FirstNotFinite(numbers) == numbers.size();
  };
  for (size_t i = 0; i < outputs_.size(); ++i) {
    if (!bound.fetched[i]) continue;
    const Output& output = outputs_[i];
    const float* frame = values.Frame(output.value, row);
    if (!is_finite({frame, output.shape.value.floats()})) return NotFinite(file_, output.name);
  }
  for (const State& state : states_) {
    const float* next = bound.floats.data() + state.output_place;
    if (!is_finite({next, state.floats})) return NotFinite(file_, state.output);
  }
  return {};
}

void FrameGraph::Commit(RunPart part, const float* deferred, float* stream) const noexcept {
  for (const State& state : states_) {
    if (!state.deferred || state.part != part) continue;
    std::copy_n(deferred + state.in_deferred, state.floats, stream + state.in_stream);
  }
}

}  // namespace dfn::ort
