#include "bench/speeds.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "base/precision_name.h"
#include "bench/machine.h"
#include "engine/native/native_network.h"
#include "os/cache_size.h"
#include "os/large_pages.h"
#include "stream/denoise/batch_shape.h"

namespace dfn::bench {
namespace {

constexpr int kRounds = 5;
// A frame of 10 ms less what its work takes at most: as in a call, where the machine rests between
// frames, its clock falls and other programs' data fill the caches.
constexpr double kSleepMs = 9.0;
// A stream's share is computed from so many of them.
constexpr size_t kMemoryStreams = 8;

// Back to the best target when the measuring ends, however it ends.
class ForcedTarget {
 public:
  explicit ForcedTarget(KernelTarget target) { ForceKernelTarget(target); }
  ~ForcedTarget() { ForceKernelTarget({}); }
  ForcedTarget(const ForcedTarget&) = delete;
  ForcedTarget& operator=(const ForcedTarget&) = delete;
};

// `memory` holds the weights: large pages, as in the program, unless memory itself is measured.
std::shared_ptr<const Network> NewNetwork(const Model& model, Precision precision,
                                          const MemorySource& memory) {
  return NewNativeNetwork(model, {.precision = precision, .memory = memory});
}

struct Line {
  const Mode* mode;
  Precision precision;
  StreamRun run;
};

Result<std::vector<Line>> MakeLines(const Model& model, const SpeedPlan& plan,
                                    std::span<const float> sound) {
  std::vector<std::shared_ptr<const Network>> networks;
  for (const Precision precision : plan.precisions) {
    networks.push_back(NewNetwork(model, precision, LargePages()));
  }
  std::vector<Line> lines;
  for (const Mode* mode : plan.modes) {
    for (const Pace& pace : mode->paces) {
      for (size_t i = 0; i < networks.size(); ++i) {
        DFN_TRY(StreamRun run, StreamRun::Create(networks[i], pace, sound));
        lines.push_back({mode, plan.precisions[i], std::move(run)});
      }
    }
  }
  return lines;
}

}  // namespace

const std::vector<Mode>& Modes() {
  static const BatchShape shape = ChooseBatchShape(SecondLevelCacheBytes());
  static const std::vector<Mode> modes = {
      {"live", {Pace{}}},
      {"sleep", {{.sleep_ms = kSleepMs}}},
      {"file", {{.frames_a_call = kFileFrames}}},
      {"folder", {{.streams = shape.streams, .frames_a_call = shape.FramesOf(shape.streams)}}},
      {"streams", {{.streams = 1}, {.streams = 4}, {.streams = 16}, {.streams = 64}}},
  };
  return modes;
}

const Mode* FindMode(std::string_view name) {
  for (const Mode& mode : Modes()) {
    if (mode.name == name) return &mode;
  }
  return nullptr;
}

Result<std::vector<float>> ReferenceOutput(const Model& model, std::span<const float> sound) {
  DFN_TRY(StreamRun run, StreamRun::Create(NewNetwork(model, Precisions().front(), LargePages()),
                                           {.frames_a_call = kFileFrames}, sound));
  run.Record(std::numeric_limits<double>::infinity());
  const std::span<const float> recorded = run.recorded(0);
  return std::vector<float>(recorded.begin(), recorded.end());
}

Result<std::vector<Speed>> MeasureSpeeds(const Model& model, const SpeedPlan& plan,
                                         std::span<const float> sound,
                                         std::span<const float> reference) {
  const ForcedTarget forced(plan.target);
  DFN_TRY(std::vector<Line> lines, MakeLines(model, plan, sound));
  // It also warms up.
  for (Line& line : lines) line.run.Record(plan.seconds);
  for (int round = 0; round < kRounds; ++round) {
    for (Line& line : lines) line.run.Measure(plan.seconds / kRounds);
  }
  std::vector<Speed> speeds;
  for (const Line& line : lines) {
    const StreamRun& run = line.run;
    speeds.push_back({std::string(line.mode->name), PrecisionName(line.precision),
                      KernelTargetName(plan.target), run.pace(), run.frame_us(), run.timed_frames(),
                      run.SnrDb(reference),
                      static_cast<double>(std::min(run.recorded_samples(), reference.size())) /
                          static_cast<double>(run.denoiser().sample_rate_hz())});
  }
  return speeds;
}

Result<std::optional<Memory>> MeasureMemory(const Model& model, Precision precision) {
  const std::optional<size_t> before = HeapBytes();
  if (!before) return std::optional<Memory>();
  // Only the allocator's memory is counted.
  const std::shared_ptr<const Network> network = NewNetwork(model, precision, kOrdinaryMemory);
  const size_t with_network = *HeapBytes();
  std::vector<std::unique_ptr<Denoiser>> streams(kMemoryStreams);
  for (std::unique_ptr<Denoiser>& stream : streams) {
    DenoiserOptions options;
    options.max_frames_per_call = 1;
    DFN_TRY(stream, Denoiser::Create(network, options));
  }
  const size_t with_streams = *HeapBytes();
  return std::optional<Memory>(
      {with_network - *before, (with_streams - with_network) / kMemoryStreams});
}

}  // namespace dfn::bench
