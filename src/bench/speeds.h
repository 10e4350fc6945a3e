// The table of speeds: every way of use, precision and instruction set that is asked for.
#ifndef DEEPFILTER_BENCH_SPEEDS_H_
#define DEEPFILTER_BENCH_SPEEDS_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/precision.h"
#include "base/result.h"
#include "bench/stream_run.h"
#include "bench/time_summary.h"
#include "kernels/targets.h"
#include "model/model.h"

namespace dfn::bench {

// A way of use under its name.
//   live: one frame a call    sleep: likewise, after 9 ms of sleep    file: chunks of 64 frames
//   folder: some frames of each of some sounds in one call, as ChooseBatchShape has it
//   streams: one frame of each of 1, 4, 16 and 64 streams in one call
struct Mode {
  std::string_view name;
  std::vector<Pace> paces;
};
const std::vector<Mode>& Modes();
const Mode* FindMode(std::string_view name);

// Frames of a chunk in mode "file": what `deepfilter enhance` hands to the denoiser at once.
inline constexpr size_t kFileFrames = 64;

// One line of the table. A speed comes with its error.
struct Speed {
  std::string mode;
  std::string precision;
  std::string target;
  Pace pace;
  TimeSummary frame_us;  // of a frame of a stream; over all calls
  size_t frames = 0;     // timed, of all streams
  double snr_db = 0.0;   // against the reference; +infinity: the same bits, NaN: nothing to compare
  double snr_seconds = 0.0;  // of sound compared
};

// What runs together: these modes and precisions on this target.
struct SpeedPlan {
  KernelTarget target;
  std::vector<const Mode*> modes;
  std::vector<Precision> precisions;
  double seconds;  // a line
};

// The enhanced sound as float32 on the best target gives it, aligned with `sound` and shorter than
// it by the delay: what a line is compared with unless there is something better.
// Errors: those of Denoiser::Create.
Result<std::vector<float>> ReferenceOutput(const Model& model, std::span<const float> sound);

// Runs a plan's lines in turns, five rounds of a fifth of the time each, so that the machine's slow
// moments meet all of them. Forces the plan's target and goes back to the best. Lines are in the
// order modes, paces, precisions. Errors: those of StreamRun::Create.
Result<std::vector<Speed>> MeasureSpeeds(const Model& model, const SpeedPlan& plan,
                                         std::span<const float> sound,
                                         std::span<const float> reference);

// The allocator's bytes for a network and for each further live stream (one frame a call);
// nothing where that cannot be known.
struct Memory {
  size_t network_bytes = 0;
  size_t stream_bytes = 0;
};
// Errors: those of Denoiser::Create.
Result<std::optional<Memory>> MeasureMemory(const Model& model, Precision precision);

}  // namespace dfn::bench

#endif  // DEEPFILTER_BENCH_SPEEDS_H_
