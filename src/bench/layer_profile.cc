#include "bench/layer_profile.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bench/stream_run.h"
#include "bench/time_summary.h"

namespace dfn::bench {
namespace {

using Clock = std::chrono::steady_clock;

// Turns between parts and denoiser: enough for both to run in the machine's slow and fast moments.
constexpr int kTurns = 8;

double Microseconds(Clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

// The time between two readings of the clock.
double ClockMicroseconds() {
  double best = 1e9;
  for (int i = 0; i < 1000; ++i) {
    const Clock::time_point start = Clock::now();
    best = std::min(best, Microseconds(Clock::now() - start));
  }
  return best;
}

// Runs all parts again and again for about `seconds`; times_us[part] gets the time of each call.
void RunParts(const std::vector<Part>& parts, double seconds, double clock_us,
              std::vector<std::vector<float>>& times_us) {
  const Clock::time_point start = Clock::now();
  Clock::time_point before = start;
  do {
    before = Clock::now();
    for (size_t i = 0; i < parts.size(); ++i) {
      parts[i].run();
      const Clock::time_point after = Clock::now();
      times_us[i].push_back(
          static_cast<float>(std::max(Microseconds(after - before) - clock_us, 0.0)));
      before = after;
    }
  } while (Microseconds(before - start) < 1e6 * seconds);
}

}  // namespace

double PartTime::gb_per_s() const {
  const double call_us = us * static_cast<double>(rows);
  return call_us > 0.0 ? 1e-3 * static_cast<double>(read_bytes) / call_us : 0.0;
}

double PartTime::gmac_per_s() const {
  return us > 0.0 ? 1e-3 * static_cast<double>(macs) / us : 0.0;
}

double LayerProfile::sum_us() const {
  double sum = 0.0;
  for (const PartTime& part : parts) sum += part.us;
  return sum;
}

Result<LayerProfile> ProfileLayers(const Model& model, std::shared_ptr<const Network> network,
                                   const CallShape& shape, std::span<const float> sound,
                                   double seconds, Precision precision) {
  DFN_TRY(const std::vector<Part> parts, MakeParts(model, shape, precision));
  const Pace pace = {.streams = shape.streams, .frames_a_call = shape.frames};
  DFN_TRY(StreamRun whole, StreamRun::Create(std::move(network), pace, sound));
  whole.Record(0.0);  // past the first frames, on which the network does not run
  const double clock_us = ClockMicroseconds();
  std::vector<std::vector<float>> times_us(parts.size());
  for (int turn = 0; turn < kTurns; ++turn) {
    RunParts(parts, seconds / (2 * kTurns), clock_us, times_us);
    whole.Measure(seconds / (2 * kTurns));
  }
  LayerProfile profile;
  profile.shape = shape;
  profile.whole_us = whole.frame_us().min;
  for (size_t i = 0; i < parts.size(); ++i) {
    profile.parts.push_back(
        {parts[i].name, parts[i].weight_bytes, parts[i].read_bytes, parts[i].macs,
         Summarize(times_us[i]).min / static_cast<double>(shape.rows()), shape.rows()});
  }
  return profile;
}

}  // namespace dfn::bench
