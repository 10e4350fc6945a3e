#include "media/track_plan.h"

#include <cmath>
#include <vector>

namespace dfn {
namespace {

// Added to time stamps on the way through containers that have none below zero.
constexpr double kShiftSeconds = 1.0;

// Time stamps of Matroska with Opus, which has a field for the delay.
bool HasDelayTag(const MediaTarget& target, std::string_view codec) {
  return codec == "opus" && (target.muxer == "matroska" || target.muxer == "webm");
}

// Codecs that NUT has no place for: those with blocks of one size, and True Audio.
bool NeedsMatroska(std::string_view codec) {
  return codec.starts_with("wma") || codec.starts_with("adpcm_") || codec == "tta";
}

void ChooseOwnFile(const MediaTarget& target, TrackPlan& plan) {
  plan.has_delay_tag = HasDelayTag(target, plan.encoding.codec);
  if (target.clock == TargetClock::kTicks && !plan.has_delay_tag) {
    plan.muxer = NeedsMatroska(plan.encoding.codec) ? "matroska" : "nut";
    plan.shift_seconds = kShiftSeconds;
  } else if (IsBareTrack(target) && target.muxer != "tta") {
    plan.muxer = NeedsMatroska(plan.encoding.codec) ? "matroska" : "nut";
    plan.shift_seconds = kShiftSeconds;
  } else {
    plan.muxer = target.muxer;
  }
}

}  // namespace

int64_t FirstSample(const MediaTarget& target, size_t rate_hz, int64_t sound_sample,
                    const EncoderDelay& delay) {
  const auto rate = static_cast<double>(rate_hz);
  if (target.clock == TargetClock::kEdits || target.clock == TargetClock::kOgg) {
    return sound_sample;
  }
  const auto delay_samples = static_cast<int64_t>(std::llround(delay.seconds * rate));
  if (target.clock == TargetClock::kNone) return delay_samples;
  const double samples_per_tick = rate / target.ticks_hz;
  // From the first sample of the sound to the first packet that is heard.
  const double ahead = (delay.seconds - delay.lead_seconds) * rate;
  const auto at_tick = [&](double tick) {
    return static_cast<int64_t>(std::llround(tick * samples_per_tick + ahead));
  };
  const double ticks = (static_cast<double>(sound_sample) - ahead) / samples_per_tick;
  double tick = std::round(ticks);
  if (at_tick(tick) > sound_sample) tick -= 1.0;
  while (at_tick(tick) < delay_samples) tick += 1.0;
  return at_tick(tick);
}

Result<TrackPlan> PlanTrack(const MediaTools& tools, const MediaTarget& target,
                            const AudioSource& source, double sound_seconds, bool same_container,
                            const AudioWishes& wishes) {
  TrackPlan plan;
  plan.rate_hz = source.rate_hz;
  plan.channels = source.channels;
  DFN_TRY(const auto encoders, AudioEncoders(tools));
  DFN_TRY(plan.encoding, ChooseEncoding(encoders, target, source, same_container, wishes));
  ChooseOwnFile(target, plan);
  plan.sound_sample = std::llround(sound_seconds * static_cast<double>(source.rate_hz));
  EncoderDelay delay;
  const bool tells_delay = target.clock == TargetClock::kEdits || target.clock == TargetClock::kOgg;
  if (!tells_delay && !plan.has_delay_tag) {
    DFN_TRY(delay, FindEncoderDelay(tools, plan.encoding, source.rate_hz, source.channels));
  }
  plan.first_sample = FirstSample(target, source.rate_hz, plan.sound_sample, delay);
  return plan;
}

Result<double> TrackOffset(const MediaTools& tools, const MediaTarget& target,
                           const TrackPlan& plan, const std::string& track,
                           const std::string& trial) {
  // Its time is that of the file's start.
  if (target.clock == TargetClock::kNone) return -plan.shift_seconds;
  const double start = static_cast<double>(plan.first_sample) / static_cast<double>(plan.rate_hz);
  if (!plan.has_delay_tag) return start - plan.shift_seconds;
  std::vector<std::string> arguments = QuietFfmpeg();
  arguments.insert(arguments.end(), {"-y", "-copyts", "-itsoffset", "1"});
  for (std::string& word : InputArguments(track)) arguments.push_back(std::move(word));
  arguments.insert(arguments.end(),
                   {"-map", "0", "-c", "copy", "-frames:a", "4", "-avoid_negative_ts", "disabled",
                    "-f", std::string(target.muxer), FileUrl(trial)});
  DFN_TRY([[maybe_unused]] const std::string nothing, RunTool(tools.ffmpeg, arguments));
  DFN_TRY(const double before, FirstPacketSeconds(tools, track));
  DFN_TRY(const double after, FirstPacketSeconds(tools, trial));
  return start - (after - (before + 1.0));
}

}  // namespace dfn
