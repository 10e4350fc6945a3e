// One graph of a RunPlan: loaded once, run for any number of streams.
#ifndef DEEPFILTER_ORT_STAGE_H_
#define DEEPFILTER_ORT_STAGE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/aligned_buffer.h"
#include "base/result.h"
#include "convert/plan/run_plan.h"
#include "model/state_layout.h"
#include "ort/session.h"
#include "ort/value_shape.h"

namespace dfn {

// The values of a network: features, and what its stages give. A stage knows them by number.
struct ValueTable {
  struct Entry {
    std::string name;
    ValueShape shape;
    bool read = false;  // by a later stage or by the network itself
    bool kept = false;  // for every row of a call, not for the one in hand only
  };
  std::vector<Entry> entries;

  size_t Add(std::string name, ValueShape shape);
};

// Values by name, as far as a stage may read them.
using ValueNames = std::map<std::string, size_t>;

// Where one row's run finds and leaves its values.
class RowValues {
 public:
  explicit RowValues(const ValueTable& table, size_t rows);
  float* Frame(size_t value, size_t row) noexcept {
    return floats_.data() + places_[value].offset + row * places_[value].stride;
  }

 private:
  struct Place {
    size_t offset = 0;
    size_t stride = 0;  // floats from row to row; 0: all rows share one place
  };
  std::vector<Place> places_;
  AlignedBuffer<float> floats_;
};

class OrtStage {
 public:
  // What a run works in; one thread at a time.
  class Bound {
   private:
    friend class OrtStage;
    std::unique_ptr<ort::Binding> binding;
    Status failure;             // why there is no binding
    std::vector<bool> fetched;  // outputs that are read
    size_t frames = 0;          // that are bound
    Dims dims;                  // room for the longest shape
    AlignedBuffer<float> floats;
  };

  // Loads the graph and finds its shapes by running it. Adds its outputs to `table` and `names`,
  // and its states, windows and counter to `layout`. `combined`: decoders' states are laid down
  // beside the row instead of advancing with the run, `deferred_floats` in all.
  // Errors: kUnsupported, kMismatch.
  static Result<OrtStage> Load(std::shared_ptr<const ort::Library> library, const RunStage& plan,
                               const ort::SessionOptions& options, bool combined, ValueTable& table,
                               ValueNames& names, StateLayout& layout);

  // After all stages are loaded, when it is known which values are read. Preparation.
  Bound Bind(const ValueTable& table) const;

  // Runs on one row: values in, values out; `stream` advances but for deferred states, which go to
  // `deferred`. When `check_numbers`, what comes out must be finite. Errors: those of the library,
  // kCorrupt.
  Status Run(Bound& bound, size_t row, float* stream, float* deferred, RowValues& values,
             bool check_numbers) const;
  // Deferred states of a part onto the stream.
  void Commit(RunPart part, const float* deferred, float* stream) const noexcept;

  const std::string& file() const { return file_; }
  size_t deferred_floats() const { return deferred_floats_; }
  std::vector<size_t> values_read() const;

 private:
  struct Input {
    std::string name;
    size_t value = 0;
    ValueShape shape;
    size_t window = 0;  // where in the stream its past frames lie, if there is a window
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
  // An input of start values that no output follows: zeros, every time.
  struct Constant {
    std::string name;
    Dims dims;
    size_t place = 0;
  };

  Status LoadStates(const RunStage& plan, bool combined, StateLayout& layout);
  Status LoadInputs(const ValueTable& table, const ValueNames& names, StateLayout& layout);
  Status LoadOutputs(const RunStage& plan, ValueTable& table, ValueNames& names);
  Result<ort::Tensors> Probe(size_t frames) const;
  bool TakesAnyLength() const;
  void Place();
  size_t FramesOut(const Output& output, size_t frames_in) const noexcept;
  size_t Feed(Bound& bound, size_t row, float* stream, RowValues& values) const noexcept;
  Status BindFrames(Bound& bound, size_t frames) const;
  Status CheckNumbers(const Bound& bound, size_t row, RowValues& values) const;

  std::string file_;
  std::shared_ptr<const ort::Session> session_;
  size_t window_frames_ = 1;
  bool pads_start_ = false;
  size_t counter_ = 0;  // where in the stream its frames are counted, if there is a window
  std::vector<Input> inputs_;
  std::vector<Output> outputs_;
  std::vector<State> states_;
  std::vector<Constant> constants_;
  size_t deferred_floats_ = 0;
  size_t bound_floats_ = 0;
};

}  // namespace dfn

#endif  // DEEPFILTER_ORT_STAGE_H_
