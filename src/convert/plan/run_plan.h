// How the ONNX files of a model are to be run by an ONNX runtime, found out from their graphs
// alone.
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

// What the files are, in the order in which they are looked for.
enum class RunMode {
  kSplit,              // {enc_conv,enc_gru,erb_dec,df_dec}_streaming.onnx
  kCombinedStreaming,  // combined_streaming.onnx
  kStateful,           // combined.onnx or the three networks, with states
  kStateless,          // the same without
  kAudio,              // one graph from samples to samples
};

// How they run.
enum class RunForm {
  kAsGiven,  // the files themselves
  kExact,    // the model they hold, exported in memory with every state
  kCut,      // cut between convolutions, which get windows of frames, and GRUs, which get states
};

// Whose state it is: a skipped decoder must not advance.
enum class RunPart { kEncoder, kErbDecoder, kDfDecoder };

// Kept between calls by the stream, zero at its start.
struct RunState {
  std::string input;
  std::string output;
  std::vector<size_t> shape;
  RunPart part = RunPart::kEncoder;  // as used in one graph for all parts
};

// One graph, run once a frame. Its inputs are states, or values by name: features, and what stages
// before it gave. Its outputs become values, or the new states.
struct RunStage {
  std::string file;  // what messages call it
  std::vector<uint8_t> model;
  // Frames of every value that a call takes: 1, or the newest this many. The newest frame of what
  // comes out counts.
  size_t window_frames = 1;
  // At the start of a stream, when fewer frames are there: zeros in front, or a shorter window.
  bool pads_start = false;
  std::vector<RunState> states;
  // Outputs that the next stages know by another name: {"emb_out", "emb"}.
  std::vector<std::pair<std::string, std::string>> renamed;
};

struct RunPlan {
  RunMode mode = RunMode::kStateless;
  RunForm form = RunForm::kAsGiven;
  std::string files;  // of the mode, for people: "enc.onnx, erb_dec.onnx, df_dec.onnx"
  Config config;
  // Values: feat_erb [1, 1, T, E], feat_spec [1, 2, T, D] in; lsnr, then m, then coefs out. A graph
  // for all parts is the one stage of the encoder, and the decoders have none. With mode audio all
  // three are empty.
  std::vector<RunStage> encoder, erb_decoder, df_decoder;
  std::optional<RunStage> audio;
  // Set when the result is not that of the whole sequence and nothing better can be made of the
  // files: the sentence why, without the figure. `whole` then holds the graphs for whole sequences
  // that the figure is measured with (empty: they take one frame only).
  std::string inexact;
  std::vector<RunStage> whole;
};

struct RunPlanOptions {
  std::optional<RunMode> mode;  // else the first that the files allow
  // Frames of a window where one must be guessed; 1 .. 1000. Given, or with mode kStateless given,
  // stateless graphs run as they are over windows; else they run in the exact or the cut form.
  std::optional<size_t> window_frames;
};

inline constexpr size_t kDefaultWindowFrames = 40;

// From the files of a model (ReadModelFiles), config.ini among them unless all that is there is an
// audio graph that describes itself. `source` is what messages call the whole.
// Errors: kNotFound (no mode's files are complete, or not those of the mode asked for),
// kInvalidArgument (the mode cannot be had of these files), kMismatch (parts that do not belong
// together, states whose shapes do not fit), kUnsupported, kCorrupt, kLimit; the sentence names
// file and tensor.
Result<RunPlan> PlanRun(std::span<const NamedBytes> files, const std::string& source,
                        const RunPlanOptions& options = {}, const Limits& limits = {});

// The modes that the files allow, first choice first, for people who ask. Errors: as above.
Result<std::vector<RunMode>> FindRunModes(std::span<const NamedBytes> files,
                                          const std::string& source, const Limits& limits = {});

// "split", "combined_streaming", "stateful", "stateless", "audio".
const char* RunModeName(RunMode mode);
std::optional<RunMode> FindRunMode(std::string_view name);
// "as given", "exact", "cut".
const char* RunFormName(RunForm form);

}  // namespace dfn

#endif  // DEEPFILTER_CONVERT_PLAN_RUN_PLAN_H_
