#include "cli/report/sound_track.h"

#include <algorithm>
#include <utility>

#include "audio/webm_opus.h"

namespace dfn {
namespace {

constexpr auto kPiece = static_cast<size_t>(kPieceSeconds * kOpusRateHz);
constexpr auto kLead = static_cast<size_t>(kLeadSeconds * kOpusRateHz);
constexpr auto kMost = static_cast<uint64_t>(kMostTrackSeconds * kOpusRateHz);

constexpr double kBestBits = 64000.0;
// Two tracks of 1.4 MB are 3.7 MB in base64. Opus takes up to a tenth more than it is told.
constexpr double kTrackBytes = 1.4e6 / 1.1;

}  // namespace

double TrackBits(std::optional<double> seconds) {
  const double length = std::clamp(seconds.value_or(kMostTrackSeconds), 1.0, kMostTrackSeconds);
  return std::min(kBestBits, 8.0 * kTrackBytes / length);
}

SoundTrack::SoundTrack(size_t rate_hz, double bits_per_second, Resampler resampler)
    : rate_hz_(rate_hz),
      bits_per_second_(bits_per_second),
      resampler_(std::move(resampler)),
      waiting_(kLead, 0.0f) {}

Result<SoundTrack> SoundTrack::Create(size_t rate_hz, double bits_per_second) {
  DFN_TRY(Resampler resampler, Resampler::Create(rate_hz, kOpusRateHz, 1));
  return SoundTrack(rate_hz, bits_per_second, std::move(resampler));
}

Status SoundTrack::Hear(std::span<const float> mono) {
  heard_ += mono.size();
  if (kept_ >= kMost) return {};
  resampler_.Process(mono, waiting_);
  return EncodeFull();
}

Status SoundTrack::Finish() {
  if (kept_ >= kMost) return {};
  const uint64_t all = ResampledFrames(heard_, rate_hz_, kOpusRateHz);
  resampler_.Finish(all, waiting_);
  DFN_CHECK(EncodeFull());
  if (kept_ < std::min(all, kMost)) return Encode(waiting_.size());
  return {};
}

double SoundTrack::seconds() const {
  return static_cast<double>(kept_) / static_cast<double>(kOpusRateHz);
}

Status SoundTrack::EncodeFull() {
  while (waiting_.size() >= kLead + kPiece && kept_ < kMost) DFN_CHECK(Encode(kLead + kPiece));
  return {};
}

Status SoundTrack::Encode(size_t samples) {
  DFN_TRY(std::string piece, EncodeWebmOpus({waiting_.data(), samples}, bits_per_second_));
  pieces_.push_back(std::move(piece));
  kept_ += samples - kLead;
  // The end of this piece leads the next one.
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(samples - kLead));
  return {};
}

}  // namespace dfn
