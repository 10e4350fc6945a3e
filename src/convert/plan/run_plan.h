// Plans from a model's ONNX files how an ONNX runtime runs them frame by frame.
#ifndef DEEPFILTER_CONVERT_PLAN_RUN_PLAN_H_
#define DEEPFILTER_CONVERT_PLAN_RUN_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "model/config.h"

namespace dfn {

// The kinds of files, in the order in which PlanRun looks for them.
enum class RunMode {
  kSplit,              // {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx
  kCombinedStreaming,  // combined_streaming.onnx
  kStateful,           // combined.onnx or the three networks, with states
  kStateless,          // the same files without states
  kAudio,              // one graph from samples to samples
};

// How the files run.
enum class RunForm {
  kAsGiven,  // the files themselves
  kExact,    // an export of their model with every state, made in memory
  kCut,      // graphs cut between convolutions, which get windows, and GRUs, which get states
};

// The part of a network that a state belongs to: the states of a skipped decoder must not advance.
enum class RunPart { kEncoder, kErbDecoder, kDfDecoder };

// A state that the stream keeps between calls, zero at its start.
struct RunState {
  std::string input;
  std::string output;
  std::vector<size_t> shape;
  RunPart part = RunPart::kEncoder;
  // Whether only the order of inputs and outputs told which output follows which input.
  bool by_order = false;
};

// One graph that runs once a frame. Its inputs are states, or values by name: features and outputs
// of earlier stages. Its outputs become values or the new states.
struct RunStage {
  std::string file;  // its name in messages
  std::vector<uint8_t> model;
  // The number of newest frames of every value that a call takes. Of the outputs, the newest frame
  // counts.
  size_t window_frames = 1;
  // Whether the first windows of a stream are filled up with zeros in front; else they are shorter.
  bool pads_start = false;
  std::vector<RunState> states;
  // Outputs whose values have another name: {"emb_out", "emb"}.
  std::vector<std::pair<std::string, std::string>> renamed;
};

struct RunPlan {
  RunMode mode = RunMode::kStateless;
  RunForm form = RunForm::kAsGiven;
  std::string files;  // the mode's files, for messages: "enc.onnx, erb_dec.onnx, df_dec.onnx"
  Config config;
  // The stages take the values feat_erb [1, 1, T, E] and feat_spec [1, 2, T, D]; the encoder gives
  // lsnr, and the decoders give m and coefs. A graph for all parts is the one stage of the encoder,
  // and the decoders then have no stages. Without a deep filter (config.mask_only) the DF decoder has
  // none, and coefs is not asked for. With mode audio all three are empty.
  std::vector<RunStage> encoder, erb_decoder, df_decoder;
  std::optional<RunStage> audio;
  // Set when the plan cannot give the result of the whole sequence: a sentence that says why.
  // `whole` then holds the graphs to measure the difference with (MeasureInexact); it is empty if
  // they take one frame only.
  std::string inexact;
  std::vector<RunStage> whole;
  // Further sentences for the user: a better form that failed, states that only their order tells.
  std::vector<std::string> notes;
  // Of an audio graph, as its metadata or config.ini tell; the rate as the options say where they
  // tell none. Nothing where nobody says it.
  std::optional<size_t> sample_rate_hz;
  std::optional<size_t> delay_samples;
};

// A form that was planned but did not run.
struct FailedForm {
  RunForm form;
  std::string why;  // a sentence
};

struct RunPlanOptions {
  std::optional<RunMode> mode = {};  // without one, the first that the files allow
  // Frames of a window, 1 to 1000. If this or mode kStateless is given, stateless graphs run as
  // they are over windows, of kDefaultWindowFrames by default; else they run in the exact or cut
  // form.
  std::optional<size_t> window_frames = {};
  // The sampling rate of an audio graph that does not tell it. A model that tells another one is
  // refused.
  std::optional<size_t> sample_rate_hz = {};
  // The best form that is not among these is planned.
  std::vector<FailedForm> failed = {};
};

inline constexpr size_t kDefaultWindowFrames = 40;

// Makes the plan from the files of a model (ReadModelFiles), with config.ini unless the only file
// is an audio graph with metadata. `source` is the model's name in messages.
// Errors: kNotFound (no mode's files are complete, or not those of the mode asked for),
// kInvalidArgument (the files do not allow the mode or tell another rate), kMismatch (parts that do not belong
// together, states whose shapes do not fit), kUnsupported (also: every form has failed), kCorrupt, kLimit; the sentence names
// file and tensor.
Result<RunPlan> PlanRun(std::span<const NamedBytes> files, const std::string& source,
                        const RunPlanOptions& options = {}, const Limits& limits = {});

// Checks that the rate of the options, if there is one, is the one that a model tells. Errors:
// kInvalidArgument.
Status CheckModelRate(const RunPlanOptions& options, size_t told_hz, const std::string& source);

// The modes that the files allow, in the order of choice. Errors: as above.
Result<std::vector<RunMode>> FindRunModes(std::span<const NamedBytes> files,
                                          const std::string& source, const Limits& limits = {});

// "split", "combined_streaming", "stateful", "stateless", "audio".
const char* RunModeName(RunMode mode);
std::optional<RunMode> FindRunMode(std::string_view name);
// "as given", "exact", "cut".
const char* RunFormName(RunForm form);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_PLAN_H_
