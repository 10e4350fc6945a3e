// One graph of a RunPlan: loaded once, run frame by frame for any number of streams.
#ifndef DEEPFILTER_ORT_FRAME_GRAPH_H_
#define DEEPFILTER_ORT_FRAME_GRAPH_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/realtime.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "model/state_layout.h"
#include "ort/session.h"
#include "ort/value_shape.h"
#include "ort/value_table.h"

namespace dfn::ort {

// Immutable once loaded; each workspace runs it through a Bound of its own.
class FrameGraph {
 public:
  // The memory of runs, with inputs and outputs tied to it; one thread at a time.
  class Bound {
   private:
    friend class FrameGraph;
    std::unique_ptr<Binding> binding;
    Status failure;             // why there is no binding
    std::vector<bool> fetched;  // outputs that are read
    size_t frames = 0;          // that are bound
    Dims dims;                  // room for the longest shape
    AlignedBuffer<float> floats;
  };

  // Loads the graph and finds the shapes of its outputs by running it on NoiseGenerator. Adds its
  // outputs to `table` and `names`, and its states, windows and frame counter to `layout`.
  // combined: whether this one graph is the whole network; the states of its decoders are then put
  //   beside the row (`deferred_floats` a row) instead of advancing with the run
  // Errors: kUnsupported, kMismatch, kCorrupt (Session::Create, FindFrames, names and shapes that
  // do not fit).
  static Result<FrameGraph> Load(std::shared_ptr<const Library> library, const RunStage& plan,
                                 const SessionOptions& options, bool combined, ValueTable& table,
                                 ValueNames& names, StateLayout& layout);

  // Call it when all graphs are loaded, so that the table knows which values are read. Allocates.
  Bound Bind(const ValueTable& table) const;

  // Runs on one row of `values`, which takes the outputs too. The stream's states advance, except
  // for deferred ones, which go to `deferred`.
  // check_numbers: whether NaN and infinity in outputs and states are errors
  // Errors: kUnsupported (the library's own sentence), kCorrupt. Not real-time: ONNX Runtime
  // allocates as it likes.
  Status Run(Bound& bound, size_t row, float* stream, float* deferred, RowValues& values,
             bool check_numbers) const;
  // Copies the deferred states of a part to the stream. Real-time safe.
  void Commit(RunPart part, const float* deferred, float* stream) const noexcept DFN_REALTIME;

  const std::string& file() const { return file_; }
  size_t deferred_floats() const { return deferred_floats_; }
  std::vector<size_t> values_read() const;

 private:
  struct Input {
    std::string name;
    size_t value = 0;
    ValueShape shape;
    size_t window = 0;  // offset of its past frames in the stream, if there is a window
    size_t place = 0;   // in Bound::floats
  };
  struct Output {
    std::string name;
    size_t value = 0;
    OutputShape shape;
    size_t place = 0;
  };
  struct State {
    std::string input;
    std::string output;
    Dims dims;
    size_t floats = 0;
    size_t in_stream = 0;
    RunPart part = RunPart::kEncoder;
    bool deferred = false;
    size_t in_deferred = 0;
    size_t input_place = 0;
    size_t output_place = 0;
  };
  // An input of start values that no output follows: zero in every run.
  struct Constant {
    std::string name;
    Dims dims;
    size_t place = 0;
  };

  Status LoadStates(const RunStage& plan, bool combined, StateLayout& layout);
  Status LoadInputs(const ValueTable& table, const ValueNames& names, StateLayout& layout);
  Status LoadOutputs(const RunStage& plan, ValueTable& table, ValueNames& names);
  Status AddOutput(const RunStage& plan, const std::string& name, const Dims& dims,
                   const Dims* longer, ValueTable& table, ValueNames& names);
  const State* StateWithOutput(const std::string& output) const;
  Result<Tensors> Probe(size_t frames) const;
  bool TakesAnyLength() const;
  void PlaceTensors();
  size_t FramesOut(const Output& output, size_t frames_in) const noexcept;
  size_t Feed(Bound& bound, size_t row, float* stream, RowValues& values) const noexcept;
  size_t FeedWindow(Bound& bound, size_t row, float* stream, RowValues& values) const noexcept;
  Status BindFrames(Bound& bound, size_t frames) const;
  Status CheckNumbers(const Bound& bound, size_t row, RowValues& values) const;

  std::string file_;
  std::shared_ptr<const Session> session_;
  size_t window_frames_ = 1;
  bool pads_start_ = false;
  size_t counter_ = 0;  // offset of the frame count in the stream, if there is a window
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  std::vector<State> states_;
  std::vector<Constant> constants_;
  size_t deferred_floats_ = 0;
  size_t bound_floats_ = 0;
};

}  // namespace dfn::ort

#endif  // DEEPFILTER_ORT_FRAME_GRAPH_H_
